// What the admin's own markup leaves out for those who hear a page: its landmarks and labels.
const LABELS = {
  "#nav-sidebar-inner": "Everything in the admin",
  "#nav-sidebar-inner .simplebar-content-wrapper": "Scrolling list of everything",
  ".select2-search__field": "Search the choices",
};

function label() {
  document.getElementById("main")?.setAttribute("role", "main");
  for (const [selector, text] of Object.entries(LABELS))
    for (const found of document.querySelectorAll(selector)) found.setAttribute("aria-label", text);
}

// Some of it is drawn by scripts, later than the page.
addEventListener("DOMContentLoaded", () => {
  label();
  new MutationObserver(label).observe(document.body, { childList: true, subtree: true });
});
