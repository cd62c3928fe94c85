// Units are moved by dragging a row onto another, or by keys: M takes the unit in focus, M again puts it below the one
// in focus, Escape lets it go. The next page says what that would change; nothing moves before it is confirmed there.
// Without it the form on the page of each unit does the same.
"use strict";

const form = document.getElementById("unit-move");
const said = document.getElementById("unit-moving");
const rows = [...document.querySelectorAll("[data-unit]")];
let taken = null;

const rowOf = (node) => node.closest?.("[data-unit]");
const calledBy = (row) => row.querySelector("a")?.textContent.trim() ?? "";

function take(row) {
  letGo();
  taken = row;
  row.classList.add("taken");
  said.textContent = said.dataset.taken.replace("{}", calledBy(row));
}

function letGo() {
  taken?.classList.remove("taken");
  taken = null;
  said.textContent = "";
  rows.forEach((row) => row.classList.remove("over"));
}

function put(row) {
  if (!taken || row === taken) return letGo();
  form.action = taken.dataset.move;
  form.elements.parent.value = row.dataset.unit;
  form.submit();
}

for (const row of rows) {
  if (row.dataset.move) {
    row.draggable = true;
    row.addEventListener("dragstart", (event) => {
      event.dataTransfer.setData("text/plain", row.dataset.unit);
      event.dataTransfer.effectAllowed = "move";
      take(row);
    });
    row.addEventListener("dragend", letGo);
  }
  row.addEventListener("dragover", (event) => {
    if (!taken || row === taken) return;
    event.preventDefault();
    row.classList.add("over");
  });
  row.addEventListener("dragleave", () => row.classList.remove("over"));
  row.addEventListener("drop", (event) => {
    event.preventDefault();
    put(row);
  });
}

// A closed subdistrict opens where something is held over it.
for (const summary of document.querySelectorAll("details > summary")) {
  summary.addEventListener("dragover", () => {
    if (taken) summary.parentElement.open = true;
  });
}

document.addEventListener("keydown", (event) => {
  const letters = document.querySelector("#keys input[type=checkbox]");
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (event.key === "Escape" && taken) return letGo();
  const row = rowOf(event.target);
  if (event.key.toUpperCase() !== "M" || !row || letters?.checked === false) return;
  event.preventDefault();
  if (taken) put(row);
  else if (row.dataset.move) take(row);
});

document.getElementById("unit-help").hidden = false;
document.getElementById("unit-top").hidden = false;
