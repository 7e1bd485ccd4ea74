"""Forms of the Data pages."""

from dataclasses import fields as fields_of
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from feedback_platform.errors import BadInput
from quality.curation.recipe import LARGEST_COUNT, LARGEST_HOLDOUT, LARGEST_SEED, Recipe

SPLIT_CHOICES = [
    ("prompt", "By prompt: no prompt is in two splits"),
    ("group", "By group: nothing linked by a prompt or a group is in two splits"),
    ("comparison", "By comparison: a prompt can be in several splits"),
]
DEFAULTS = {field.name: field.default for field in fields_of(Recipe)}


class RecipeForm(forms.Form):
    """What becomes a row, who is held out, and how rows are split."""

    min_judgments = forms.IntegerField(
        label="Judgments at least",
        help_text="Usable ones: both bad and cannot judge do not count.",
        min_value=1,
        max_value=LARGEST_COUNT,
    )
    min_votes = forms.IntegerField(
        label="For the same response at least",
        help_text="How many of them must prefer it.",
        min_value=1,
        max_value=LARGEST_COUNT,
    )
    min_confidence = forms.DecimalField(
        label="And at least this share",
        help_text="Of the usable judgments, ties among them. 0.6: three of five.",
        min_value=Decimal("0.000001"),
        max_value=1,
        decimal_places=6,
    )
    adjudications = forms.BooleanField(
        label="Follow the decisions of reviewers",
        help_text="Instead of the judgments, where a reviewer has decided a comparison.",
        required=False,
    )
    holdout_annotators = forms.DecimalField(
        label="Share of annotators to hold out",
        help_text="Their judgments make no row. They show how a model does with people it "
        "has not learned from. 0 holds out nobody.",
        min_value=0,
        max_value=LARGEST_HOLDOUT,
        decimal_places=6,
    )
    split_by = forms.ChoiceField(
        label="Split into train, validation and test",
        choices=SPLIT_CHOICES,
        widget=forms.RadioSelect,
    )
    seed = forms.IntegerField(
        label="Seed",
        help_text="Another seed draws other splits. Keep it to compare versions.",
        min_value=0,
        max_value=LARGEST_SEED,
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, initial=DEFAULTS)
        for name in ("min_confidence", "holdout_annotators"):
            # The browser's step check would refuse 0.625, which is a good threshold.
            self.fields[name].widget.attrs["step"] = "any"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                cleaned["recipe"] = Recipe(**cleaned)
            except BadInput as error:
                raise forms.ValidationError(error.message) from error
        return cleaned

    @property
    def recipe(self) -> Recipe:
        """What was asked for; the defaults while the form is empty or wrong."""
        if self.is_bound and self.is_valid():
            recipe: Recipe = self.cleaned_data["recipe"]
            return recipe
        return Recipe()
