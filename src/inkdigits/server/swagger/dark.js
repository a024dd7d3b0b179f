// Swagger UI's own dark colours, when those of the reader's page are dark (theme.js says which they are).
// Classic scripts, so that the page is never shown in the other colours first.
(() => {
  const root = document.documentElement;
  const follow = () => root.classList.toggle("dark-mode", root.dataset.theme === "dark");
  follow();
  document.addEventListener("themechange", follow);
})();
