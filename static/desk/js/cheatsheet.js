// "?" shows every key of this page. Made from the page itself, so it cannot be out of date.
import { listKeys, setSingleKeys, singleKeysOn } from "./keys.js";
const ROWS = [["j", "Next row"], ["k", "Previous row"], ["enter", "Open"], ["x", "Select"]];
const NAMES = { mod: navigator.platform.startsWith("Mac") ? "⌘" : "Ctrl", enter: "Enter", escape: "Esc", space: "Space", shift: "Shift" };

function keyCaps(combination) {
  const keys = document.createElement("dd");
  const holder = document.createElement("span");
  holder.className = "keys";
  for (const name of combination.split(/[ +]/)) {
    const cap = document.createElement("kbd");
    cap.textContent = NAMES[name] ?? (name.length === 1 ? name.toUpperCase() : name);
    holder.append(cap);
  }
  keys.append(holder);
  return keys;
}

function section(name, entries) {
  const part = document.createElement("section");
  const head = document.createElement("h3");
  head.textContent = name;
  const list = document.createElement("dl");
  for (const [combination, label] of entries) {
    const line = document.createElement("div");
    const term = document.createElement("dt");
    term.textContent = label;
    line.append(term, keyCaps(combination));
    list.append(line);
  }
  part.append(head, list);
  return part;
}

function fill(sheet) {
  const groups = new Map();
  for (const { keys, label, group } of listKeys()) {
    if (!keys) continue;
    if (!groups.has(group)) groups.set(group, new Map());
    groups.get(group).set(keys, label);
  }
  if (document.querySelector("[data-rows]")) groups.set("Lists", new Map(ROWS));
  sheet.querySelector(".cheat").replaceChildren(...[...groups].map(([name, entries]) => section(name, entries)));
  sheet.querySelector("[data-single-keys]").checked = singleKeysOn();
}

export function startCheatSheet() {
  const sheet = document.getElementById("cheat-sheet");
  if (!sheet) return;
  document.addEventListener("click", (event) => { if (event.target.closest("[data-dialog-open='cheat-sheet']")) fill(sheet); }, true);
  sheet.querySelector("[data-single-keys]").addEventListener("change", (event) => setSingleKeys(event.target.checked));
}
