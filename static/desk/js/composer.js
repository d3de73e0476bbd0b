// The composer: its two sides, macros, files, and the preview that sends.
const composer = () => document.getElementById("composer");

// -- email or note -------------------------------------------------------------------------------
function turn(event) {
  if (event.target.name !== "composer" || !composer()?.contains(event.target)) return;
  composer().querySelector(event.target.value === "note" ? "#write-note" : "#write")?.focus();
}

// A second press of the key of the side that is open already goes to its text, too.
function press(event) {
  if (event.target.matches?.("input[name=composer]:checked")) turn(event);
}

// -- macros --------------------------------------------------------------------------------------
function putMacro(link) {
  const text = link.querySelector("[data-macro-text]").textContent;
  const field = document.getElementById("write");
  link.closest("dialog").close();
  const [start, end] = [field.selectionStart, field.selectionEnd];
  field.setRangeText(text, start, end, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

function findMacro(field) {
  const wanted = field.value.trim().toLowerCase();
  for (const row of field.closest("dialog").querySelectorAll("[data-macro]")) {
    row.hidden = !row.textContent.toLowerCase().includes(wanted);
  }
}

function walkMacros(event) {
  const dialog = event.target.closest("#macros");
  if (!dialog || !["ArrowDown", "ArrowUp", "Enter"].includes(event.key)) return;
  const links = [...dialog.querySelectorAll("[data-macro]:not([hidden]) [data-macro-put]")];
  const at = links.indexOf(document.activeElement);
  if (event.key === "Enter") {
    if (at < 0 && links[0]) { event.preventDefault(); putMacro(links[0]); }
    return;
  }
  event.preventDefault();
  const next = at + (event.key === "ArrowDown" ? 1 : -1);
  (links[next] ?? dialog.querySelector("[data-macro-find]")).focus();
}

function slash(event) {
  if (event.key !== "/" || event.target.id !== "write" || event.target.value) return;
  event.preventDefault();
  document.getElementById("open-macros")?.click();
}

// -- files, and the preview ------------------------------------------------------------------------
function listFiles(list) {
  const files = [...(document.getElementById("reply-files")?.files ?? [])];
  list?.replaceChildren(...files.map((file) => {
    const row = document.createElement("li");
    row.textContent = `${file.name}, ${Math.max(1, Math.round(file.size / 1024))} kB`;
    return row;
  }));
}

function sent(event) {
  // The answer of the reply stands in its form: nothing may cover it.
  if (event.target.id === "reply") document.getElementById("reply-preview")?.close();
}

export function startComposer() {
  if (!composer()) return;
  const on = (name, run) => document.addEventListener(name, run);
  on("change", turn);
  on("click", press);
  on("submit", sent);
  on("keydown", walkMacros);
  on("keydown", slash);
  on("input", (event) => { if (event.target.matches?.("[data-macro-find]")) findMacro(event.target); });
  on("click", (event) => {
    const link = event.target.closest("dialog [data-macro-put]");
    if (link) { event.preventDefault(); putMacro(link); }
  });
  on("change", (event) => { if (event.target.id === "reply-files") listFiles(document.getElementById("reply-chosen")); });
  on("htmx:afterSwap", (event) => {
    if (event.detail.target?.id === "dialog-slot") listFiles(document.querySelector("[data-preview-files]"));
  });
}
