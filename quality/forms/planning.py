"""What is to be planned."""

from typing import Any

from django import forms

from quality.metrics.planning import Wanted
from quality.reporting.planning import LABELS, Question

NARROWEST, WIDEST = 0.005, 1.0
MOST_JUDGMENTS = 100_000_000
DEFAULTS = {"measure": Wanted.AGREEMENT.value, "width": "0.06"}


class PlanForm(forms.Form):
    """The wanted interval, and what limits it; without any field, the usual question."""

    measure = forms.ChoiceField(
        label="Interval of", choices=[(one.value, label) for one, label in LABELS.items()]
    )
    width = forms.FloatField(
        label="Width",
        min_value=NARROWEST,
        max_value=WIDEST,
        help_text="From end to end: 0.06 is three percentage points either way.",
    )
    budget = forms.IntegerField(
        label="Budget",
        required=False,
        min_value=1,
        max_value=MOST_JUDGMENTS,
        help_text="Judgments in all.",
    )
    least = forms.FloatField(
        label="At least",
        required=False,
        min_value=0,
        max_value=1,
        help_text="What the measure itself must reach, such as 0.9 of decisions.",
    )
    agreement = forms.FloatField(
        label="Agreeing pairs expected",
        required=False,
        min_value=0.34,
        max_value=0.99,
        help_text="Empty: as below.",
    )

    def __init__(self, data: Any) -> None:
        super().__init__(
            {**DEFAULTS, **{key: data[key] for key in data if key in self.base_fields}}
        )
        for name in ("width", "least", "agreement"):
            self.fields[name].widget.attrs |= {"step": "any", "inputmode": "decimal"}

    def question(self) -> Question:
        """Of a valid form."""
        found = self.cleaned_data
        return Question(Wanted(found["measure"]), found["width"], found["budget"], found["least"])
