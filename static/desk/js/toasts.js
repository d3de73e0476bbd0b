// Toasts: Django's messages on load, and HX-Trigger: {"toast": {"text", "tone", "undo"}} later.
// "undo" is an address that is POSTed to. Errors stay until they are closed; the rest wait
// while somebody points at them or has the focus inside.
import { deskNow } from "./times.js";

const STAY_MS = 7000, STAY_WITH_UNDO_MS = 15000;

const csrfToken = () => {
  try { return JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] ?? ""; } catch { return ""; }
};
const host = () => document.getElementById("toasts");

// A reply on its way: the number counts down, and when it has left there is nothing to take back.
function countDown(toast) {
  const leavesAt = Date.parse(toast.dataset.leaves);
  const shown = toast.querySelector("[data-leaves-in]");
  const tick = () => {
    const left = Math.ceil((leavesAt - deskNow()) / 1000);
    if (left <= 0) { clearInterval(timer); toast.remove(); return; }
    shown.textContent = left;
  };
  const timer = setInterval(tick, 250);
  tick();
}

function arm(toast) {
  if (toast.dataset.leaves) { countDown(toast); return; }
  if (toast.classList.contains("is-error")) return;
  let timer = 0;
  const wait = () => { timer = setTimeout(() => toast.remove(), toast.querySelector("form") ? STAY_WITH_UNDO_MS : STAY_MS); };
  const hold = () => clearTimeout(timer);
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("pointerleave", wait);
  toast.addEventListener("focusout", wait);
  wait();
}

export function showToast({ text, tone = "", undo = "" }) {
  const template = document.getElementById("toast-template");
  if (!template || !host()) return;
  const toast = template.content.firstElementChild.cloneNode(true);
  toast.querySelector(".toast-text").textContent = text;
  if (tone === "error") toast.classList.add("is-error");
  const form = toast.querySelector("form");
  if (undo) { form.action = undo; form.querySelector("input").value = csrfToken(); }
  else form.remove();
  host().append(toast);
  arm(toast);
}

export function startToasts() {
  for (const toast of host()?.querySelectorAll(".toast") ?? []) arm(toast);
  document.addEventListener("click", (event) => event.target.closest("[data-toast-close]")?.closest(".toast").remove());
  document.addEventListener("toast", (event) => showToast(event.detail.value ?? event.detail));
}
