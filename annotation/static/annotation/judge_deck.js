// The comparison on the screen and those that wait behind it, so that the next one is there at once.

import {
  announce,
  ask,
  count,
  dropNotice,
  excuse,
  isLoggedOut,
  judgedToday,
  notice,
  send,
  settings,
  showProgress,
  text,
} from "./judge_page.js";
import { endsComparison, isOfThisProject, unsentRows } from "./judge_rows.js";
import { saveDraft } from "./judge_drafts.js";
import { startTime, stopTime } from "./judge_time.js";

const place = document.getElementById("judging");
// A key or click this soon after a new comparison was meant for the one before.
const SETTLE_MS = 350;
const CONFIRM_MS = 240;
const N_REMEMBERED = 5;
// Asked again after so long where the server is busy or gone, and less and less often.
const AGAIN_MS = 2000;
const LONGEST_AGAIN_MS = 30000;
const COUNTED_EVERY = 10;

const ahead = [];
// Forms that were judged here, by assignment: to take back, or to ask again.
const judged = new Map();
// Comparisons that the server asks more about, while the annotator writes about another one.
const heldBack = new Set();
// The comparison that waits while an earlier judgment is changed.
let parked = null;
let isWaiting = false;
let isAsking = false;
// Whether there is something to read before the next comparison, or may be, as the page began with
// something else: it goes on by loading the page anew.
let hasToRead =
  location.pathname !== settings.urls.page || Boolean(document.getElementById("before"));
let promptIsOpen = true;
let shownAt = performance.now();
let againTimer;
let againMs = AGAIN_MS;
let nAsked = 0;

export const current = () => document.getElementById("work");
export const isSettling = () => performance.now() - shownAt < SETTLE_MS;
/** Whether going on loads the page anew. */
export const goesOnAnew = () => hasToRead && navigator.onLine;
const isOf = (assignment) => (form) => form?.dataset.assignment === assignment;

// Showing

function show(element) {
  const before = current();
  promptIsOpen = before?.querySelector("#prompt").open ?? promptIsOpen;
  place.replaceChildren(element);
  isWaiting = false;
  const prompt = element.querySelector("#prompt");
  if (prompt) prompt.open = promptIsOpen;
  scrollTo({ top: 0, behavior: "instant" });
  element.focus({ preventScroll: true });
  document.getElementById("saved").textContent = "";
  noteShown();
}

/** The comparison on the screen is new: its time and its first moment start. */
export function noteShown() {
  shownAt = performance.now();
  startTime(current()?.dataset.assignment);
  document.dispatchEvent(new CustomEvent("judge:shown"));
}

/** The pressed key stays marked for a moment, in the same place of what comes next. */
export function confirm(value) {
  const button = current()?.querySelector(`button.answer[value="${CSS.escape(value)}"]`);
  if (!button) return;
  button.classList.add("was-chosen");
  setTimeout(() => button.classList.remove("was-chosen"), CONFIRM_MS);
}

/** Show what comes next: what waited, the next one ahead, or what there is to say. */
export async function goOn() {
  const next = parked ?? (hasToRead ? null : ahead.shift());
  parked = null;
  if (next) {
    show(next);
    announce(text("next", judgedToday()));
    return;
  }
  if (goesOnAnew()) {
    await goOnAnew();
    return;
  }
  wait();
  await fetchMore();
}

/** Nothing is on the screen until something comes. */
export function wait() {
  stopTime();
  const template = document.createElement("div");
  template.className = "empty";
  template.tabIndex = -1;
  const title = document.createElement("h2");
  title.textContent = text(navigator.onLine ? "fetching" : "no_more_ahead");
  template.append(title);
  if (!navigator.onLine) template.append(paragraph(text("no_more_ahead_text")));
  place.replaceChildren(template);
  announce(title.textContent);
  isWaiting = true;
}

function paragraph(words) {
  const element = document.createElement("p");
  element.textContent = words;
  return element;
}

function elementOf(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.querySelector("form, .empty, section");
}

// Fetching

/** Fields that tell the server what is here and how much more may come. */
export async function room() {
  const here = [current(), parked, ...ahead].map((form) => form?.dataset.assignment);
  const known = new Set([...here, ...heldBack, ...(await done())].filter(Boolean));
  const missing = settings.ahead + isWaiting - ahead.length;
  const wanted = hasToRead ? 0 : Math.max(0, Math.min(settings.ahead, missing));
  const fields = [...[...known].map((id) => ["known", id]), ["wanted", wanted]];
  nAsked += 1;
  // The page counts on by itself; now and then the server says how it really stands.
  return nAsked % COUNTED_EVERY ? fields : [...fields, ["progress", ""]];
}

/** The assignments that are done with here, whether or not the server knows it yet. */
async function done() {
  const rows = (await unsentRows()).filter(isOfThisProject).filter(endsComparison);
  return new Set(rows.map((row) => row.assignment));
}

/** Take what the server sent along: comparisons, or why there are none. */
export async function take(data) {
  if (data.progress) recount(data.progress);
  const isDone = data.works?.length ? await done() : new Set();
  for (const { assignment, html } of data.works ?? []) {
    const isHere = [current(), parked, ...ahead].some(isOf(assignment));
    if (isHere || isDone.has(assignment) || heldBack.has(assignment) || hasToRead) continue;
    ahead.push(elementOf(html));
  }
  if (data.guidelines > settings.guidelines && !hasToRead) {
    hasToRead = true;
    ahead.length = 0;
    const read = { label: text("read_guidelines"), run: goOnAnew };
    notice("guidelines", "info", text("guidelines_changed"), read);
  }
  if (!isWaiting) return;
  if (ahead.length || hasToRead) {
    goOn();
  } else if (data.empty) {
    place.replaceChildren(elementOf(data.empty));
    announce(text("nothing"));
  }
}

async function recount(progress) {
  const unsent = (await unsentRows()).filter(isOfThisProject);
  showProgress(progress, unsent.filter((row) => row.kind === "judgment").length);
}

/** Fill up what waits behind the comparison on the screen. */
export async function fetchMore() {
  if (isAsking) return;
  clearTimeout(againTimer);
  if (hasToRead) {
    if (isWaiting && navigator.onLine) await goOnAnew();
    else if (isWaiting) askAgain();
    return;
  }
  isAsking = true;
  try {
    const answer = await send(settings.urls.next, await room());
    const { status, data } = answer;
    // The page itself says what has become of the project.
    if (isWaiting && status === 404) return await goOnAnew();
    if (status === 200) {
      againMs = AGAIN_MS;
      await take(data);
    } else if (isWaiting && isLoggedOut(answer)) excuse(answer);
    if (isWaiting && (!data.empty || data.why === "busy")) askAgain();
  } catch {
    if (isWaiting) {
      wait();
      askAgain();
    }
  } finally {
    isAsking = false;
  }
}

function askAgain() {
  againTimer = setTimeout(fetchMore, againMs);
  againMs = Math.min(2 * againMs, LONGEST_AGAIN_MS);
}

addEventListener("online", () => {
  againMs = AGAIN_MS;
  if (isWaiting) fetchMore();
});

/** What was fetched may have passed on while nobody was here. */
export function refresh() {
  ahead.length = 0;
  fetchMore();
}

async function goOnAnew() {
  if (current()) await saveDraft(current());
  location.assign(settings.urls.page);
}

// Leaving and coming back

/** The form was answered: remember it for a moment. */
export function remember(form, rowId) {
  judged.set(form.dataset.assignment, { form, rowId });
  if (judged.size > N_REMEMBERED) judged.delete(judged.keys().next().value);
}

/** The form that was judged last in this tab, with the id of its row. */
export function lastJudged() {
  return [...judged.values()].at(-1);
}

/** Show the form that was judged last in this tab once more: its judgment was taken back. */
export function takeBackLast() {
  const { form } = lastJudged();
  for (const button of form.querySelectorAll(".was-chosen")) button.classList.remove("was-chosen");
  delete form.dataset.busy;
  bringBack(form);
}

/** Show a comparison again whose judgment was not taken, as the server has drawn it. */
export function askAgainAbout(html) {
  // Those that were fetched before may not ask for enough either.
  ahead.length = 0;
  bringBack(elementOf(html));
  const { assignment, unsaved, stale } = ahead[0]?.dataset ?? {};
  if (assignment && unsaved === undefined && stale === undefined) ahead.length = 0;
  fetchMore();
}

function bringBack(form) {
  const { assignment } = form.dataset;
  judged.delete(assignment);
  heldBack.delete(assignment);
  const index = ahead.findIndex(isOf(assignment));
  if (index >= 0) ahead.splice(index, 1);
  const inPlace = current();
  if (inPlace && !isOf(assignment)(inPlace)) ahead.unshift(inPlace);
  show(form);
  count({ today: -1, total: -1, left: 1 });
}

/** Not to be handed out again before it is brought back or let go. */
export const holdBack = (assignment) => heldBack.add(assignment);
export const letGo = (assignment) => heldBack.delete(assignment);

/** Show an earlier judgment to change it; the comparison on the screen waits. */
export async function revise(url) {
  let answer;
  try {
    answer = await ask(url);
  } catch {
    notice("connection", "warning", text("needs_connection"));
    return;
  }
  if (answer.status !== 200) {
    excuse(answer);
    return;
  }
  if (!answer.data.html) {
    announce(text("nothing_to_take_back"));
    notice("connection", "info", text("nothing_to_take_back"));
    return;
  }
  const form = current();
  if (form && !form.dataset.judgment) parked = form;
  dropNotice("connection");
  show(elementOf(answer.data.html));
  announce(text("revision"));
}

/** Another tab judged it: it is not to be judged here. */
export function forget(assignment) {
  const index = ahead.findIndex(isOf(assignment));
  if (index >= 0) ahead.splice(index, 1);
  const form = current();
  const { rationale } = form?.elements ?? {};
  if (form?.dataset.assignment !== assignment) return;
  if (rationale.value || document.activeElement === rationale) return;
  goOn();
  notice("elsewhere", "info", text("judged_elsewhere"));
}
