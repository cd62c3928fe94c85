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
    // A draft has no pictures, and none of the lines of a signature.
    for (const [name, value] of [...said]) if (typeof value !== "string" || name === "strokes") said.delete(name);
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

  beginPen(form, form.elements.strokes, changed)();
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

const form = document.querySelector("form[data-visit]");
if (form) beginForm(form);
