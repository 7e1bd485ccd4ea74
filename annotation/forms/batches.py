"""Forms for batches: a new one, its settings, and what the list shows."""

from typing import Any, ClassVar

from django import forms

from annotation.models import Batch


class BatchFilterForm(forms.Form):
    """What the list of batches shows, and where its page starts."""

    q = forms.CharField(label="Name", required=False, max_length=200)
    state = forms.ChoiceField(
        label="State", required=False, choices=[("", "Any state"), *Batch.State.choices]
    )
    after = forms.IntegerField(required=False, min_value=0)
    before = forms.IntegerField(required=False, min_value=0)

    def chosen(self) -> dict[str, Any]:
        """The values that are in order; what is not is as if it were not there."""
        self.is_valid()
        cleaned = self.cleaned_data
        return {
            "search": cleaned.get("q", ""),
            "state": cleaned.get("state", ""),
            "after": cleaned.get("after"),
            "before": cleaned.get("before"),
        }


class BatchForm(forms.ModelForm):  # type: ignore[type-arg]
    """Name, priority and overlap of a batch."""

    class Meta:
        model = Batch
        fields: ClassVar[list[str]] = ["name", "priority", "overlap"]
        labels: ClassVar[dict[str, str]] = {"overlap": "Judgments per comparison"}
        help_texts: ClassVar[dict[str, str]] = {
            "priority": "The higher goes out first; 0 is usual, from -1000 to 1000.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        overlap = self.instance.project.overlap
        self.fields["overlap"].help_text = f"Empty: as many as the project asks for ({overlap})."
