// What opens beside or above the work: keys, skip, flag, recent judgments; and how texts look.

import { ask, excuse, notice, settings, text } from "./judge_page.js";
import { current, isSettling, revise } from "./judge_deck.js";

const SIZES = ["s", "m", "l"];

function remember(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Holds for this page.
  }
}

// How texts look

function setSize(size) {
  document.documentElement.dataset.textSize = size;
  remember("text-size", size);
  markView();
}

function toggleRaw() {
  const root = document.documentElement;
  if ("raw" in root.dataset) delete root.dataset.raw;
  else root.dataset.raw = "";
  markView();
}

function markView() {
  const { dataset } = document.documentElement;
  for (const button of document.querySelectorAll("[data-text-size]")) {
    if (!button.matches("button")) continue;
    const isOn = button.dataset.textSize === (dataset.textSize ?? "m");
    button.setAttribute("aria-pressed", String(isOn));
  }
  document.querySelector("[data-raw-view]").setAttribute("aria-pressed", String("raw" in dataset));
}

// Dialogs

/** Opens a dialog; resolves with the value of the button that closed it. */
function opened(dialog) {
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true });
  });
}

/** The fields of the skip dialog, or null. What was typed as the reason stays for a next try. */
export async function askWhySkipped() {
  const form = document.getElementById("skip-form");
  const answer = await opened(document.getElementById("skip-dialog"));
  current()?.focus({ preventScroll: true });
  if (answer !== "skip") return null;
  const fields = [...new FormData(form)];
  form.reset();
  return fields;
}

export async function askWhyFlagged() {
  const form = document.getElementById("flag-form");
  const answer = await opened(document.getElementById("flag-dialog"));
  current()?.focus({ preventScroll: true });
  if (answer !== "flag") return null;
  const fields = [...new FormData(form)];
  form.reset();
  return fields;
}

async function openRecent() {
  let answer;
  try {
    answer = await ask(settings.urls.recent);
  } catch {
    notice("connection", "warning", text("needs_connection"));
    return;
  }
  if (answer.status !== 200) {
    excuse(answer);
    return;
  }
  const list = document.getElementById("recent-list");
  list.innerHTML = answer.data.html;
  // As after htmx: times are shown in the reader's zone.
  list.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
  await opened(document.getElementById("recent-dialog"));
}

// Everything together

function onClick(event) {
  const target = event.target;
  if (target.matches("dialog[open]")) target.close();
  const opener = target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens).showModal();

  const size = target.closest("button[data-text-size]")?.dataset.textSize;
  if (SIZES.includes(size)) setSize(size);
  if (target.closest("[data-raw-view]")) toggleRaw();

  if (target.closest("[data-recent]")) {
    event.preventDefault();
    openRecent();
  }
  const link = target.closest("[data-revise]");
  if (link && link.closest("dialog")) {
    event.preventDefault();
    link.closest("dialog").close();
    if (!isSettling()) revise(link.href);
  }
}

export function preparePanels() {
  document.addEventListener("click", onClick);
  document.addEventListener("judge:shown", () => {
    const box = document.querySelector(".uncover-box");
    if (box) box.checked = false;
  });
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  document.cookie = `timezone=${timeZone}; path=/; max-age=31536000; samesite=lax`;
  markView();
}
