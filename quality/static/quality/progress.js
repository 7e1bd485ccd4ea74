// Asks for newer numbers while the page is seen, and rests while somebody reads a detail in them.

let waited = 0;

function look() {
  const live = document.querySelector("[data-refresh]");
  if (!live || document.hidden) return;
  waited += 1;
  if (waited < Number(live.dataset.refresh)) return;
  if (live.querySelector("details[open]") || live.contains(document.activeElement)) return;
  waited = 0;
  live.dispatchEvent(new CustomEvent("refresh"));
}

setInterval(look, 1000);
document.addEventListener("visibilitychange", () => {
  // Back after a while: what is shown is old.
  if (!document.hidden) waited = Infinity;
});
