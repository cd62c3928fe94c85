// A visit at a door without a net: what is typed stays on this phone until it was taken, a finger signs.
// Without this script the form works as it stands.

const PREFIX = "visit-draft:";
// What is said of people lies no longer on a phone than it must.
const KEPT_FOR = 7 * 24 * 3600 * 1000;
// What the page sets itself each time; the key of the form is kept, so that sent twice it is taken once.
const NOT_KEPT = new Set(["csrf_token"]);

function drafts() {
  return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

// Drafts of whoever had this phone before, and old ones, go.
function tidy(owner) {
  for (const key of drafts()) {
    const draft = read(key);
    if (!draft || draft.owner !== owner || Date.now() - draft.at > KEPT_FOR) localStorage.removeItem(key);
  }
}

function beginList(list) {
  tidy(list.dataset.drafts);
  if (list.dataset.sent) localStorage.removeItem(PREFIX + list.dataset.sent);
  for (const mark of list.querySelectorAll("[data-draft-of]")) {
    mark.hidden = localStorage.getItem(PREFIX + mark.dataset.draftOf) === null;
  }
}

function beginForm(form) {
  const key = PREFIX + form.dataset.visit;
  const told = document.querySelector("[data-draft-said]");
  const signature = form.elements.strokes;
  const wiped = beginPen(form, signature, save);
  tidy(form.dataset.owner);

  function say(words) {
    told.textContent = words;
    told.hidden = false;
  }

  function save() {
    const said = [...new FormData(form)].filter(
      ([name, value]) => typeof value === "string" && !NOT_KEPT.has(name),
    );
    try {
      localStorage.setItem(key, JSON.stringify({ owner: form.dataset.owner, at: Date.now(), said }));
      say(told.dataset.saved);
    } catch {
      // A phone that keeps nothing for us: the form still works.
      told.hidden = true;
    }
  }

  function restore(said) {
    for (const field of form.elements) {
      if (!field.name || NOT_KEPT.has(field.name) || field.type === "file") continue;
      const values = said.filter(([name]) => name === field.name).map(([, value]) => value);
      if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
      else if (values.length) field.value = values[0];
    }
    wiped();
  }

  // Fields that do not matter where nobody was met are put away, never emptied.
  function show() {
    const met = form.elements.met.value;
    for (const part of form.querySelectorAll("[data-when-met]")) part.hidden = met === "nobody";
    for (const part of form.querySelectorAll("[data-when-nobody]")) part.hidden = met !== "nobody";
  }

  const draft = read(key);
  // What the service sent back is newer than the draft.
  if (draft && !document.getElementById("errors")) {
    restore(draft.said);
    say(told.dataset.found);
  } else if (draft) {
    signature.value = (draft.said.find(([name]) => name === "strokes") ?? [])[1] ?? "";
    wiped();
  }
  show();
  form.addEventListener("input", () => {
    show();
    save();
  });
  form.addEventListener("submit", (event) => {
    save();
    if (navigator.onLine) return;
    event.preventDefault();
    say(told.dataset.offline);
    told.scrollIntoView({ block: "center" });
  });
}

const list = document.querySelector("[data-drafts]");
if (list) beginList(list);
const form = document.querySelector("form[data-visit]");
if (form) beginForm(form);
