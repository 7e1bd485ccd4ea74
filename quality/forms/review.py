"""What reviewers send: decisions, comments, verdicts."""

from typing import Any

from django import forms

from annotation.forms.judging import other_answers, preference_answers
from annotation.majority import Decision
from annotation.models import Audit, Outcome, Project
from annotation.services.flags import LONGEST_TEXT
from annotation.sides import in_own_order

MAJORITY, AMBIGUOUS = "majority", "ambiguous"


def _text(label: str, *, rows: int = 3, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": rows}),
        **options,
    )


class DecisionForm(forms.Form):
    """A decision on a comparison: what the project offers, the majority, or an ambiguous prompt.

    Preferences follow the reviewer's screen. ``seen`` is the newest decision that the page
    showed, ``majority`` the majority as it was when the page was made.
    """

    reason = _text("Reason", required=False)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    majority = forms.CharField(required=False, max_length=30, widget=forms.HiddenInput)

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [*preference_answers(project), *other_answers(project)]
        values = [one.value for one in offered] + [MAJORITY, AMBIGUOUS]
        self.fields["answer"] = forms.ChoiceField(
            choices=[(value, value) for value in values],
            error_messages={
                "required": "Choose one of the answers below.",
                "invalid_choice": "This project does not offer that answer. Choose another one.",
            },
        )

    def decision(self, *, swapped: bool) -> Decision:
        """The chosen answer in the comparison's own order."""
        answer: str = self.cleaned_data["answer"]
        if answer in Outcome.values:
            return Decision(answer)
        return Decision("preference", in_own_order(int(answer), swapped=swapped))


class CommentForm(forms.Form):
    """What the author of a judgment is told, and the page to go back to."""

    comment = _text("Comment for the author")
    back = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)


class ExclusionForm(forms.Form):
    """Why a judgment is left out."""

    reason = forms.CharField(label="Reason, shown to the author", max_length=500)
    back = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)


class AuditForm(forms.Form):
    """What a second look at a judgment found."""

    verdict = forms.ChoiceField(
        choices=Audit.Verdict.choices,
        error_messages={"required": "Choose sound, debatable or wrong."},
    )
    comment = _text("Comment", required=False)
