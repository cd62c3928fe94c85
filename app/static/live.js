// Keeps the parts of a page fresh that ask for it, and lets keys press buttons. Without it every page is complete.
"use strict";

const EVERY = 10_000;

// A part with data-refresh is fetched again and again until it says it is finished.

function keepFresh(part) {
  let etag = null;
  // What is asked for more often is something to be called by: it comes up behind other windows, too.
  const every = Number(part.dataset.every) || EVERY;

  async function look() {
    if ((document.hidden && every === EVERY) || isInUse(part)) return again();
    try {
      const answer = await fetch(part.dataset.refresh, {
        headers: { "X-Live": "1", ...(etag && { "If-None-Match": etag }) },
        redirect: "error",
      });
      if (answer.status !== 304) {
        if (!answer.ok) throw new Error(answer.status);
        const text = await answer.text();
        if (isInUse(part)) return again();
        etag = answer.headers.get("ETag");
        replace(part, text);
      }
      tell(part, false);
    } catch {
      tell(part, true);
    }
    return again();
  }

  function again() {
    if (part.isConnected && !part.querySelector("[data-finished]")) setTimeout(look, every);
  }

  again();
}

// Nothing typed is ever lost: a part somebody is writing in waits.
function isInUse(part) {
  const fields = [...part.querySelectorAll("input, textarea, select")].filter((field) => field.type !== "hidden");
  return fields.some((field) => field === document.activeElement || isChanged(field));
}

function isChanged(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.options) {
    const before = [...field.options].findIndex((option) => option.defaultSelected);
    return field.selectedIndex !== Math.max(before, 0);
  }
  return field.value !== field.defaultValue;
}

function replace(part, text) {
  const places = "a[href], button, summary, [tabindex]";
  const boxes = () => [part, ...part.querySelectorAll(".scroll")];
  const focused = [...part.querySelectorAll(places)].indexOf(document.activeElement);
  const focusedId = focused < 0 ? "" : document.activeElement.id;
  const scrolled = boxes().map((box) => [box.scrollLeft, box.scrollTop]);
  const opened = [...part.querySelectorAll("details[id]")].filter((one) => one.open).map((one) => one.id);

  part.innerHTML = text;

  opened.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
  boxes().forEach((box, at) => [box.scrollLeft, box.scrollTop] = scrolled[at] ?? [0, 0]);
  if (focused >= 0) {
    const same = focusedId ? document.getElementById(focusedId) : part.querySelectorAll(places)[focused];
    same?.focus({ preventScroll: true });
  }
}

function tell(part, stale) {
  const said = part.querySelector(":scope > .stale");
  if (!stale) said?.remove();
  else if (!said) part.append(Object.assign(document.createElement("p"), { className: "stale", textContent: part.dataset.stale }));
}

// data-key="F4", "Alt+1", "J", "/": a button or link is pressed, a field gets the focus.

const keys = document.getElementById("keys");
const letters = keys?.querySelector("input[type=checkbox]");

function nameOf(event) {
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key === "Escape" ? "Esc" : event.key;
  return (event.ctrlKey || event.metaKey ? "Ctrl+" : "") + (event.altKey ? "Alt+" : "") + key;
}

function mayAct(event, name) {
  if (name.length > 1) return true;
  return letters?.checked && !event.target.closest("input, textarea, select, [contenteditable]");
}

function press(event) {
  const name = nameOf(event);
  if (event.repeat || event.isComposing || keys?.open || !mayAct(event, name)) return;
  const target = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === name && one.getClientRects().length);
  if (name === "?" && !target) return keys && showKeys();
  if (!target || target.disabled) return;
  event.preventDefault();
  if (target.matches("input:not([type=radio], [type=checkbox], [type=submit]), textarea, select")) target.focus();
  else target.click();
}

function showKeys() {
  const rows = [...document.querySelectorAll("[data-key]")].flatMap((one) => {
    const key = document.createElement("dt");
    key.append(Object.assign(document.createElement("kbd"), { textContent: one.dataset.key }));
    const words = [...(one.labels ?? [])].map((label) => label.textContent).join("") || textWithoutKey(one);
    return [key, Object.assign(document.createElement("dd"), { textContent: words.trim() })];
  });
  keys.querySelector("dl").replaceChildren(...rows);
  keys.showModal();
}

function textWithoutKey(one) {
  const copy = one.cloneNode(true);
  copy.querySelectorAll("kbd").forEach((kbd) => kbd.remove());
  return one.getAttribute("aria-label") || copy.textContent;
}

document.querySelectorAll("[data-refresh]").forEach(keepFresh);

if (keys) {
  letters.checked = localStorage.getItem("letters") !== "off";
  letters.addEventListener("change", () => localStorage.setItem("letters", letters.checked ? "on" : "off"));
  document.addEventListener("keydown", press);
  document.querySelectorAll("[data-shows=keys]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", showKeys);
  });
}

// Buttons with common phrases insert their words where the cursor is; the list to copy from is not needed then.
document.querySelectorAll("[data-inserts]").forEach((group) => {
  const field = document.getElementById(group.dataset.inserts);
  if (!field) return;
  group.hidden = false;
  group.nextElementSibling.hidden = true;
  group.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    field.setRangeText(button.value, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
});

// The summary of errors is what a reader needs first.
document.getElementById("errors")?.focus();
