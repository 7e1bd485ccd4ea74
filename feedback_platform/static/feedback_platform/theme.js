// Runs in the head, before the first paint, so that the page never flashes in the other theme.
(() => {
  const root = document.documentElement;
  root.dataset.js = "";
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    const size = localStorage.getItem("text-size");
    if (size) root.dataset.textSize = size;
  } catch {
    // Storage is closed to us (private mode): the system's preference holds.
  }
})();
