// The comparison on the screen and those that wait behind it, so that the next one is there at once.

import {
  announce,
  ask,
  count,
  dropNotice,
  judgedToday,
  notice,
  send,
  settings,
  showProgress,
  text,
} from "./judge_page.js";
import { unsentRows } from "./judge_rows.js";
import { saveDraft } from "./judge_drafts.js";
import { startTime } from "./judge_time.js";

const place = document.getElementById("judging");
// A key or click this soon after a new comparison was meant for the one before.
const SETTLE_MS = 350;
const CONFIRM_MS = 240;
const N_REMEMBERED = 5;
// Asked again after so long where the server is busy or gone.
const AGAIN_MS = 2000;
const COUNTED_EVERY = 10;

const ahead = [];
// Forms that were judged here, by assignment: to take back, or to ask again.
const judged = new Map();
// The comparison that waits while an earlier judgment is changed.
let parked = null;
let isWaiting = false;
let isAsking = false;
let hasToRead = false;
let promptIsOpen = true;
let shownAt = performance.now();
let againTimer;
let nAsked = 0;

export const current = () => document.getElementById("work");
export const isSettling = () => performance.now() - shownAt < SETTLE_MS;

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
  startTime();
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
  // The page may have begun at an earlier judgment.
  if (location.pathname !== settings.urls.page) history.replaceState(null, "", settings.urls.page);
  const next = parked ?? (hasToRead ? null : ahead.shift());
  parked = null;
  if (next) {
    show(next);
    announce(text("next", judgedToday()));
    return;
  }
  if (hasToRead) {
    await readGuidelines();
    return;
  }
  wait();
  await fetchMore();
}

function wait() {
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
  const rows = await unsentRows();
  const here = [current(), parked, ...ahead].map((form) => form?.dataset.assignment);
  const known = new Set([...here, ...rows.map((row) => row.assignment)].filter(Boolean));
  const wanted = Math.max(0, Math.min(settings.ahead, settings.ahead + isWaiting - ahead.length));
  const fields = [...[...known].map((id) => ["known", id]), ["wanted", wanted]];
  nAsked += 1;
  // The page counts on by itself; now and then the server says how it really stands.
  return nAsked % COUNTED_EVERY ? fields : [...fields, ["progress", ""]];
}

/** Take what the server sent along: comparisons, or why there are none. */
export function take(data) {
  if (data.progress) recount(data.progress);
  for (const { assignment, html } of data.works ?? []) {
    const isHere = [current(), parked, ...ahead].some(
      (form) => form?.dataset.assignment === assignment,
    );
    if (!isHere) ahead.push(elementOf(html));
  }
  if (data.guidelines > settings.guidelines && !hasToRead) {
    hasToRead = true;
    ahead.length = 0;
    const read = { label: text("read_guidelines"), run: readGuidelines };
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
  const unsent = (await unsentRows()).filter((row) => row.kind === "judgment");
  showProgress(progress, unsent.length);
}

/** Fill up what waits behind the comparison on the screen. */
export async function fetchMore() {
  if (isAsking || hasToRead) return;
  isAsking = true;
  clearTimeout(againTimer);
  try {
    const { status, data } = await send(settings.urls.next, await room());
    if (status === 200) take(data);
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
  againTimer = setTimeout(fetchMore, AGAIN_MS);
}

/** What was fetched may have passed on while nobody was here. */
export function refresh() {
  ahead.length = 0;
  fetchMore();
}

async function readGuidelines() {
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

export const isRemembered = (assignment) => judged.has(assignment);

/** Show a judged form again: its judgment was taken back, or was not taken. */
export function bringBack(assignment) {
  const { form } = judged.get(assignment);
  judged.delete(assignment);
  for (const button of form.querySelectorAll(".was-chosen")) button.classList.remove("was-chosen");
  delete form.dataset.busy;
  const inPlace = current();
  if (inPlace && inPlace !== form) ahead.unshift(inPlace);
  show(form);
  count({ today: -1, total: -1, left: 1 });
}

/** Show an earlier judgment to change it; the comparison on the screen waits. */
export async function revise(url) {
  let answer;
  try {
    answer = await ask(url);
  } catch {
    notice("connection", "warning", text("needs_connection"));
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
  const index = ahead.findIndex((form) => form.dataset.assignment === assignment);
  if (index >= 0) ahead.splice(index, 1);
  const form = current();
  const { rationale } = form?.elements ?? {};
  if (form?.dataset.assignment !== assignment) return;
  if (rationale.value || document.activeElement === rationale) return;
  goOn();
  notice("elsewhere", "info", text("judged_elsewhere"));
}
