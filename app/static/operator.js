// The operator's screen: drafts kept on every pause, help while one writes, places by initials, a sound when it rings.
// Without it the same buttons send the same form.
"use strict";

(() => {
  const form = document.getElementById("call");
  if (!form) return;
  const help = document.getElementById("help");
  const kept = document.getElementById("kept");
  const ringing = document.getElementById("ringing");
  const PAUSE = 120;
  const KEEP_AFTER = 600;
  const TRY_AGAIN = 5_000;

  const fields = () => {
    const all = new FormData(form);
    all.delete("then");
    // Files go once, with the form itself.
    all.delete("files");
    return all;
  };

  // What was typed is kept on every pause, and at once when the page is left or the lid is closed.

  let keepTimer = 0;
  let unkept = false;
  let saving = false;
  let leaving = false;

  async function keep(atOnce) {
    clearTimeout(keepTimer);
    if (!unkept || leaving) return;
    // One after the other: an older save must not arrive behind a newer one.
    if (saving && !atOnce) return (keepTimer = setTimeout(keep, KEEP_AFTER));
    saving = true;
    unkept = false;
    try {
      const answer = await fetch(form.dataset.keeps, { method: "POST", body: fields(), redirect: "error", keepalive: atOnce });
      if (answer.status === 409) return say(kept.dataset.gone, true);
      if (!answer.ok) throw new Error(answer.status);
      say(`${kept.dataset.kept} ${(await answer.json()).at}`, false);
      // A page that is opened again, by whatever, opens this draft.
      history.replaceState(null, "", form.dataset.here);
    } catch {
      unkept = true;
      say(kept.dataset.failed, true);
      keepTimer = setTimeout(keep, TRY_AGAIN);
    } finally {
      saving = false;
    }
  }

  function say(words, bad) {
    kept.textContent = words;
    kept.classList.toggle("wrong", bad);
  }

  // What helps is asked for when the matter or the place has changed.

  let helpTimer = 0;
  let asked = "";
  let round = 0;

  async function lookForHelp() {
    const all = fields();
    const now = ["title", "text", "place.division", "about_units"].map((name) => all.get(name) ?? "").join("\n");
    if (now === asked || !(all.get("text") || all.get("title"))) return;
    asked = now;
    const mine = ++round;
    help.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.dataset.helps, { method: "POST", body: all, redirect: "error" });
      if (mine !== round) return;
      if (!answer.ok) throw new Error(answer.status);
      help.innerHTML = await answer.text();
      showTaken();
    } catch {
      if (mine === round) asked = "";
    }
    if (mine === round) help.removeAttribute("aria-busy");
  }

  function paused(event) {
    if (event?.isComposing || event?.target?.closest("[data-finds]")) return;
    unkept = true;
    clearTimeout(keepTimer);
    clearTimeout(helpTimer);
    keepTimer = setTimeout(keep, KEEP_AFTER);
    helpTimer = setTimeout(lookForHelp, PAUSE);
  }

  const isOurs = (event) => event.target.form === form;
  for (const name of ["input", "change", "compositionend"]) {
    document.addEventListener(name, (event) => isOurs(event) && paused(event));
  }
  document.addEventListener("visibilitychange", () => document.hidden && keep(true));
  addEventListener("pagehide", () => keep(true));
  addEventListener("online", () => keep(false));
  form.addEventListener("submit", () => { leaving = true; });
  addEventListener("pageshow", () => { leaving = false; });

  // Suggestions are taken over in place.

  function take(button) {
    const field = form.elements[button.dataset.take];
    field.value = button.dataset.value;
    showTaken();
    paused();
  }

  function showTaken() {
    for (const button of help.querySelectorAll("[data-take]")) {
      button.setAttribute("aria-pressed", String(form.elements[button.dataset.take].value === button.dataset.value));
    }
  }

  function answerBy(button) {
    const answer = document.getElementById("answer");
    answer.value = document.getElementById(button.dataset.reads).textContent;
    form.elements.policy_code.value = button.dataset.policy;
    answer.closest("details").open = true;
    answer.focus();
    paused();
  }

  help.addEventListener("click", (event) => {
    const policy = event.target.closest("[data-policy]");
    if (policy) {
      event.preventDefault();
      return answerBy(policy);
    }
    const button = event.target.closest("[data-take]");
    if (!button) return;
    event.preventDefault();
    take(button);
  });
  document.querySelector("[data-looks]").hidden = true;
  const all = document.querySelector("[data-take-all]");
  all.hidden = false;
  all.addEventListener("click", () => help.querySelectorAll("[data-first]").forEach(take));

  // A way to end the call whose words are missing opens them first.

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-needs]");
    const field = button && document.getElementById(button.dataset.needs);
    if (!field || field.value.trim()) return;
    event.preventDefault();
    field.closest("details").open = true;
    const first = [...form.elements].find((one) => one.closest("details") === field.closest("details") && one.matches("select, input, textarea"));
    (first ?? field).focus();
  });

  // Places are found by the initials of their syllables, or by characters.

  const finder = document.querySelector("[data-finds]");
  const list = document.getElementById(finder.dataset.finds);
  const typed = finder.querySelector("input");
  const found = finder.querySelector("ul");
  const places = [...list.options].filter((one) => one.value);
  let at = 0;
  finder.hidden = false;

  function rank(place, part) {
    const name = place.text.toLowerCase();
    const letters = place.dataset.letters.split(" ");
    const names = name.split(" ");
    if (names.at(-1).startsWith(part) || letters.at(-1).startsWith(part)) return 0;
    if (name.includes(part)) return 1;
    return letters.some((one) => one.startsWith(part)) ? 2 : Infinity;
  }

  function search() {
    const parts = typed.value.toLowerCase().split(/\s+/).filter(Boolean);
    const ranked = parts.length
      ? places.map((place) => [place, parts.map((part) => rank(place, part)).reduce((a, b) => a + b)]).filter(([, sum]) => sum < Infinity)
      : [];
    ranked.sort((one, other) => one[1] - other[1]);
    at = 0;
    found.replaceChildren(...ranked.slice(0, 6).map(([place], number) => row(place, number)));
    point();
  }

  function row(place, number) {
    const one = Object.assign(document.createElement("li"), { id: `found-${number}`, textContent: place.text });
    one.setAttribute("role", "option");
    one.dataset.code = place.value;
    return one;
  }

  function point() {
    const any = found.children.length > 0;
    found.hidden = !any;
    typed.setAttribute("aria-expanded", String(any));
    [...found.children].forEach((one, number) => one.setAttribute("aria-selected", String(number === at)));
    if (any) typed.setAttribute("aria-activedescendant", `found-${at}`);
    else typed.removeAttribute("aria-activedescendant");
  }

  function choose(one) {
    list.value = one.dataset.code;
    typed.value = "";
    search();
    paused();
    document.getElementById(finder.dataset.then).focus();
  }

  typed.addEventListener("input", search);
  typed.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const any = found.children.length;
    if (event.key === "Enter") {
      event.preventDefault();
      if (any) choose(found.children[at]);
    } else if (any && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      at = (at + (event.key === "ArrowDown" ? 1 : any - 1)) % any;
      point();
    } else if (event.key === "Escape" && typed.value) {
      event.stopPropagation();
      typed.value = "";
      search();
    }
  });
  found.addEventListener("mousedown", (event) => event.preventDefault());
  found.addEventListener("click", (event) => {
    const one = event.target.closest("li");
    if (one) choose(one);
  });

  // A call is heard as well as read, once.

  let rung = ringing.querySelector("[data-rings]")?.dataset.rings;

  function ring() {
    try {
      const sound = new AudioContext();
      for (const [from, pitch] of [[0, 660], [0.25, 880], [0.5, 660]]) {
        const tone = new OscillatorNode(sound, { frequency: pitch });
        tone.connect(new GainNode(sound, { gain: 0.15 })).connect(sound.destination);
        tone.start(sound.currentTime + from);
        tone.stop(sound.currentTime + from + 0.2);
      }
      setTimeout(() => sound.close(), 1500);
    } catch (silent) {
      // A browser may want a key to be pressed before anything sounds; the call is read out all the same.
      console.info("no sound:", silent.name);
    }
  }

  new MutationObserver(() => {
    const now = ringing.querySelector("[data-rings]")?.dataset.rings;
    if (now && now !== rung) ring();
    rung = now;
  }).observe(ringing, { childList: true });

  lookForHelp();
})();
