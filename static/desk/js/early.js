// Runs before the first paint so that the theme never flashes. A classic script on purpose:
// a module would wait for the document.
(() => {
  let chosen = null;
  try { chosen = localStorage.getItem("desk.theme"); } catch { /* storage may be forbidden */ }
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const root = document.documentElement;
  root.dataset.bsTheme = chosen === "light" || chosen === "dark" ? chosen : dark ? "dark" : "light";
  root.dataset.themeChoice = chosen || "system";
})();
