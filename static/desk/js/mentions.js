// "@" in a note offers colleagues: arrows choose, Enter or Tab takes, Escape leaves.
let people = null, chosen = 0;
const list = () => document.getElementById("mention-list");
const shown = () => !list().hidden;

async function load() {
  if (people) return people;
  people = [];
  const answer = await fetch(document.getElementById("composer").dataset.colleagues);
  if (answer.ok) people = (await answer.json()).people;
  return people;
}

function begun(field) {
  return field.value.slice(0, field.selectionStart).match(/(?:^|[^\w@.+-])@([\w.+-]*)$/);
}

function hide(field) {
  list().hidden = true;
  field?.removeAttribute("aria-activedescendant");
}

function mark(field) {
  [...list().children].forEach((row, at) => row.setAttribute("aria-selected", String(at === chosen)));
  field.setAttribute("aria-activedescendant", `mention-${chosen}`);
}

async function offer(field) {
  const found = begun(field);
  if (!found) { hide(field); return; }
  const wanted = found[1].toLowerCase();
  const fits = (await load()).filter((p) => p.username.toLowerCase().startsWith(wanted) || p.name.toLowerCase().split(" ").some((word) => word.startsWith(wanted))).slice(0, 6);
  if (!fits.length) { hide(field); return; }
  list().replaceChildren(...fits.map((person, at) => {
    const row = document.createElement("li");
    row.id = `mention-${at}`;
    row.role = "option";
    row.className = "menu-item";
    row.dataset.username = person.username;
    row.textContent = `${person.name}  @${person.username}`;
    return row;
  }));
  chosen = 0;
  list().hidden = false;
  mark(field);
}

function take(field, row) {
  const found = begun(field);
  if (!found || !row) return;
  const start = field.selectionStart - found[1].length;
  field.setRangeText(`${row.dataset.username} `, start, field.selectionStart, "end");
  hide(field);
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function onKey(event) {
  const field = event.target;
  if (!field.matches("[data-mentions]") || !shown()) return;
  const rows = list().children;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    chosen = (chosen + (event.key === "ArrowDown" ? 1 : rows.length - 1)) % rows.length;
    mark(field);
  } else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") take(field, rows[chosen]);
  else if (event.key === "Escape") hide(field);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

export function startMentions() {
  const field = document.querySelector("[data-mentions]");
  if (!field || !list()) return;
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", "mention-list");
  field.addEventListener("input", () => offer(field));
  field.addEventListener("keydown", onKey);
  field.addEventListener("blur", () => setTimeout(() => hide(field), 150));
  list().addEventListener("pointerdown", (event) => { event.preventDefault(); take(field, event.target.closest("[data-username]")); });
}
