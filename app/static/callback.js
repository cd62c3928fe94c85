// The callback script: a digit answers the question one has come to, and the left arrow goes back to the last one.
// Without it the questions are plain radio buttons.

const questions = [...document.querySelectorAll("[data-question]")];
const answered = (question) => question.querySelector("input:checked");
const current = () => questions.find((question) => !answered(question));

function mark() {
  questions.forEach((question) => {
    question.classList.toggle("now", question === current());
    question.classList.toggle("done", Boolean(answered(question)));
  });
}

function answer(digit) {
  const choice = current()?.querySelector(`[data-digit="${digit}"]`);
  if (!choice) return false;
  choice.checked = true;
  return true;
}

function takeBack() {
  const last = questions.findLast(answered);
  if (!last) return false;
  answered(last).checked = false;
  return true;
}

document.addEventListener("keydown", (event) => {
  const letters = document.querySelector("#keys input[type=checkbox]");
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || letters?.checked === false) return;
  if (event.target.closest("textarea, select, input:not([type=radio])")) return;
  const done = event.key === "ArrowLeft" ? takeBack() : /^[0-9]$/.test(event.key) && answer(event.key);
  if (!done) return;
  event.preventDefault();
  mark();
});

document.addEventListener("change", mark);
mark();
