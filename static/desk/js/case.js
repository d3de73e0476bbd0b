// The case page: who else is here, and writing. Each part improves a page that works without it.
import { startComposer } from "./composer.js";
import { startMentions } from "./mentions.js";
import { startPresence } from "./presence.js";

// After a form was done the page is loaded anew: the keyboard goes on where it was (WCAG 2.4.3).
const PLACE = "desk.place";
function keepPlace() {
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.target.closest?.("form");
    if (!form || event.target.closest("[data-quiet]")) return;
    const within = form.closest("[id]");
    try { sessionStorage.setItem(PLACE, JSON.stringify([location.pathname, document.activeElement?.id || within?.id || ""])); } catch { /* storage may be forbidden */ }
  });
  let kept = null;
  try { kept = JSON.parse(sessionStorage.getItem(PLACE)); sessionStorage.removeItem(PLACE); } catch { return; }
  if (!kept || kept[0] !== location.pathname || location.hash) return;
  const node = kept[1] && document.getElementById(kept[1]);
  const target = node?.checkVisibility?.() ? node : document.getElementById("main");
  if (target && !target.matches("a, button, input, textarea, select, [tabindex]")) target.tabIndex = -1;
  target?.focus({ preventScroll: true });
}

// Gone back to, a page from the browser's store is older than the case and than what was typed:
// the server has both. One that never left memory is as it was.
if (performance.getEntriesByType("navigation")[0]?.type === "back_forward") {
  addEventListener("pageshow", (event) => { if (!event.persisted) location.reload(); }, { once: true });
}

startPresence();
startComposer();
startMentions();
keepPlace();
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-reload]")) { event.preventDefault(); location.reload(); }
});
