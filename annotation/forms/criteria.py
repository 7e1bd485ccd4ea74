"""Forms for the criteria of a project."""

from typing import Any, ClassVar

from django import forms

from annotation.models import Criterion
from annotation.project_templates import criterion_sets

LOWEST, HIGHEST = -10, 100


class CriterionForm(forms.ModelForm):  # type: ignore[type-arg]
    """One criterion; kind and range are shown, but locked once there are judgments."""

    low = forms.IntegerField(
        required=False, min_value=LOWEST, max_value=HIGHEST, initial=0, label="Lowest rating"
    )
    high = forms.IntegerField(
        required=False, min_value=LOWEST, max_value=HIGHEST, initial=4, label="Highest rating"
    )

    class Meta:
        model = Criterion
        fields: ClassVar[list[str]] = [
            "name",
            "help",
            "kind",
            "low",
            "low_label",
            "high",
            "high_label",
            "is_required",
        ]
        labels: ClassVar[dict[str, str]] = {
            "name": "Name",
            "help": "What it asks",
            "kind": "Annotators give",
            "low_label": "What the lowest means",
            "high_label": "What the highest means",
            "is_required": "Required, unless the annotator cannot judge",
        }
        help_texts: ClassVar[dict[str, str]] = {
            "help": "One sentence, shown beside the name.",
            "kind": "A preference uses the scale of the project; its range is not asked for here.",
        }
        widgets: ClassVar[dict[str, forms.Widget]] = {"kind": forms.RadioSelect()}

    def __init__(self, *args: Any, locked: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_locked = bool(locked)
        for name in locked:
            self.fields[name].disabled = True

    def clean_low(self) -> int:
        return self._number("low")

    def clean_high(self) -> int:
        return self._number("high")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if {"low", "high"} <= set(cleaned) and cleaned["low"] >= cleaned["high"]:
            self.add_error("high", "The highest rating must be above the lowest.")
        return cleaned

    def _number(self, name: str) -> int:
        """What was written, or the usual end of the scale."""
        given: int | None = self.cleaned_data[name]
        return int(self.fields[name].initial) if given is None else given


class PresetForm(forms.Form):
    """Criteria that belong together, added with one click."""

    preset = forms.ChoiceField(choices=[(one.key, one.name) for one in criterion_sets()])


class MoveForm(forms.Form):
    direction = forms.ChoiceField(choices=[("earlier", "Earlier"), ("later", "Later")])
