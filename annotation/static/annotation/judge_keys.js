// Keys. They rest while somebody types; Escape leaves the field.

import { current } from "./judge_deck.js";

const TYPED = "textarea, select, input:not([type=radio], [type=checkbox], [type=button])";

const isTyping = (element) => element.matches(TYPED) || element.isContentEditable;

/** The place of a digit serves layouts on which digits need Shift. */
function keyOf(event) {
  // Without NumLock the number pad moves about and is no digit.
  if (event.key.length > 1) return event.key.toLowerCase();
  const isSign = !/\d/.test(event.key) && event.shiftKey;
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
  return (isSign ? event.key : (digit ?? event.key)).toLowerCase();
}

function press(key) {
  const found = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!found) return false;
  if (found.matches("textarea")) found.focus();
  else found.click();
  return true;
}

/** A digit in a row of marks chooses one, and the next row is on. */
function rate(group, key) {
  const marks = [...group.querySelectorAll("input[type=radio]:not([value=''])")];
  const named = marks.filter((mark) => mark.nextElementSibling?.textContent.trim() === key);
  const mark = named.length === 1 ? named[0] : marks[Number(key) - 1];
  if (!mark) return;
  mark.focus();
  mark.click();
  const groups = [...group.form.querySelectorAll("fieldset.pips")];
  const next = groups[groups.indexOf(group) + 1];
  if (next) rowFocus(next);
  else group.form.focus({ preventScroll: true });
}

function rowFocus(group) {
  (group.querySelector("input:checked") ?? group.querySelector("input")).focus();
}

/** Take a mark back, also where the criterion is required: who cannot judge need not rate. */
function clearMark(group) {
  const mark = group.querySelector("input:checked");
  if (!mark) return;
  mark.checked = false;
  mark.dispatchEvent(new Event("input", { bubbles: true }));
}

function store() {
  const button = current()?.querySelector("[data-store]:not([hidden])");
  button?.click();
  return Boolean(button);
}

/** What a key does in a field; true when it needs nothing else. */
function inField(event) {
  const field = event.target;
  if (event.key === "Escape") {
    field.blur();
    current()?.focus({ preventScroll: true });
    return true;
  }
  return event.key === "Enter" && (event.ctrlKey || event.metaKey) && store();
}

/** What a key does on a mark of a criterion. */
function onMark(event, key) {
  const group = event.target.closest("fieldset.pips");
  if (/^\d$/.test(key)) {
    rate(group, key);
    return true;
  }
  if (event.key === "Escape") {
    current().focus({ preventScroll: true });
    return true;
  }
  if (event.key === "Delete" || event.key === "Backspace") {
    clearMark(group);
    return true;
  }
  return false;
}

function onPage(event, key) {
  if (key === "enter") return !event.target.closest("a, button, summary") && store();
  if (key === "escape") {
    const leave = document.querySelector("[data-leave]");
    leave?.click();
    return Boolean(leave);
  }
  if (key === "c") {
    const first = current()?.querySelector("fieldset.pips");
    if (first) rowFocus(first);
    return Boolean(first);
  }
  return press(key);
}

function handled(event) {
  if (isTyping(event.target)) return inField(event);
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return false;
  const key = keyOf(event);
  if (event.target.closest("fieldset.pips") && onMark(event, key)) return true;
  return onPage(event, key);
}

export function listenToKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    if (document.querySelector("details.menu[open]") && event.key === "Escape") return;
    if (handled(event)) event.preventDefault();
  });
}
