// Lets a screenshot be pasted and files be dropped where files can be chosen, and says at once what is too large.
// Without it a field for files is an ordinary one.
"use strict";

const size = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} KB` : `${(bytes / 1e6).toFixed(1)} MB`);

function begin(field) {
  const input = field.querySelector("input[type=file]");
  const said = field.querySelector("[data-said]");
  const most = Number(field.dataset.most);
  const mostBytes = Number(field.dataset.mostBytes);
  const mostTogether = Number(field.dataset.mostTogether);

  field.querySelector("[data-hint]").hidden = false;

  function check() {
    const files = [...input.files];
    const together = files.reduce((sum, file) => sum + file.size, 0);
    const large = files.filter((file) => file.size > mostBytes);
    let wrong = "";
    if (files.length > most) wrong = field.dataset.many;
    else if (large.length) wrong = `${large.map((file) => file.name).join(" ")} ${field.dataset.large}`;
    else if (together > mostTogether) wrong = field.dataset.large;
    input.setCustomValidity(wrong);
    const names = files.map((file) => `${file.name} (${size(file.size)})`).join("  ");
    said.textContent = wrong || (names && `${field.dataset.added}${names}`);
    said.classList.toggle("wrong", Boolean(wrong));
  }

  // A field holds only the files it was given last, so those before are given again.
  function add(files) {
    const all = new DataTransfer();
    for (const file of [...input.files, ...files]) all.items.add(file);
    input.files = all.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  input.addEventListener("change", check);
  for (const name of ["dragenter", "dragover"]) {
    field.addEventListener(name, (event) => {
      if (![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      field.classList.add("over");
    });
  }
  field.addEventListener("dragleave", () => field.classList.remove("over"));
  field.addEventListener("drop", (event) => {
    field.classList.remove("over");
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    add(event.dataTransfer.files);
  });
  return { field, input, add };
}

const fields = [...document.querySelectorAll("[data-files]")].map(begin);

// A screenshot goes into the field of the form one is in, else into the last one of the page.
document.addEventListener("paste", (event) => {
  const pasted = [...(event.clipboardData?.files ?? [])];
  if (!pasted.length || !fields.length) return;
  const form = document.activeElement?.form ?? document.activeElement?.closest?.("form");
  const target = fields.find((one) => one.input.form === form) ?? fields.at(-1);
  event.preventDefault();
  target.add(pasted);
  const folded = target.field.closest("details");
  if (folded) folded.open = true;
  target.field.scrollIntoView({ block: "nearest" });
});
