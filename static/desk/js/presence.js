// Tells every few seconds that this page is open and whether somebody writes in it; the answer
// says who else is here. A page in the background says nothing, so it is not "here".
const EVERY_MS = 5000, STILL_MS = 6000;
let stillTimer = 0;

const beat = (form) => { if (!document.hidden) window.htmx?.trigger(form, "beat"); };

function say(form, writing) {
  const field = form.elements.writing;
  if (field.value === writing) return;
  field.value = writing;
  beat(form);
}

export function startPresence() {
  const form = document.getElementById("here");
  if (!form) return;
  document.addEventListener("input", (event) => {
    const writing = event.target.dataset?.writing;
    if (!writing) return;
    say(form, writing);
    clearTimeout(stillTimer);
    stillTimer = setTimeout(() => say(form, ""), STILL_MS);
  });
  document.addEventListener("visibilitychange", () => beat(form));
  setInterval(() => beat(form), EVERY_MS);
  if (window.htmx) beat(form); else addEventListener("load", () => beat(form));
}
