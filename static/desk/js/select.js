// The box at the head of a list ticks all boxes of its page, and says whether some are ticked.
const boxesOf = (head) => [...head.closest("form").querySelectorAll(`input[name="${CSS.escape(head.dataset.checkAll)}"]`)];

function agree(form) {
  const head = form?.querySelector("[data-check-all]");
  if (!head) return;
  const boxes = boxesOf(head), ticked = boxes.filter((box) => box.checked).length;
  head.checked = ticked > 0 && ticked === boxes.length;
  const said = form.querySelector("[data-ticked]");
  if (said) said.textContent = `With ${ticked} selected:`;
  head.indeterminate = ticked > 0 && ticked < boxes.length;
}

export function startSelect() {
  document.addEventListener("change", (event) => {
    const head = event.target.closest?.("[data-check-all]");
    if (head) for (const box of boxesOf(head)) box.checked = head.checked;
    agree(event.target.form);
  });
  document.addEventListener("htmx:afterSettle", () => {
    for (const head of document.querySelectorAll("[data-check-all]")) agree(head.form);
  });
}
