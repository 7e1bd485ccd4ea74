// The judging page: takes answers, shows the next comparison at once, sends behind it.
// Without this script the forms work by themselves.

import { count, notice, settings, text } from "./judge_page.js";
import {
  addRow,
  endsComparison,
  isOfThisProject,
  ownRows,
  removeRow,
  unsentRows,
} from "./judge_rows.js";
import { alone, askFor, sendAll } from "./judge_sending.js";
import * as deck from "./judge_deck.js";
import { choose, chosenOf, dueField } from "./judge_choice.js";
import { showRefused } from "./judge_answers.js";
import { activeTime } from "./judge_time.js";
import { fieldsOf, forgetDraft, noteDraft, saveDraft } from "./judge_drafts.js";
import { listenToKeys } from "./judge_keys.js";
import { askWhyFlagged, askWhySkipped, preparePanels } from "./judge_panels.js";

const EXCERPT = 120;
// What people write themselves.
const WRITTEN = ["text", "why_text", "rationale"];
const others = "BroadcastChannel" in globalThis ? new BroadcastChannel("judgments") : null;

// Judging

async function judge(button) {
  const form = button.form;
  if ("busy" in form.dataset) return;
  const field = dueField(form, button);
  if (field) {
    choose(button, field);
    noteDraft(form);
    return;
  }
  form.dataset.busy = "";
  form.dataset.chosen = button.value;
  button.classList.add("was-chosen");
  const isNew = Boolean(form.dataset.assignment);
  const key = form.elements.idempotency_key.value;
  const id = await keep(form, form.action, isNew ? "judgment" : "revision", [
    ...fieldsOf(form),
    ["idempotency_key", key],
    ["active_ms", activeTime()],
  ]);
  forgetDraft(form);
  delete form.dataset.chosen;
  if (isNew) {
    deck.remember(form, id);
    count({ today: 1, total: 1, left: -1 });
  }
  if (("waits" in form.dataset || deck.goesOnAnew()) && navigator.onLine) {
    await sendAll();
    // Without an answer, or with one that another tab got, there is no feedback to wait for.
    const isLeft = form === deck.current() && "busy" in form.dataset;
    if (isLeft && !("answered" in form.dataset)) await deck.goOn();
    return;
  }
  await deck.goOn();
  deck.confirm(button.value);
  sendAll();
}

/** Put a row on its way and tell the other tabs. */
function keep(form, url, kind, fields) {
  const { assignment } = form.dataset;
  if (kind !== "flag") others?.postMessage({ user: settings.user, assignment });
  const prompt = form.querySelector(".turn:last-of-type .source")?.textContent ?? "";
  return addRow({
    url,
    kind,
    assignment,
    body: new URLSearchParams(fields).toString(),
    text: writtenIn(fields),
    prompt: prompt.slice(0, EXCERPT),
  });
}

function writtenIn(fields) {
  const written = fields.filter(([name, value]) => WRITTEN.includes(name) && value);
  return written.map(([, value]) => value).join("\n\n");
}

async function skip(form) {
  saveDraft(form);
  const fields = await askWhySkipped();
  if (!fields || form !== deck.current()) return;
  const rationale = ["rationale", form.elements.rationale.value];
  await keep(form, form.dataset.skipUrl, "skip", [...fields, rationale]);
  count({ left: -1 });
  await deck.goOn();
  sendAll();
}

async function flag(form) {
  const fields = await askWhyFlagged();
  if (!fields) return;
  const isReport = fields.some(([name, value]) => name === "kind" && value === "report");
  await keep(form, form.dataset.flagUrl, isReport ? "report" : "flag", fields);
  notice("flag", "success", text(isReport ? "reported" : "flagged"));
  if (isReport) {
    count({ left: -1 });
    await deck.goOn();
  }
  sendAll();
}

async function takeBack(url) {
  await sendAll();
  const last = deck.lastJudged();
  const isUnsent = last && (await unsentRows()).some((row) => row.id === last.rowId);
  if (isUnsent) {
    await alone(() => removeRow(last.rowId));
    deck.takeBackLast();
    return;
  }
  await deck.revise(url);
}

// Clicks, which keys make as well

const TOO_SOON = ".work button, [data-take-back], [data-flag]";

function onClick(event) {
  const target = event.target;
  const isOurs = target.closest(TOO_SOON);
  if (!isOurs) return;
  if (deck.isSettling()) {
    // The second click of a double click must not judge the next comparison.
    event.preventDefault();
    event.stopPropagation();
    return;
  }
  const form = deck.current();
  const answer = target.closest("button[name=answer]");
  if (answer) judge(answer);
  else if (target.closest("[data-skip]")) skip(form);
  else if (target.closest("[data-flag]")) flag(form);
  else if (target.closest("[data-take-back]")) takeBack(settings.urls.last);
  else if (target.closest("[data-store]")) judge(chosenOf(form));
  event.preventDefault();
}

document.addEventListener("click", onClick, { capture: true });
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-leave]")) return;
  event.preventDefault();
  deck.goOn();
});

document.addEventListener("input", (event) => {
  const form = event.target.closest("#work");
  if (!form) return;
  if (event.target.matches(".rationale textarea")) grow(event.target);
  if (form.dataset.chosen && !dueField(form, chosenOf(form))) {
    form.querySelector(".due-note").hidden = true;
  }
  if (!event.target.matches(".uncover-box")) noteDraft(form);
});

// The field grows with what is written.
function grow(field) {
  field.style.height = "";
  if (!field.value) return;
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, 160)}px`;
}

document.addEventListener("judge:shown", () => {
  const form = deck.current();
  if (!form) return;
  grow(form.elements.rationale);
  // An answer of the draft waits for what was due.
  const drafted = form.dataset.assignment && form.querySelector("button[aria-current]");
  if (drafted) choose(drafted);
});

document.addEventListener("judge:alive", (event) => deck.take(event.detail));
document.addEventListener("judge:back", (event) => {
  if (event.detail > settings.silenceSeconds * 3000) deck.refresh();
});
others?.addEventListener("message", ({ data }) => {
  if (data.user === settings.user && data.assignment) deck.forget(data.assignment);
});

// The page begins

async function begin() {
  askFor(deck.room);
  preparePanels();
  listenToKeys();
  deck.noteShown();
  const rows = await ownRows();
  for (const row of rows.filter((one) => one.refused)) showRefused(row);
  // The server counted without what waits here.
  const unsent = rows.filter((row) => !row.refused && isOfThisProject(row));
  const n = unsent.filter((row) => row.kind === "judgment").length;
  count({ today: n, total: n, left: -n });
  const assignment = deck.current()?.dataset.assignment;
  const isDone = unsent.some((row) => endsComparison(row) && row.assignment === assignment);
  if (assignment && isDone) deck.wait();
  await sendAll();
  if (assignment) await deck.fetchMore();
}

begin();
