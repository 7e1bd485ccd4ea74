// Active time, signs of life while the page is open, and the suggestion of a break.

import { notice, send, settings, text } from "./judge_page.js";

// Reading counts as activity for so long after the last movement, key or scroll.
const IDLE_MS = 60000;
// Away for so long is a break.
const BREAK_MS = 5 * 60000;
const LONGEST_MS = 86400000;
// A page that nobody has touched for so long keeps nothing from others any more.
const FORGOTTEN_MS = 4 * 3600000;
const N_REMEMBERED = 20;
const SINCE_BREAK = "active-since-break";

let activeMs = 0;
// What was spent on comparisons that may be shown again, by assignment.
const spent = new Map();
let timed;
let sinceBreakMs = remembered();
let lastActive = performance.now();
let lastSeen = Date.now();

function remembered() {
  try {
    return Number(sessionStorage.getItem(SINCE_BREAK)) || 0;
  } catch {
    return 0;
  }
}

function countActivity() {
  const now = performance.now();
  if (lastActive !== null) {
    const gap = now - lastActive;
    const counted = Math.min(gap, IDLE_MS);
    activeMs += counted;
    sinceBreakMs = gap > BREAK_MS ? 0 : sinceBreakMs + counted;
  }
  lastActive = now;
  lastSeen = Date.now();
}

/** Active milliseconds on the comparison that is shown. */
export function activeTime() {
  countActivity();
  return Math.min(LONGEST_MS, Math.round(activeMs));
}

/** A comparison was shown: its time starts, or goes on where it was shown before. */
export function startTime(assignment) {
  // What passed before the first one was shown is nobody's work.
  if (timed) stopTime();
  timed = assignment;
  activeMs = spent.get(timed) ?? 0;
  lastActive = document.hidden ? null : performance.now();
  suggestBreak();
}

/** What was shown is shown no more. */
export function stopTime() {
  countActivity();
  if (timed) {
    spent.delete(timed);
    spent.set(timed, activeMs);
    if (spent.size > N_REMEMBERED) spent.delete(spent.keys().next().value);
  }
  timed = undefined;
}

function suggestBreak() {
  try {
    sessionStorage.setItem(SINCE_BREAK, String(Math.round(sinceBreakMs)));
  } catch {
    // Counted for this page only.
  }
  const minutes = settings.breakMinutes;
  if (!minutes || sinceBreakMs < minutes * 60000) return;
  sinceBreakMs = 0;
  const goOn = { label: text("go_on"), run: () => {} };
  notice("break", "info", text("take_a_break", minutes), goOn);
}

// Also from a tab in the background: what it holds would be given away.
async function signOfLife() {
  if (Date.now() - lastSeen > FORGOTTEN_MS) return;
  try {
    const { data } = await send(settings.urls.alive, {});
    document.dispatchEvent(new CustomEvent("judge:alive", { detail: data }));
  } catch {
    // No connection: the lease may run out, a late judgment is still welcome.
  }
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    countActivity();
    lastActive = null;
    return;
  }
  lastActive = performance.now();
  const away = Date.now() - lastSeen;
  lastSeen = Date.now();
  if (away > BREAK_MS) sinceBreakMs = 0;
  signOfLife();
  document.dispatchEvent(new CustomEvent("judge:back", { detail: away }));
});

for (const kind of ["pointermove", "pointerdown", "keydown", "wheel", "scroll", "touchmove"]) {
  addEventListener(kind, countActivity, { capture: true, passive: true });
}
setInterval(signOfLife, settings.silenceSeconds * 1000);
