// Keys, active time and small comforts of the judging page; the forms work without it.

// Reading counts as activity for so long after the last movement, key or scroll.
const IDLE_MS = 60000;
// A key or click this soon after a new comparison was meant for the one before.
const SETTLE_MS = 350;
const LONGEST_MS = 86400000;

// Active time

let activeMs = 0;
let lastActive = performance.now();
let shownAt = performance.now();

function countActivity() {
  const now = performance.now();
  if (lastActive !== null) activeMs += Math.min(now - lastActive, IDLE_MS);
  lastActive = now;
}

function pauseOrGoOn() {
  if (document.hidden) {
    countActivity();
    lastActive = null;
  } else {
    lastActive = performance.now();
  }
}

function startComparison() {
  activeMs = 0;
  shownAt = performance.now();
  lastActive = document.hidden ? null : shownAt;
}

for (const kind of ["pointermove", "pointerdown", "keydown", "wheel", "scroll", "touchmove"]) {
  addEventListener(kind, countActivity, { capture: true, passive: true });
}
document.addEventListener("visibilitychange", pauseOrGoOn);

// Sending

const isSettling = () => performance.now() - shownAt < SETTLE_MS;

document.addEventListener(
  "click",
  (event) => {
    // The second click of a double click must not judge the next comparison.
    if (event.target.closest(".verdict button, [data-key='z']") && isSettling()) {
      event.preventDefault();
      event.stopPropagation();
    }
  },
  { capture: true },
);

document.addEventListener(
  "submit",
  (event) => {
    if (event.target.matches(".verdict")) noteTime(event.target);
  },
  { capture: true },
);

function noteTime(form) {
  countActivity();
  form.elements.active_ms.value = Math.min(LONGEST_MS, Math.round(activeMs));
}

document.addEventListener("htmx:configRequest", (event) => {
  const form = event.target.closest(".verdict");
  if (!form) return;
  noteTime(form);
  event.detail.parameters.active_ms = form.elements.active_ms.value;
});

document.addEventListener("htmx:beforeRequest", (event) => {
  const chosen = event.detail.requestConfig.triggeringEvent?.submitter ?? event.target;
  chosen.classList?.add("is-chosen");
});

document.addEventListener("htmx:afterRequest", () => {
  for (const chosen of document.querySelectorAll(".is-chosen")) chosen.classList.remove("is-chosen");
});

// What went wrong; the page, and what was typed, stay as they are

function showProblem(text) {
  const notice = document.getElementById("connection");
  notice.hidden = false;
  notice.textContent = text;
}

document.addEventListener("htmx:responseError", (event) => {
  const { status } = event.detail.xhr;
  showProblem(`Nothing was stored (error ${status}). Try again; if it stays, reload the page.`);
});

// A new comparison

let promptIsOpen = true;

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "judging") return;
  if (new URL(event.detail.xhr.responseURL).pathname.startsWith("/accounts/")) {
    event.detail.shouldSwap = false;
    const text = "You are logged out, and nothing was stored. Copy what you wrote, then reload the page.";
    setTimeout(() => showProblem(text));
    return;
  }
  promptIsOpen = document.getElementById("prompt")?.open ?? promptIsOpen;
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "judging") return;
  const prompt = document.getElementById("prompt");
  if (prompt) prompt.open = promptIsOpen;
  scrollTo({ top: 0, behavior: "instant" });
  document.querySelector("#judging .notice, #judging .comparison, #judging .empty")?.focus();
  startComparison();
  announce();
});

function announce() {
  const count = document.querySelector(".judge-progress b")?.textContent;
  const what = document.querySelector("#judging .comparison") ? "Next comparison" : "Nothing is left";
  document.getElementById("announcement").textContent = `${what}. ${count} judged today.`;
}

// Keys

const isTyping = (element) => element.matches("textarea, input, select") || element.isContentEditable;

function pressed(key) {
  const found = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!found) return false;
  if (found.matches("textarea")) found.focus();
  else found.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (document.querySelector("dialog[open]")) return;
  if (isTyping(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
  // The place of the key serves layouts on which digits need Shift.
  const key = event.key.length === 1 && !/\d/.test(event.key) && event.shiftKey ? event.key : (digit ?? event.key);
  if (pressed(key.toLowerCase())) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens).showModal();
  if (event.target.matches("dialog[open]")) event.target.close();
});

// The field grows with what is written.
document.addEventListener("input", (event) => {
  if (!event.target.matches(".rationale textarea")) return;
  event.target.style.height = "auto";
  event.target.style.height = `${Math.min(event.target.scrollHeight, 160)}px`;
});

startComparison();
