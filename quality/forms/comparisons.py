"""Looking for comparisons, and what a manager changes on one."""

import unicodedata
from typing import Any

from django import forms

from annotation.models import Batch, Membership, Project
from quality.models import ComparisonState
from quality.selectors.comparison_orders import ORDERS
from quality.selectors.comparison_table import MOST_CHOICES, Filters

MOST_WORDS = 8
# Unicode's separators, punctuation, symbols and control characters: all that parts words.
BETWEEN_WORDS = "ZPSC"


def words_in(text: str) -> list[str]:
    """The words of a search, parted as the index parts them."""
    parted = (" " if unicodedata.category(sign)[0] in BETWEEN_WORDS else sign for sign in text)
    return "".join(parted).split()


class FilterForm(forms.Form):
    """The filters of the table. What cannot be read of a hand-made address is passed over."""

    q = forms.CharField(label="Words", required=False, max_length=200)
    state = forms.ChoiceField(
        label="State", required=False, choices=[("", "Any"), *ComparisonState.State.choices]
    )
    batch = forms.ChoiceField(label="Batch", required=False)
    models = forms.ChoiceField(label="Models", required=False)
    annotator = forms.CharField(label="Annotator", required=False, max_length=150)
    confidence_from = forms.FloatField(
        label="Confidence from", required=False, min_value=0, max_value=1
    )
    confidence_to = forms.FloatField(label="to", required=False, min_value=0, max_value=1)
    flagged = forms.BooleanField(label="With an open flag", required=False)
    order = forms.ChoiceField(
        label="Order",
        required=False,
        choices=[(key, order.label) for key, order in ORDERS.items()],
    )

    def __init__(self, data: Any, *, project: Project, model_pairs: list[str]) -> None:
        super().__init__(data)
        self.project = project
        batches = Batch.objects.filter(project=project).values_list("pk", "name")
        self._set_choices("batch", [(str(key), name) for key, name in batches[:MOST_CHOICES]])
        self._set_choices("models", [(pair, pair) for pair in model_pairs])
        for name in ("confidence_from", "confidence_to"):
            self.fields[name].widget.attrs |= {"step": "any", "inputmode": "decimal"}

    def _set_choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        field.choices = [("", "Any"), *choices]  # type: ignore[attr-defined]

    @property
    def has_more(self) -> bool:
        """Whether a filter is set beside words, state and order."""
        return bool(self.chosen.keys() - {"q", "state", "order"})

    @property
    def chosen(self) -> dict[str, str]:
        """What was asked for, without what is empty or cannot be read."""
        self.is_valid()
        return {
            name: str(self.data[name])
            for name in self.fields
            if self.cleaned_data.get(name) not in (None, "", False)
        }

    def filters(self, *, knows_names: bool) -> Filters | None:
        """What to look for; None where nothing can be found."""
        self.is_valid()
        found = self.cleaned_data
        words = words_in(found.get("q", ""))
        if found.get("q") and not words:
            return None
        annotator = self._annotator(found.get("annotator", ""), knows_names=knows_names)
        if found.get("annotator") and annotator is None:
            return None
        batch = found.get("batch")
        return Filters(
            state=found.get("state", ""),
            batch=int(batch) if batch else None,
            models=found.get("models", ""),
            annotator=annotator,
            confidence_from=found.get("confidence_from"),
            confidence_to=found.get("confidence_to"),
            flagged=found.get("flagged", False),
            words=words[:MOST_WORDS],
            order=found.get("order", ""),
        )

    def _annotator(self, name: str, *, knows_names: bool) -> Membership | None:
        if not name:
            return None
        people = Membership.objects.filter(project=self.project)
        found = people.filter(pseudonym=name).first()
        if found is None and knows_names:
            found = people.filter(name=name).first()
        return found


class ChangeForm(forms.Form):
    """How many judgments a comparison gets, and how early it goes out."""

    overlap = forms.IntegerField(
        label="Judgments wanted",
        required=False,
        min_value=1,
        max_value=100,
        help_text="Empty: as many as its batch or project asks for.",
    )
    priority = forms.IntegerField(
        label="Priority",
        min_value=-1000,
        max_value=1000,
        help_text="Added to that of its batch; the higher goes out first.",
    )
