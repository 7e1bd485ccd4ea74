// Keys of the review pages; every one of them presses a button or a link that is on the page.

const isTyping = (element) => element.matches("textarea, input, select") || element.isContentEditable;

/** The place of a digit serves layouts on which digits need Shift. */
function keyOf(event) {
  return (/^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1] ?? event.key).toLowerCase();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (isTyping(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const found = document.querySelector(`[data-key="${CSS.escape(keyOf(event))}"]`);
  if (!found) return;
  event.preventDefault();
  if (found.matches("textarea")) found.focus();
  else found.click();
});

// The second click of a double click would decide nothing new, but would show a conflict.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});

addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
