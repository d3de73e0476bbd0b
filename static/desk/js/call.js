// The intake form while one types and ticks faster than the desk answers.
export function startCall() {
  const form = document.querySelector("form[data-call]");
  if (!form) return;
  // A refused form begins where something has to be set right.
  form.querySelector(".errorlist")?.closest(".field, fieldset, .card-pad")?.querySelector("input:not([type=hidden]), textarea")?.focus();
  // A plan that was asked for before the last tick must not take that tick away again: the
  // next answer, which knows of it, is on its way already.
  let changed = false;
  form.addEventListener("change", () => { changed = true; });
  form.addEventListener("htmx:beforeRequest", (event) => { if (event.target === form) changed = false; });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target?.id === "call-plan" && changed) event.detail.shouldSwap = false;
  });
}
