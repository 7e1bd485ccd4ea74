// What is typed and not sent is kept by the server, so that it is there on any device.

import { excuse, isLoggedOut, send, text } from "./judge_page.js";

const PAUSE_MS = 800;
const FIRST_WAIT_MS = 4000;
const LONGEST_WAIT_MS = 60000;
// It makes no difference to save these again.
const REFUSED = [400, 404, 410, 413, 422];
const NOT_TYPED = ["csrfmiddlewaretoken", "idempotency_key", "active_ms"];

let timer;
let running = null;
let wait = FIRST_WAIT_MS;

/** The fields of a form as they are sent; `chosen` is an answer that waits for what is due. */
export function fieldsOf(form) {
  const fields = [...new FormData(form)].filter(([name]) => !NOT_TYPED.includes(name));
  if (form.dataset.chosen) fields.push(["answer", form.dataset.chosen]);
  return new URLSearchParams(fields);
}

/** Something was typed: save it when the typing rests. */
export function noteDraft(form) {
  if (!form.dataset.draftUrl) return;
  form.dataset.unsaved = "";
  clearTimeout(timer);
  timer = setTimeout(() => saveDraft(form), PAUSE_MS);
}

/** Save now what is not saved yet. */
export async function saveDraft(form) {
  clearTimeout(timer);
  await running;
  if (!("unsaved" in form.dataset) || "stale" in form.dataset) return;
  delete form.dataset.unsaved;
  tell(form, text("saving"));
  running = store(form);
  await running;
  running = null;
}

/** The form is judged: what was typed went with it. */
export function forgetDraft(form) {
  clearTimeout(timer);
  delete form.dataset.unsaved;
  tell(form, "");
}

async function store(form, options = {}) {
  const draft = fieldsOf(form);
  const fields = [...draft, ["number", form.dataset.draftNumber]];
  try {
    const answer = await send(form.dataset.draftUrl, fields, options);
    const { status, data } = answer;
    if (status === 200) {
      form.dataset.draftNumber = data.number;
      wait = FIRST_WAIT_MS;
      tell(form, text("saved"));
    } else if (status === 409) {
      await afterConflict(form, data);
    } else if (REFUSED.includes(status)) {
      tell(form, data.message || text("not_saved"));
    } else {
      if (isLoggedOut(answer)) excuse(answer);
      saveLater(form, text("not_saved"));
    }
  } catch {
    saveLater(form, text("saved_here"));
  }
  form.sentDraft = sorted([...draft]);
}

function saveLater(form, words) {
  // It is judged meanwhile: what was typed went with it.
  if ("busy" in form.dataset) return;
  form.dataset.unsaved = "";
  tell(form, words);
  clearTimeout(timer);
  timer = setTimeout(() => saveDraft(form), wait);
  wait = Math.min(LONGEST_WAIT_MS, wait * 2);
}

/** A newer draft is stored: our own, whose answer was lost, or that of another tab. */
async function afterConflict(form, { message, number, draft }) {
  const isOurs = draft && form.sentDraft === sorted(flat(draft));
  if (isOurs && form.dataset.draftNumber !== String(number)) {
    form.dataset.draftNumber = number;
    await store(form);
    return;
  }
  form.dataset.stale = "";
  tell(form, message);
}

function sorted(fields) {
  const parameters = new URLSearchParams(fields);
  parameters.sort();
  return parameters.toString();
}

function flat(draft) {
  return Object.entries(draft).flatMap(([name, value]) =>
    [value].flat().map((one) => [name, one]),
  );
}

function tell(form, words) {
  if (form.isConnected) document.getElementById("saved").textContent = words;
}

function saveShown() {
  const form = document.getElementById("work");
  if (form && "unsaved" in form.dataset && !document.hidden) saveDraft(form);
}

addEventListener("online", saveShown);
// Back from another tab, perhaps from a new login.
document.addEventListener("visibilitychange", saveShown);
// The page may be gone before an answer comes; the browser still sends this.
addEventListener("pagehide", () => {
  const form = document.getElementById("work");
  if (!form || !("unsaved" in form.dataset) || "stale" in form.dataset) return;
  delete form.dataset.unsaved;
  store(form, { keepalive: true });
});
