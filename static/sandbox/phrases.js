// A phrase goes into the letter instead of leaving at once, so that it can still be changed.
// Without scripts the button sends it as it is.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-phrase]");
  if (!button) return;
  event.preventDefault();
  const text = button.form.elements.text;
  text.value = text.value.trim() ? `${text.value.trim()}\n${button.dataset.phrase}` : button.dataset.phrase;
  text.focus();
});
