// Signs with a finger, a pen or a mouse. What is drawn is kept as its lines, so it is small and stays sharp.
// Without this script the board stays put away, and one signs on paper.

// Closer than this to the last point (in units of the board) adds nothing one could see.
const NEAR = 2;

// Gives back what draws the lines of the field once more.
function beginPen(form, field, changed = () => {}) {
  const board = form.querySelector("[data-pen]");
  const canvas = board.querySelector("canvas");
  const pen = canvas.getContext("2d");
  let strokes = [];
  board.hidden = false;
  pen.lineWidth = 5;
  pen.lineCap = pen.lineJoin = "round";
  pen.strokeStyle = "#10233f";

  function at(event) {
    const box = canvas.getBoundingClientRect();
    const inside = (value, most) => Math.max(0, Math.min(most, Math.round(value)));
    return [
      inside(((event.clientX - box.left) * canvas.width) / box.width, canvas.width),
      inside(((event.clientY - box.top) * canvas.height) / box.height, canvas.height),
    ];
  }

  function line(stroke, from = 0) {
    pen.beginPath();
    pen.moveTo(stroke[from], stroke[from + 1]);
    for (let i = from; i < stroke.length; i += 2) pen.lineTo(stroke[i], stroke[i + 1]);
    pen.stroke();
  }

  function keep() {
    field.value = strokes.length ? JSON.stringify(strokes) : "";
    changed();
  }

  function again() {
    try {
      strokes = field.value ? JSON.parse(field.value) : [];
    } catch {
      strokes = [];
    }
    pen.clearRect(0, 0, canvas.width, canvas.height);
    for (const stroke of strokes) line(stroke);
  }

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    strokes.push(at(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    const stroke = strokes[strokes.length - 1];
    const [x, y] = at(event);
    if (Math.hypot(x - stroke[stroke.length - 2], y - stroke[stroke.length - 1]) < NEAR) return;
    stroke.push(x, y);
    line(stroke, stroke.length - 4);
  });
  canvas.addEventListener("pointerup", () => {
    line(strokes[strokes.length - 1]);
    keep();
  });
  board.querySelector("[data-wipe]").addEventListener("click", () => {
    strokes = [];
    pen.clearRect(0, 0, canvas.width, canvas.height);
    keep();
  });
  again();
  return again;
}

// A form that keeps no draft needs no more than the pen.
for (const form of document.querySelectorAll("form:not([data-visit])")) {
  if (form.querySelector("[data-pen]")) beginPen(form, form.elements.strokes);
}
