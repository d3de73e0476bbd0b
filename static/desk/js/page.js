// What htmx leaves to the page: the focus, a sign of life when it takes long, what went wrong.
import { showToast } from "./toasts.js";
const SLOW_MS = 300;
let waiting = 0, slow = 0, kept = null;

// What runs by itself in the background shows neither progress nor its failures.
const quiet = (event) => Boolean(event.detail?.elt?.closest?.("[data-quiet]"));

function start(event) {
  if (quiet(event)) return;
  waiting += 1;
  slow ||= setTimeout(() => document.documentElement.classList.add("is-waiting"), SLOW_MS);
}
function stop(event) {
  if (quiet(event)) return;
  waiting = Math.max(0, waiting - 1);
  if (waiting) return;
  clearTimeout(slow);
  slow = 0;
  document.documentElement.classList.remove("is-waiting");
}

// A swap must not throw the keyboard back to the top of the page (WCAG 2.4.3). The control is
// found again by id, by data-focus, by name, or by the row that it stood in.
function remember() {
  const node = document.activeElement;
  if (!node || node === document.body) { kept = null; return; }
  const row = node.closest("[data-row]");
  kept = {
    node, row: row?.dataset.row, start: node.selectionStart, end: node.selectionEnd,
    selector: node.id ? `#${CSS.escape(node.id)}` : node.dataset.focus ? `[data-focus="${CSS.escape(node.dataset.focus)}"]`
      : node.name ? `[name="${CSS.escape(node.name)}"]${node.type === "radio" || node.type === "checkbox" ? `[value="${CSS.escape(node.value)}"]` : ""}` : null,
  };
}
function restore() {
  if (!kept || kept.node.isConnected || (document.activeElement && document.activeElement !== document.body)) return;
  let found = kept.row ? document.querySelector(`[data-row="${CSS.escape(kept.row)}"] a.row-link`) : null;
  found ??= kept.selector ? document.querySelector(kept.selector) : null;
  found ??= document.getElementById("main");
  found?.focus({ preventScroll: true });
  if (kept.start != null && found?.setSelectionRange) { try { found.setSelectionRange(kept.start, kept.end); } catch { /* not a text field */ } }
}

function failed(event) {
  if (quiet(event)) return;
  const status = event.detail?.xhr?.status ?? 0;
  const said = {
    0: "No answer from the desk. Nothing was changed; check the connection and try again.",
    403: "You may not do that. Ask a supervisor if you should.",
    404: "That is not here any more. Reload the page.",
    409: "Somebody changed this case in the meantime. Reload to see it; what you wrote stays here.",
    429: "Too many requests in a short time. Wait a minute and try again.",
  }[status] ?? (status >= 500 ? "The desk could not do that. Nothing was changed; try again, and tell an administrator if it stays." : "That did not work. Reload the page and try again.");
  showToast({ text: said, tone: "error" });
}

async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    showToast({ text: `Copied ${button.dataset.copy}` });
  } catch {
    showToast({ text: `Copying is not allowed here. The number is ${button.dataset.copy}`, tone: "error" });
  }
}

export function startPage() {
  const on = (name, run) => document.addEventListener(name, run);
  on("htmx:beforeRequest", start);
  on("htmx:afterRequest", stop);
  on("htmx:beforeSwap", remember);
  on("htmx:afterSettle", restore);
  on("htmx:responseError", failed);
  on("htmx:sendError", failed);
  on("htmx:timeout", failed);
  on("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) { event.preventDefault(); copy(button); }
    if (event.target.closest("[data-print]")) print();
  });
  // Before htmx and the form hear of it: a blocked action says why and does nothing.
  document.addEventListener("click", (event) => {
    if (event.target.closest("[aria-disabled='true']")) { event.preventDefault(); event.stopImmediatePropagation(); }
  }, true);
}
