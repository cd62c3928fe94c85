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
  const signature = form.elements.signature;
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
    signature.value = (draft.said.find(([name]) => name === "signature") ?? [])[1] ?? "";
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

// Draws with a finger, a pen or a mouse; gives back what draws the picture in the field once more.
function beginPen(form, field, changed) {
  const board = form.querySelector("[data-pen]");
  const canvas = board.querySelector("canvas");
  const pen = canvas.getContext("2d");
  board.hidden = false;
  pen.lineWidth = 5;
  pen.lineCap = pen.lineJoin = "round";
  pen.strokeStyle = "#10233f";

  function at(event) {
    const box = canvas.getBoundingClientRect();
    return [
      ((event.clientX - box.left) * canvas.width) / box.width,
      ((event.clientY - box.top) * canvas.height) / box.height,
    ];
  }

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    pen.beginPath();
    pen.moveTo(...at(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    pen.lineTo(...at(event));
    pen.stroke();
  });
  canvas.addEventListener("pointerup", () => {
    field.value = canvas.toDataURL("image/png");
    changed();
  });
  board.querySelector("[data-wipe]").addEventListener("click", () => {
    field.value = "";
    pen.clearRect(0, 0, canvas.width, canvas.height);
    changed();
  });
  return () => {
    if (!field.value) return;
    const kept = new Image();
    kept.addEventListener("load", () => pen.drawImage(kept, 0, 0));
    kept.src = field.value;
  };
}

const list = document.querySelector("[data-drafts]");
if (list) beginList(list);
const form = document.querySelector("form[data-visit]");
if (form) beginForm(form);
