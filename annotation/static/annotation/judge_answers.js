// What the server answered to a judgment: what comes next, feedback, a question, a refusal.

import { closer, notice, text } from "./judge_page.js";
import { removeRow } from "./judge_rows.js";
import { on } from "./judge_sending.js";
import * as deck from "./judge_deck.js";
import { choose, chosenOf } from "./judge_choice.js";

on("stored", (row, data) => {
  const isWaited = isWaitedFor(deck.current(), row);
  deck.take(data);
  if (data.warning) notice("warning", "warning", data.warning);
  if (isWaited && data.feedback) showFeedback(data.feedback);
  else if (isWaited) deck.goOn();
});

on("refused", async (row, status, message) => {
  const form = deck.current();
  if (status === 422 && deck.isRemembered(row.assignment)) {
    await removeRow(row.id);
    // Nobody who writes is to lose the field under their hands.
    if (document.activeElement?.matches("textarea")) {
      const again = { label: text("judge_again"), run: () => judgeAgain(row, message) };
      notice("asked-again", "warning", message, again);
    } else {
      judgeAgain(row, message);
    }
    return;
  }
  if (isWaitedFor(form, row)) deck.goOn();
  showRefused({ ...row, refused: message });
  await deck.fetchMore();
});

/** The server asks for more: the comparison comes back with its answer and the question. */
function judgeAgain(row, message) {
  deck.bringBack(row.assignment);
  notice("asked-again", "warning", message);
  const form = deck.current();
  form.dataset.chosen = new URLSearchParams(row.body).get("answer");
  choose(chosenOf(form), form.elements.rationale);
}

const isWaitedFor = (form, row) =>
  form && "busy" in form.dataset && form.dataset.assignment === row.assignment;

function showFeedback(html) {
  const place = document.getElementById("notices");
  place.insertAdjacentHTML("beforeend", html);
  const line = place.lastElementChild;
  const next = line.querySelector("[data-next]");
  next.addEventListener("click", () => {
    line.remove();
    deck.goOn();
  });
  next.focus();
}

/** A row that the server did not take stays in sight, with its text, until it is dismissed. */
export function showRefused(row) {
  const line = notice(`refused-${row.id}`, "error", `${row.refused} (${row.prompt})`);
  line.querySelector(".close").replaceWith(
    closer(() => {
      line.remove();
      removeRow(row.id);
    }),
  );
  if (!row.text) return;
  const label = document.createElement("label");
  label.className = "kept-text";
  label.append(text("what_you_wrote"));
  const field = document.createElement("textarea");
  field.className = "input";
  field.readOnly = true;
  field.dir = "auto";
  field.value = row.text;
  label.append(field);
  line.firstChild.append(label);
}
