// Native dialogs and popovers do the work; this adds opening by attribute, dialogs that come
// from the server (#dialog-slot), and the place of a popover beside its button.
function open(dialog) {
  if (!dialog || dialog.open) return;
  dialog.showModal();
  dialog.querySelector("[autofocus]")?.focus();
}

function place(event) {
  const menu = event.target;
  if (event.newState !== "open" || !menu.matches?.(".menu[data-place]")) return;
  const button = document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`);
  if (!button) return;
  const at = button.getBoundingClientRect(), box = menu.getBoundingClientRect();
  const below = at.bottom + 6 + box.height < innerHeight;
  const wished = menu.dataset.place === "end" ? at.right - box.width : menu.dataset.place === "center" ? at.left + at.width / 2 - box.width / 2 : at.left;
  menu.style.left = `${Math.max(12, Math.min(wished, innerWidth - box.width - 12))}px`;
  menu.style.top = `${below ? at.bottom + 6 : Math.max(12, at.top - box.height - 6)}px`;
}

function onClick(event) {
  const opener = event.target.closest("[data-dialog-open]");
  if (opener) { event.preventDefault(); open(document.getElementById(opener.dataset.dialogOpen)); return; }
  const closer = event.target.closest("[data-dialog-close]");
  if (closer) { event.preventDefault(); closer.closest("dialog")?.close(); return; }
  if (event.target.matches?.("dialog[open]:not([data-stay])")) event.target.close(); // its backdrop
}

// A link from the command bar or a to-do names what is to be done on the page that it leads to.
function follow() {
  const name = location.hash.match(/^#do-([a-z_]+)$/)?.[1];
  if (!name) return;
  const link = document.querySelector(`[data-asks="${name}"]`);
  if (link) link.click(); // its form comes as a dialog
  else document.querySelector(`form[action$="/do/${name}/"] button`)?.focus();
}

// -- whoever knows the form types on while it is on its way: those keys are kept and given to it ----
const WORDS = "textarea, input:not([type]), input[type=text], input[type=search], input[type=tel], input[type=email]";
let kept = null;

function keep(event) {
  if (!kept || event.ctrlKey || event.metaKey || event.altKey || (event.key !== "Enter" && event.key.length > 1)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  kept.push(event.key);
}

function give(keys) {
  for (const key of keys) {
    const field = document.activeElement;
    const letter = key === "Enter" ? (field.matches("textarea") ? "\n" : "") : key;
    if (letter && field.matches(WORDS)) {
      field.setRangeText(letter, field.selectionStart, field.selectionEnd, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    } else if (key === "Enter") {
      if (field.matches("button, a, summary")) field.click();
      else field.form?.requestSubmit();
      return;
    }
  }
}

export function startDialogs() {
  document.addEventListener("DOMContentLoaded", follow); // once htmx knows the links
  addEventListener("hashchange", follow);
  document.addEventListener("click", onClick);
  document.addEventListener("toggle", place, true);
  document.addEventListener("close", (event) => {
    if (event.target.closest?.("#dialog-slot")) event.target.remove();
  }, true);
  document.addEventListener("keydown", keep, true);
  document.addEventListener("htmx:beforeRequest", (event) => { if (event.detail.elt.matches("[data-asks]")) kept = []; });
  document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.elt.matches("[data-asks]")) kept = null; });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target?.id !== "dialog-slot") return;
    const keys = kept || [];
    kept = null;
    open(event.detail.target.querySelector("dialog"));
    give(keys);
  });
}
