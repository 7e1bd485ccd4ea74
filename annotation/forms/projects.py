"""Forms for creating a project and for changing its settings."""

from typing import Any, ClassVar

from django import forms
from django.utils.text import slugify

from annotation.models import Project
from annotation.services.guidelines import MAX_TEXT

# Addresses below /projects/ that are not projects.
RESERVED_SLUGS = {"new"}
LABELS = {
    "name": "Name",
    "slug": "Short name",
    "instructions": "Guidelines for annotators",
    "scale": "Scale",
    "offers_tie": "A tie: both are about the same",
    "offers_both_good": "Both are good",
    "offers_both_bad": "Both are bad",
    "offers_cannot_judge": "Cannot judge",
    "overlap": "Judgments per comparison",
    "state": "State",
}
HELP = {
    "slug": "Used in addresses and commands: lower-case letters, digits and hyphens. Left empty, "
    "it is made from the name. It cannot be changed later.",
    "instructions": "What makes a response better here, in plain text. Annotators open it beside "
    "every comparison.",
    "overlap": "How many annotators judge the same comparison. Three or more let you measure "
    "agreement and decide by majority.",
    "state": "Paused and closed projects hand out no comparisons; everything else stays readable.",
}
ANSWERS = ("offers_tie", "offers_both_good", "offers_both_bad", "offers_cannot_judge")


class ProjectForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new project."""

    instructions = forms.CharField(
        required=False,
        max_length=MAX_TEXT,
        label=LABELS["instructions"],
        help_text=HELP["instructions"],
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    class Meta:
        model = Project
        fields: ClassVar[list[str]] = [
            "name",
            "slug",
            "scale",
            *ANSWERS,
            "overlap",
        ]
        labels = LABELS
        help_texts = HELP
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "scale": forms.RadioSelect(),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False

    def clean_slug(self) -> str:
        wanted = self.cleaned_data["slug"] or slugify(self.cleaned_data.get("name", ""))[:60]
        slug: str = wanted.lower().strip("-")
        if not slug and "name" in self.cleaned_data:
            raise forms.ValidationError("The name has no letters for an address. Write one here.")
        if slug in RESERVED_SLUGS:
            raise forms.ValidationError(f"{slug} is an address of the platform. Choose another.")
        return slug

    def answers(self) -> list[forms.BoundField]:
        """The offered answers, drawn as one group."""
        return [self[name] for name in ANSWERS]


class SettingsForm(ProjectForm):
    """An existing project; what judgments were made under is shown, but locked."""

    class Meta(ProjectForm.Meta):
        fields: ClassVar[list[str]] = [
            "name",
            "state",
            "scale",
            *ANSWERS,
            "overlap",
        ]
        widgets: ClassVar[dict[str, forms.Widget]] = {
            **ProjectForm.Meta.widgets,
            "state": forms.RadioSelect(),
        }

    # Guidelines have a page of their own.
    instructions = None

    def __init__(self, *args: Any, locked: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_locked = bool(locked)
        for name in locked:
            self.fields[name].disabled = True
        self.fields["overlap"].help_text = (
            "How many annotators judge the same comparison. A change holds for comparisons that "
            "are imported from then on."
        )
