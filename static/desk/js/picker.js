// A search field with its results below: data-picks="id of the results". Arrow keys choose while
// the focus stays in the field, Enter opens the first or the chosen one. Results are plain links
// ([data-pick]), so that without this script they are reached by Tab (WAI-ARIA combobox).
const lists = new WeakMap();

const options = (list) => [...list.querySelectorAll("[data-pick]")];

function dress(input, list) {
  const found = options(list);
  for (const [index, node] of found.entries()) {
    node.id ||= `${list.id}-${index}`;
    node.setAttribute("role", "option");
    node.setAttribute("aria-selected", "false");
    node.tabIndex = -1;
    for (let up = node.parentElement; up && up !== list; up = up.parentElement) {
      if (!up.getAttribute("role")) up.setAttribute("role", "presentation");
    }
  }
  list.setAttribute("role", found.length ? "listbox" : "status");
  input.setAttribute("aria-expanded", String(found.length > 0));
  choose(input, list, found[0]);
  lists.set(list, input.value);
}

function choose(input, list, node) {
  for (const other of options(list)) other.setAttribute("aria-selected", String(other === node));
  if (node) input.setAttribute("aria-activedescendant", node.id);
  else input.removeAttribute("aria-activedescendant");
  node?.scrollIntoView({ block: "nearest" });
}

function onKey(event, input, list) {
  const found = options(list).filter((node) => node.checkVisibility?.() ?? true);
  const at = found.findIndex((node) => node.getAttribute("aria-selected") === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && found.length) {
    event.preventDefault();
    choose(input, list, found[(at + step + found.length) % found.length]);
  } else if (event.key === "Enter" && at >= 0 && lists.get(list) === input.value) {
    event.preventDefault();
    found[at].click();
  }
}

export function startPicker(input, list) {
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  list.setAttribute("aria-label", input.dataset.picksLabel || "Results");
  dress(input, list);
  input.addEventListener("keydown", (event) => onKey(event, input, list));
  list.addEventListener("desk:picks", () => dress(input, list));
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target === list) dress(input, list);
  });
}

export function startPickers() {
  for (const input of document.querySelectorAll("[data-picks]")) {
    const list = document.getElementById(input.dataset.picks);
    if (list) startPicker(input, list);
  }
}
