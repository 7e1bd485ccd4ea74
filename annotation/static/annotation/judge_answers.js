// What the server answered to a judgment: what comes next, feedback, a question, a refusal.

import { announce, closer, notice, text } from "./judge_page.js";
import { endsComparison, isOfThisProject, removeRow } from "./judge_rows.js";
import { on } from "./judge_sending.js";
import * as deck from "./judge_deck.js";
import { choose, chosenOf, dueField } from "./judge_choice.js";

on("stored", async (row, data) => {
  if (!isOfThisProject(row)) {
    notice("other-project", "info", text("sent_elsewhere"));
    return;
  }
  const form = deck.current();
  const isWaited = isWaitedFor(form, row);
  if (isWaited) form.dataset.answered = "";
  await deck.take(data);
  if (data.warning) notice("warning", "warning", data.warning);
  if (isWaited && data.feedback) showFeedback(data.feedback);
  else if (isWaited) deck.goOn();
});

on("refused", async (row, status, message, { html }) => {
  const isOurs = isOfThisProject(row);
  if (isOurs && html) {
    // Nobody who writes is to lose the field under their hands.
    if (document.activeElement?.matches("textarea")) offerAgain(row, message, html);
    else await judgeAgain(row, message, html);
    return;
  }
  if (isOurs && isWaitedFor(deck.current(), row)) deck.goOn();
  showRefused({ ...row, refused: message });
  if (isOurs) await deck.fetchMore();
});

/** The server asks for more: the comparison comes back with all that was filled in. */
async function judgeAgain(row, message, html) {
  await removeRow(row.id);
  deck.askAgainAbout(html);
  announce(message);
  const form = deck.current();
  const button = form.dataset.chosen && chosenOf(form);
  const { rationale } = form.elements;
  if (button) choose(button, dueField(form, button) ?? (rationale.value ? null : rationale));
}

/** The same once the annotator is ready for it; until then the row stays, as refused ones do. */
function offerAgain(row, message, html) {
  deck.holdBack(row.assignment);
  const again = { label: text("judge_again"), run: () => judgeAgain(row, message, html) };
  const line = notice(`refused-${row.id}`, "warning", `${message} (${row.prompt})`, again);
  untilDismissed(line, row);
}

/** Without its line the row goes as well. */
function untilDismissed(line, row) {
  line.querySelector(".close").replaceWith(
    closer(() => {
      line.remove();
      deck.letGo(row.assignment);
      removeRow(row.id);
    }),
  );
}

const isWaitedFor = (form, row) =>
  form &&
  "busy" in form.dataset &&
  form.dataset.assignment === row.assignment &&
  endsComparison(row);

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
  untilDismissed(line, row);
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
