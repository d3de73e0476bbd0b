// Light, dark, or what the system says. The choice stays in this browser.
const KEY = "desk.theme";
const root = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");

function apply(choice) {
  root.dataset.themeChoice = choice;
  root.dataset.bsTheme = choice === "system" ? (system.matches ? "dark" : "light") : choice;
  for (const button of document.querySelectorAll("[data-theme-choice-set]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoiceSet === choice));
  }
}

function choose(choice) {
  try {
    if (choice === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, choice);
  } catch { /* the choice then lasts for this page */ }
  apply(choice);
}

export function startTheme() {
  apply(root.dataset.themeChoice || "system");
  system.addEventListener("change", () => apply(root.dataset.themeChoice));
  document.addEventListener("click", (event) => {
    const set = event.target.closest("[data-theme-choice-set]");
    if (set) choose(set.dataset.themeChoiceSet);
    if (event.target.closest("[data-theme-flip]")) choose(root.dataset.bsTheme === "dark" ? "light" : "dark");
  });
}
