// The command bar: Ctrl-K, type, Enter. The desk's server answers with places, cases, customers
// and mails (_commands.html); what can be done on this page comes from its keys (keys.js). Without
// this script the same field leads to the search page.
import { listKeys, press } from "./keys.js";
const MOST = 6;

function offer({ node, label, keys }, index) {
  const item = document.createElement("button");
  item.type = "button";
  item.className = "command";
  item.dataset.pick = "";
  item.id = `on-page-${index}`;
  const text = document.createElement("span");
  text.textContent = label;
  const end = document.createElement("span");
  end.className = "command-end";
  end.textContent = keys ? `On this page · ${keys}` : "On this page";
  item.append(text, end);
  item.addEventListener("click", () => { document.activeElement?.blur(); press(node); });
  return item;
}

const words = (text) => text.toLowerCase().split(/\s+/).filter(Boolean);
const fits = (label, typed) => typed.every((word) => words(label).some((part) => part.startsWith(word)));

function addPage(input, list) {
  const typed = words(input.value);
  const found = listKeys().filter(({ node, label }) => node !== input && !label.startsWith("Go to ") && fits(label, typed));
  const most = typed.length ? MOST * 3 : MOST;
  list.prepend(...found.slice(0, most).map(offer));
}

export function startCommands() {
  const list = document.getElementById("commands");
  const input = document.querySelector("[data-picks='commands']");
  if (!list || !input) return;
  // Before the picker, which dresses whatever stands in the list.
  document.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target === list) addPage(input, list); });
}
