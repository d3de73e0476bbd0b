// Keyboard. A control says its own key: data-key="n", "g q" (one after the other), "mod+k",
// "mod+enter"; data-key-label and data-key-group put it on the cheat sheet. Keys press the
// control, so whatever is hidden, disabled or absent has no key either. The one next step of a
// page has "." beside its own key: data-key-next="Restore 8 services".
const OFF = "desk.singleKeys";
const PAUSE_MS = 900;
let pending = "", pendingTimer = 0;

export const singleKeysOn = () => { try { return localStorage.getItem(OFF) !== "off"; } catch { return true; } };
export const setSingleKeys = (on) => { try { on ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "off"); } catch { /* this page only */ } };

const writing = (node) => Boolean(node?.closest?.("input:not([type=checkbox],[type=radio],[type=button],[type=submit]), textarea, select, [contenteditable]"));
const visible = (node) => node.checkVisibility?.({ visibilityProperty: true }) ?? node.offsetParent !== null;

function named(event) {
  const key = event.key === " " ? "space" : event.key.toLowerCase();
  return (event.ctrlKey || event.metaKey ? "mod+" : "") + (event.altKey ? "alt+" : "") + (event.shiftKey && key.length > 1 ? "shift+" : "") + key;
}

function find(combination) {
  const scope = document.querySelector("dialog[open]") || document;
  return [...scope.querySelectorAll("[data-key]")]
    .find((node) => (node.dataset.key === combination || (combination === "." && node.dataset.keyNext)) && visible(node) && !node.disabled);
}

// Every control that says what it does, once each: for the cheat sheet and the command bar.
export function listKeys() {
  const found = new Map();
  for (const node of document.querySelectorAll("[data-key-label]")) {
    const { key = "", keyLabel: label, keyGroup: group = "On this page" } = node.dataset;
    if (!found.has(key + label) && visible(node) && !node.disabled) found.set(key + label, { node, label, group, keys: key });
    const next = node.dataset.keyNext;
    if (next && visible(node) && !node.disabled) found.set(`.${next}`, { node, label: `The next step: ${next}`, group, keys: "." });
  }
  return [...found.values()];
}

export function press(node) {
  if (node.matches("input:not([type=checkbox],[type=radio]), textarea, select")) { node.focus(); node.select?.(); return; }
  node.focus({ preventScroll: true });
  node.click();
}

const starts = (prefix) => [...document.querySelectorAll("[data-key]")].some((n) => n.dataset.key.startsWith(prefix + " "));

// -- rows: J and K move, Enter opens, X selects, Home and End ---------------------------------
const rows = () => [...document.querySelectorAll("[data-rows] [data-row]")].filter(visible);
function current(list) {
  const focused = document.activeElement?.closest?.("[data-row]");
  return list.indexOf(focused || list.find((row) => row.classList.contains("is-current")));
}
function moveTo(row) {
  for (const other of document.querySelectorAll("[data-row].is-current")) other.classList.remove("is-current");
  row.classList.add("is-current");
  (row.querySelector("a.row-link") || row).focus();
  row.scrollIntoView({ block: "nearest" });
}
function onRows(key) {
  const list = rows();
  if (!list.length) return false;
  const at = current(list);
  if (key === "j" || key === "k") moveTo(list[Math.min(list.length - 1, Math.max(0, at < 0 ? 0 : at + (key === "j" ? 1 : -1)))]);
  else if (key === "x" && at >= 0) list[at].querySelector("input[type=checkbox]")?.click();
  else if (key === "enter" && at >= 0 && document.activeElement === document.body) list[at].querySelector("a.row-link")?.click();
  else return false;
  return true;
}

function onKey(event) {
  if (event.defaultPrevented || event.isComposing) return;
  const key = named(event);
  const modified = key.startsWith("mod+") || key.startsWith("alt+");
  if (key === "escape" && writing(event.target) && !event.target.closest("dialog, [popover]")) { event.target.blur(); return; }
  if (!modified && (writing(event.target) || !singleKeysOn())) return;
  const combination = pending ? `${pending} ${key}` : key;
  clearTimeout(pendingTimer);
  pending = "";
  const target = find(combination) || find(key);
  if (target) { event.preventDefault(); press(target); return; }
  if (!modified && !document.querySelector("dialog[open]") && onRows(key)) { event.preventDefault(); return; }
  if (!modified && key.length === 1 && starts(key)) {
    pending = key;
    pendingTimer = setTimeout(() => { pending = ""; }, PAUSE_MS);
  }
}

function onRowClick(event) {
  const row = event.target.closest("[data-row]");
  if (!row || event.target.closest("a, button, input, label, select, summary") || getSelection()?.toString()) return;
  const link = row.querySelector("a.row-link");
  if (!link) return;
  if (event.metaKey || event.ctrlKey) window.open(link.href, "_blank", "noopener");
  else link.click();
}

export function startKeys() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", onRowClick);
}
