"""The verdict row: what may be answered, and what came back."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext, gettext_lazy

from annotation.models import Criterion, Judgment, Outcome, Project
from annotation.selectors.criteria import (
    asked_criteria,
    shown_criterion_preferences,
    shown_ratings,
)
from annotation.services.answers import (
    SIDES,
    ShownAnswer,
    highest_preference,
    missing_criteria,
    rationale_due,
)
from annotation.sides import in_own_order

MAX_RATIONALE = 5_000
ONE_DAY_MS = 86_400_000
STRENGTHS = {
    1: gettext_lazy("slightly better"),
    2: gettext_lazy("better"),
    3: gettext_lazy("much better"),
}
OTHER_OUTCOMES = (
    (Outcome.BOTH_GOOD, "8", gettext_lazy("Both good")),
    (Outcome.BOTH_BAD, "9", gettext_lazy("Both bad")),
    (Outcome.CANNOT_JUDGE, "0", gettext_lazy("Cannot judge")),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """One button: its form value, its key, its short text and its full meaning.

    ``side`` is left, middle or right for a preference, empty for the other outcomes. With
    ``needs_rationale`` its key does not submit before a rationale is written.
    """

    value: str
    key: str
    text: str
    meaning: str
    side: str = ""
    needs_rationale: bool = False


# What the answers of a project follow from.
OFFER = (
    "scale",
    "offers_tie",
    "offers_both_good",
    "offers_both_bad",
    "offers_cannot_judge",
    "rationale_rule",
)


def preference_answers(project: Project) -> list[Answer]:
    """The preferences that the project offers, from left to right."""
    return list(_answers(_offer(project), get_language())[0])


def other_answers(project: Project) -> list[Answer]:
    return list(_answers(_offer(project), get_language())[1])


def _offer(project: Project) -> tuple[Any, ...]:
    return tuple(getattr(project, name) for name in OFFER)


@lru_cache(maxsize=256)
def _answers(
    offer: tuple[Any, ...], language: str | None
) -> tuple[tuple[Answer, ...], tuple[Answer, ...]]:
    """Preferences and other outcomes in a language.

    Kept, because the judging page asks for them three times with every judgment.
    """
    project = Project(**dict(zip(OFFER, offer, strict=True)))
    answer = _direction if project.scale == Project.Scale.TWO_WAY else _graded
    preferences = (
        replace(answer(value), needs_rationale=_needs_rationale(project, value))
        for value in project.offered_preferences
    )
    others = (
        Answer(
            outcome.value,
            key,
            str(text),
            str(text),
            needs_rationale=bool(rationale_due(project, outcome, None)),
        )
        for outcome, key, text in OTHER_OUTCOMES
        if outcome in project.offered_outcomes
    )
    return tuple(preferences), tuple(others)


def _needs_rationale(project: Project, value: int) -> bool:
    return bool(rationale_due(project, Outcome.PREFERENCE, value))


def _direction(value: int) -> Answer:
    """A button of the two-way scale."""
    if value == 0:
        return _tie()
    if value < 0:
        return Answer("-1", "1", gettext("Left is better"), gettext("Left is better"), "left")
    return Answer("1", "2", gettext("Right is better"), gettext("Right is better"), "right")


def _graded(value: int) -> Answer:
    """A button of the seven points."""
    if value == 0:
        return _tie()
    strength = str(STRENGTHS[abs(value)])
    if value < 0:
        meaning, side = gettext("Left is %(strength)s"), "left"
    else:
        meaning, side = gettext("Right is %(strength)s"), "right"
    text = strength[:1].upper() + strength[1:]
    return Answer(str(value), str(value + 4), text, meaning % {"strength": strength}, side)


def _tie() -> Answer:
    return Answer("0", "4", gettext("About the same"), gettext("Both are about the same"), "middle")


@dataclass(frozen=True, slots=True)
class Mark:
    """One place of a criterion's scale: what is sent, seen and said."""

    value: str
    text: str
    meaning: str


@dataclass(frozen=True, slots=True)
class AskedCriterion:
    """A criterion with its fields: one for each side, or one for the preference."""

    criterion: Criterion
    fields: list[tuple[str, forms.BoundField]]
    marks: list[Mark]

    @property
    def is_rating(self) -> bool:
        return self.criterion.kind == Criterion.Kind.RATING


class JudgmentForm(forms.Form):
    """A judgment as the page sends it; preferences and ratings follow the screen."""

    rationale = forms.CharField(
        required=False,
        max_length=MAX_RATIONALE,
        label=gettext_lazy("Why"),
        widget=forms.Textarea(attrs={"rows": 1}),
        error_messages={"max_length": gettext_lazy("Write at most 5,000 characters about why.")},
    )
    active_ms = forms.IntegerField(required=False, min_value=0, max_value=ONE_DAY_MS)
    idempotency_key = forms.UUIDField()

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project = project
        answers = preference_answers(project) + other_answers(project)
        self.fields["answer"] = forms.ChoiceField(
            choices=[(one.value, one.meaning) for one in answers],
            error_messages={
                "required": gettext("Choose one of the answers below."),
                "invalid_choice": gettext(
                    "This project does not offer that answer. Choose another one."
                ),
            },
        )
        self.has_tags = bool(project.reason_tags)
        if project.reason_tags:
            self.fields["tags"] = forms.MultipleChoiceField(
                required=False,
                choices=[(tag, tag) for tag in project.reason_tags],
                widget=forms.CheckboxSelectMultiple,
                label=gettext("Reasons"),
            )
        for criterion in asked_criteria(project):
            for name, _ in field_names(criterion):
                self.fields[name] = _criterion_field(criterion, project)

    def criteria(self) -> list[AskedCriterion]:
        """The criteria with their fields, in order."""
        return [
            AskedCriterion(
                one,
                [(side, self[name]) for name, side in field_names(one)],
                marks_of(one, self.project),
            )
            for one in asked_criteria(self.project)
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "answer" not in cleaned or self.errors:
            return cleaned
        answer = self._shown_answer()
        due = rationale_due(self.project, answer.outcome, answer.shown_preference)
        if due and not answer.rationale.strip():
            self.add_error("rationale", due)
        for criterion in missing_criteria(asked_criteria(self.project), answer):
            name = next(name for name, _ in field_names(criterion) if cleaned.get(name) is None)
            message = gettext("This project also asks for %(name)s.") % {"name": criterion.name}
            self.add_error(name, message)
        return cleaned

    def judgment(self) -> dict[str, Any]:
        """The cleaned answer in the words of ``record_judgment``."""
        sent = {name: self.cleaned_data[name] for name in ("active_ms", "idempotency_key")}
        return asdict(self._shown_answer()) | sent

    def _shown_answer(self) -> ShownAnswer:
        cleaned = self.cleaned_data
        answer = cleaned["answer"]
        is_outcome = answer in Outcome.values
        ratings: dict[str, dict[str, int | None]] = {}
        preferences: dict[str, int | None] = {}
        for criterion in asked_criteria(self.project):
            for name, side in field_names(criterion):
                if side:
                    ratings.setdefault(criterion.key, {})[side] = cleaned.get(name)
                else:
                    preferences[criterion.key] = cleaned.get(name)
        return ShownAnswer(
            outcome=answer if is_outcome else Outcome.PREFERENCE.value,
            shown_preference=None if is_outcome else int(answer),
            rationale=cleaned["rationale"],
            tags=cleaned.get("tags", []),
            shown_ratings=ratings,
            shown_criterion_preferences=preferences,
        )


def field_names(criterion: Criterion) -> Sequence[tuple[str, str]]:
    """Name and side of each field of a criterion; a preference has one, of no side."""
    if criterion.kind == Criterion.Kind.PREFERENCE:
        return [(f"criterion_{criterion.key}", "")]
    return [(f"rating_{criterion.key}_{side}", side) for side in SIDES]


def initial_of(judgment: Judgment) -> dict[str, Any]:
    """A stored judgment as it was filled in; two queries where the project asks for criteria."""
    swapped = bool(judgment.swapped)
    answer: str = judgment.outcome
    if judgment.preference is not None:
        answer = str(in_own_order(judgment.preference, swapped=swapped))
    initial = {"answer": answer, "rationale": judgment.rationale, "tags": judgment.tags}
    if judgment.annotator.project.asks_criteria:
        for key, by_side in shown_ratings(judgment).items():
            initial |= {f"rating_{key}_{side}": value for side, value in by_side.items()}
        for key, preference in shown_criterion_preferences(judgment).items():
            initial[f"criterion_{key}"] = preference
    return initial


def marks_of(criterion: Criterion, project: Project) -> list[Mark]:
    """The scale of a criterion, from the lowest rating or from left."""
    if criterion.kind == Criterion.Kind.PREFERENCE:
        highest = highest_preference(project)
        return [_preference_mark(value, highest) for value in range(-highest, highest + 1)]
    ends = {criterion.low: criterion.low_label, criterion.high: criterion.high_label}
    return [
        Mark(str(value), str(value), ": ".join(filter(None, (str(value), ends.get(value)))))
        for value in range(criterion.low, criterion.high + 1)
    ]


def _preference_mark(value: int, highest: int) -> Mark:
    answer = _graded(value) if highest > 1 else _direction(value)
    text = str(abs(value)) if highest > 1 and value else ("=" if value == 0 else "")
    return Mark(str(value), text, answer.meaning)


def _criterion_field(criterion: Criterion, project: Project) -> forms.TypedChoiceField:
    wrong = gettext("%(name)s: choose one of the marks.") % {"name": criterion.name}
    return forms.TypedChoiceField(
        required=False,
        choices=[(mark.value, mark.meaning) for mark in marks_of(criterion, project)],
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
        label=criterion.name,
        error_messages={"invalid_choice": wrong},
    )
