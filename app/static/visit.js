// A visit at a door without a net: what is typed goes sealed to the service on every pause and is never kept on
// the phone, which others may hold tomorrow. Without a net it stays on this page, which says so and tries again.
// Without this script the form works as it stands.

const PAUSE = 1200;
const AGAIN = 5000;

// Phones that kept drafts themselves once.
for (const key of Object.keys(localStorage)) if (key.startsWith("visit-draft:")) localStorage.removeItem(key);

function beginForm(form) {
  const told = document.querySelector("[data-draft-said]");
  let timer = 0;
  let unsaved = false;
  let failed = false;
  // Somebody pressed the button without a net.
  let wanted = false;
  let leaving = false;

  function say(words) {
    told.textContent = words;
    told.hidden = false;
  }

  function typed() {
    const said = new FormData(form);
    for (const [name, value] of [...said]) if (typeof value !== "string") said.delete(name);
    return said;
  }

  function changed() {
    unsaved = true;
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  }

  async function save() {
    clearTimeout(timer);
    unsaved = false;
    try {
      const answer = await fetch(form.dataset.draft, {
        method: "POST",
        body: typed(),
        headers: { "X-Draft": "1" },
        redirect: "error",
        keepalive: true,
      });
      if (!answer.ok) throw new Error(answer.statusText);
      failed = false;
      if (!unsaved) say(told.dataset.saved);
      if (wanted) form.requestSubmit();
    } catch {
      unsaved = failed = true;
      say(wanted ? told.dataset.waiting : told.dataset.unsaved);
      timer = setTimeout(save, AGAIN);
    }
  }

  // Fields that do not matter where nobody was met are put away, never emptied.
  function show() {
    const met = form.elements.met.value;
    for (const part of form.querySelectorAll("[data-when-met]")) part.hidden = met === "nobody";
    for (const part of form.querySelectorAll("[data-when-nobody]")) part.hidden = met !== "nobody";
  }

  beginPen(form, form.elements.signature, changed);
  show();
  form.addEventListener("input", () => {
    show();
    changed();
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.formAction.endsWith("/draft") || (navigator.onLine && !failed)) {
      leaving = true;
      clearTimeout(timer);
      return;
    }
    event.preventDefault();
    wanted = true;
    save();
    told.scrollIntoView({ block: "center" });
  });
  addEventListener("online", () => {
    if (unsaved) save();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && unsaved && !leaving) save();
  });
  addEventListener("beforeunload", (event) => {
    if (unsaved && !leaving) event.preventDefault();
  });
  addEventListener("pageshow", () => {
    leaving = false;
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

const form = document.querySelector("form[data-visit]");
if (form) beginForm(form);
