/** Tabs that the keyboard, the address (`#picture`) and the back button know. */

/**
 * @param {HTMLElement} list the element with `role="tablist"`.
 * @param {(id: string) => void} onShow called with the id of the panel that is shown.
 * @returns {{show: (id: string) => void, current: () => string}}
 */
export function tabs(list, onShow) {
  const all = [...list.querySelectorAll("[role=tab]")];
  const panel = (tab) => document.getElementById(tab.getAttribute("aria-controls"));
  const current = () => panel(all.find((tab) => tab.getAttribute("aria-selected") === "true")).id;

  function select(tab) {
    for (const one of all) {
      const chosen = one === tab;
      one.setAttribute("aria-selected", String(chosen));
      one.tabIndex = chosen ? 0 : -1;
      panel(one).hidden = !chosen;
    }
    onShow(panel(tab).id);
  }

  const tabOf = (id) => all.find((tab) => panel(tab).id === id) ?? all[0];
  const show = (id) => {
    if (id === current()) return;
    history.replaceState(null, "", `#${id}`);
    select(tabOf(id));
  };

  list.addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]");
    if (tab) show(panel(tab).id);
  });
  list.addEventListener("keydown", (event) => {
    const at = all.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const tab = all[(to + all.length) % all.length];
    tab.focus();
    show(panel(tab).id);
  });
  window.addEventListener("hashchange", () => {
    if (location.pathname === "/") select(tabOf(location.hash.slice(1)));
  });
  select(tabOf(location.hash.slice(1)));
  return { show, current };
}
