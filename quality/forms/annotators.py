"""What a reader looks for in the list of a report's annotators."""

from typing import Any

from django import forms

from quality.reporting.annotators import ORDERS
from quality.reporting.flags import KINDS


class AnnotatorsForm(forms.Form):
    """Filters and order of the list; everything is optional, what makes no sense is ignored."""

    find = forms.CharField(label="Name", required=False, max_length=150)
    kind = forms.ChoiceField(
        label="Flag",
        required=False,
        choices=[("", "Any or none"), *((kind.name, kind.label) for kind in KINDS)],
    )
    order = forms.ChoiceField(label="Order", required=False, choices=list(ORDERS.items()))
    page = forms.IntegerField(required=False, min_value=1, max_value=100_000)

    @property
    def found(self) -> dict[str, Any]:
        """What can be used of what was asked for."""
        self.is_valid()
        cleaned: dict[str, Any] = self.cleaned_data
        return {
            "find": cleaned.get("find") or "",
            "kind": cleaned.get("kind") or "",
            "order": cleaned.get("order") or "need",
            "page": cleaned.get("page") or 1,
        }
