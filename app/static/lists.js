// Lists by keys: J and K go up and down, O opens, X chooses, M looks at a ticket without leaving the list. A ticket
// that was opened from a list knows the one before and the next. Without it every list is complete.
"use strict";

const titles = () => [...document.querySelectorAll(".sheet a.title")].filter((one) => one.getClientRects().length);
const quick = document.getElementById("quick");

function rowOf(title) {
  return title.closest("tr");
}

function at() {
  const all = titles();
  const marked = all.findIndex((one) => rowOf(one).hasAttribute("aria-current"));
  // A list that was fetched anew keeps the focus, not the mark.
  return marked < 0 ? all.indexOf(document.activeElement) : marked;
}

function go(step) {
  const all = titles();
  if (!all.length) return;
  const next = Math.min(Math.max(at() + step, 0), all.length - 1);
  all.forEach((one, place) => rowOf(one).toggleAttribute("aria-current", place === next));
  rowOf(all[next]).setAttribute("aria-current", "true");
  all[next].focus({ preventScroll: true });
  rowOf(all[next]).scrollIntoView({ block: "nearest" });
}

async function look(title) {
  const answer = await fetch(`${title.getAttribute("href")}/parts/look`, { headers: { "X-Live": "1" }, redirect: "error" });
  if (!answer.ok) return;
  quick.querySelector("[data-part]").innerHTML = await answer.text();
  quick.querySelector("h2").textContent = title.textContent.trim();
  quick.querySelector("a").href = title.getAttribute("href");
  if (!quick.open) quick.showModal();
}

const acts = {
  J: () => go(1),
  K: () => go(-1),
  O: () => titles()[at()]?.click(),
  X: () => rowOf(titles()[at()] ?? document.body)?.querySelector("input[type=checkbox]")?.click(),
  M: () => titles()[at()] && look(titles()[at()]),
};

function pressed(event) {
  const letters = document.querySelector("#keys input[type=checkbox]");
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || letters?.checked === false) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
  const key = event.key.toUpperCase();
  // In the quick look the same keys go on to the next one.
  if (quick?.open && !["J", "K"].includes(key)) return;
  if (!(key in acts) || (key === "M" && !quick)) return;
  event.preventDefault();
  acts[key]();
  if (quick?.open) look(titles()[at()]);
}

// Which tickets stood in the list, for the page of each of them.
const inList = document.getElementById("in-list");
if (inList) neighbours();
else if (titles().length) {
  const list = [...new Set(titles().map((one) => one.getAttribute("href")))];
  sessionStorage.setItem("list", JSON.stringify({ from: location.pathname + location.search, list }));
  document.addEventListener("keydown", pressed);
  document.getElementById("list-keys")?.removeAttribute("hidden");
}

function neighbours() {
  const { from, list } = JSON.parse(sessionStorage.getItem("list") ?? "{}");
  const place = list?.indexOf(location.pathname) ?? -1;
  if (place < 0) return;
  const [before, back, after] = inList.querySelectorAll("a");
  back.href = from;
  back.querySelector("span").textContent = `${place + 1} / ${list.length}`;
  for (const [link, url] of [[before, list[place - 1]], [after, list[place + 1]]]) {
    if (url) link.href = url;
    else link.remove();
  }
  inList.hidden = false;
}
