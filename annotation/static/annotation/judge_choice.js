// The chosen answer of a comparison, and what has to be filled in before it is sent.

import { text } from "./judge_page.js";

const DUE_MARKS = ".criterion:has(.due) fieldset.pips";

/** What is asked for and not filled in yet: the first such field. Who cannot judge need not rate. */
export function dueField(form, button) {
  const asked = button.value === "cannot_judge" ? [] : form.querySelectorAll(DUE_MARKS);
  for (const group of asked) {
    if (!group.querySelector(":checked")) return group.querySelector("input");
  }
  const { rationale } = form.elements;
  return "needsRationale" in button.dataset && !rationale.value.trim() ? rationale : null;
}

/** Mark an answer that waits for what is due; `field` is the first such field. */
export function choose(button, field) {
  const form = button.form;
  form.dataset.chosen = button.value;
  for (const one of form.querySelectorAll("button.answer[name=answer]")) {
    one.classList.toggle("is-chosen", one === button);
    one.setAttribute("aria-pressed", String(one === button));
  }
  form.querySelector("[data-store]").hidden = false;
  if (!field) return;
  const note = form.querySelector(".due-note");
  note.hidden = false;
  note.textContent = text(field.matches("textarea") ? "rationale_due" : "rating_due");
  field.focus();
  field.scrollIntoView({ block: "center" });
}

/** The button of the answer that was chosen. */
export function chosenOf(form) {
  return form.querySelector(`button[value="${CSS.escape(form.dataset.chosen)}"]`);
}
