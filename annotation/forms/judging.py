"""The verdict row: what may be answered, and what came back."""

from dataclasses import dataclass
from typing import Any

from django import forms

from annotation.models import Outcome, Project

MAX_RATIONALE = 5_000
ONE_DAY_MS = 86_400_000
STRENGTHS = {1: "slightly better", 2: "better", 3: "much better"}
OTHER_OUTCOMES = (
    (Outcome.BOTH_GOOD, "8", "Both good"),
    (Outcome.BOTH_BAD, "9", "Both bad"),
    (Outcome.CANNOT_JUDGE, "0", "Cannot judge"),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """One button: its form value, its key, its short text and its full meaning.

    ``side`` is left, middle or right for a preference, empty for the other outcomes.
    """

    value: str
    key: str
    text: str
    meaning: str
    side: str = ""


def preference_answers(project: Project) -> list[Answer]:
    """The preferences that the project offers, from left to right."""
    if project.scale == Project.Scale.TWO_WAY:
        keys = {-1: "1", 0: "4", 1: "2"}
        texts = {-1: "Left is better", 1: "Right is better"}
    else:
        keys = {value: str(value + 4) for value in range(-3, 4)}
        texts = {value: STRENGTHS[abs(value)].capitalize() for value in keys if value}
    return [_preference(value, keys[value], texts) for value in project.offered_preferences]


def _preference(value: int, key: str, texts: dict[int, str]) -> Answer:
    if value == 0:
        return Answer("0", key, "About the same", "Both are about the same", "middle")
    side = "left" if value < 0 else "right"
    strength = STRENGTHS[abs(value)] if len(texts) > 2 else "better"
    return Answer(str(value), key, texts[value], f"{side.capitalize()} is {strength}", side)


def other_answers(project: Project) -> list[Answer]:
    offered = project.offered_outcomes
    return [
        Answer(outcome.value, key, text, text)
        for outcome, key, text in OTHER_OUTCOMES
        if outcome in offered
    ]


class JudgmentForm(forms.Form):
    """A judgment as the page sends it; preferences follow the screen."""

    rationale = forms.CharField(
        required=False,
        max_length=MAX_RATIONALE,
        label="Why",
        widget=forms.Textarea(attrs={"rows": 1, "aria-label": "Why (optional)"}),
        error_messages={"max_length": "Write at most 5,000 characters about why."},
    )
    active_ms = forms.IntegerField(required=False, min_value=0, max_value=ONE_DAY_MS)
    idempotency_key = forms.UUIDField()

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        answers = preference_answers(project) + other_answers(project)
        self.fields["answer"] = forms.ChoiceField(
            choices=[(one.value, one.meaning) for one in answers],
            error_messages={
                "required": "Choose one of the answers below.",
                "invalid_choice": "This project does not offer that answer. Choose another one.",
            },
        )

    def judgment(self) -> dict[str, Any]:
        """The cleaned answer in the words of ``record_judgment``."""
        answer = self.cleaned_data["answer"]
        is_outcome = answer in Outcome.values
        return {
            "outcome": answer if is_outcome else Outcome.PREFERENCE.value,
            "shown_preference": None if is_outcome else int(answer),
            "rationale": self.cleaned_data["rationale"],
            "active_ms": self.cleaned_data["active_ms"],
            "idempotency_key": self.cleaned_data["idempotency_key"],
        }


class SkipForm(forms.Form):
    """What was typed before the comparison was skipped is the reason; nobody has to say one."""

    rationale = forms.CharField(required=False)
