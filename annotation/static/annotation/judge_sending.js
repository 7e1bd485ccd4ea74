// Sends what is kept, in order, exactly once: a row goes only after a confirmed answer, and its
// idempotency key makes a second sending harmless.

import { excuse, isLoggedOut, send, settings, text } from "./judge_page.js";
import { isOfThisProject, refuseRow, removeRow, unsentRows } from "./judge_rows.js";

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30000;
// So long it says that all is stored.
const DONE_MS = 5000;
const STORED = [200, 201];
// It makes no difference to send these again.
const REFUSED = [400, 404, 409, 410, 413, 422];

const listeners = { stored: [], refused: [] };
let moreFields = () => ({});
let wait = FIRST_WAIT_MS;
let timer;
let running = null;
let isWanted = false;

/** `what` is "stored" (row, data) or "refused" (row, status, message, data). */
export function on(what, run) {
  listeners[what].push(run);
}

/** What every judgment asks for besides: which comparisons are here, how many more may come. */
export function askFor(fields) {
  moreFields = fields;
}

/** Send all that is unsent; ends when nothing is left or nothing goes. */
export function sendAll() {
  isWanted = true;
  running ??= sendUntilDone();
  return running;
}

async function sendUntilDone() {
  try {
    await alone(sendWhileWanted);
  } finally {
    running = null;
  }
  // Wanted once more while the lock was given back.
  if (isWanted) await sendAll();
}

async function sendWhileWanted() {
  do {
    isWanted = false;
    await sendRows();
    await showPending();
  } while (isWanted);
}

async function sendRows() {
  clearTimeout(timer);
  for (;;) {
    const row = await nextRow();
    if (!row) return;
    await showPending();
    if (!(await sendRow(row))) {
      later();
      return;
    }
    wait = FIRST_WAIT_MS;
  }
}

/** The oldest; trouble with another project's rows does not hold up this one's. */
async function nextRow() {
  const rows = await unsentRows();
  return rows.find(isOfThisProject) ?? rows[0];
}

/** Whether to go on with the next row. */
async function sendRow(row) {
  let answer;
  try {
    // Another project's comparisons have no place on this page.
    const more = isOfThisProject(row) ? await moreFields() : [["wanted", 0]];
    answer = await send(row.url, [...new URLSearchParams(row.body), ...more]);
  } catch {
    return false;
  }
  const { status, data } = answer;
  if (STORED.includes(status) && data.stored) {
    await removeRow(row.id);
    await tell("stored", row, data);
  } else if (REFUSED.includes(status)) {
    const message = data.message || text("not_stored");
    await refuseRow(row, message);
    await tell("refused", row, status, message, data);
  } else {
    if (isLoggedOut(answer) || status >= 500) excuse(answer);
    return false;
  }
  return true;
}

async function tell(what, ...details) {
  for (const run of listeners[what]) await run(...details);
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(sendAll, wait);
  wait = Math.min(LONGEST_WAIT_MS, wait * 2);
}

/** One tab sends at a time; where the browser cannot say, the keys make it harmless. */
export function alone(work) {
  if (!navigator.locks) return work();
  return navigator.locks.request(`judgments of ${settings.user}`, work);
}

let hasWaited = false;

async function showPending() {
  const n = (await unsentRows()).filter(isOfThisProject).length;
  const line = document.getElementById("pending");
  // A judgment on its way for a moment is nothing to look at.
  const isLate = n > 0 && (n > 1 || wait > FIRST_WAIT_MS || !navigator.onLine);
  const isDone = hasWaited && n === 0;
  if (isLate) line.textContent = n === 1 ? text("waiting_one") : text("waiting", n);
  if (isDone) line.textContent = text("all_sent");
  if (isLate || isDone) line.className = `badge judge-pending ${isLate ? "warn" : "ok"}`;
  line.hidden = !isLate && !isDone;
  hasWaited = isLate || (hasWaited && n > 0);
  if (isDone) setTimeout(() => (line.hidden ||= !hasWaited), DONE_MS);
}

addEventListener("online", () => {
  wait = FIRST_WAIT_MS;
  sendAll();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) sendAll();
});
