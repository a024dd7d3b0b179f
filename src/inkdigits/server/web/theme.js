// Light or dark, before the first paint: the choice kept in this browser, else what the system asks for.
// A classic script, because a module would run after the page has been shown.
(() => {
  const KEY = "inkdigits-theme";
  const system = matchMedia("(prefers-color-scheme: dark)");

  function kept() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // a browser that keeps nothing
    }
  }

  function apply(theme) {
    document.documentElement.dataset.theme = theme;
    document.getElementById("theme")?.setAttribute("aria-pressed", String(theme === "dark"));
    document.dispatchEvent(new CustomEvent("themechange"));
  }

  const wanted = () => kept() ?? (system.matches ? "dark" : "light");
  apply(wanted());
  system.addEventListener("change", () => apply(wanted()));
  document.addEventListener("DOMContentLoaded", () => {
    apply(wanted());
    document.getElementById("theme")?.addEventListener("click", () => {
      const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
      try {
        localStorage.setItem(KEY, theme);
      } catch {
        // it holds until the page is left
      }
      apply(theme);
    });
  });
})();
