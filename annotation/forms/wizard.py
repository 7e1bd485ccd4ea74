"""The form of a new project, filled in over several pages; what was filled in travels with it."""

from typing import Any, ClassVar

from django import forms
from django.utils.text import slugify

from annotation.forms.projects import (
    ANSWERS,
    HELP,
    LABELS,
    MAX_BREAK,
    MAX_WARNING,
    RESERVED_SLUGS,
    tags_field,
    text_area,
)
from annotation.models import Project
from annotation.project_templates import PROJECT_TEMPLATES, CriterionPreset, ProjectTemplate
from annotation.services.guidelines import MAX_TEXT

# The pages of the wizard after the choice of a template, with the fields that each shows.
STEPS: dict[str, tuple[str, ...]] = {
    "basics": ("name", "slug", "question", "instructions"),
    "answers": (
        "scale",
        *ANSWERS,
        "criteria",
        "reason_tags",
        "rationale_rule",
        "overlap",
        "content_warning",
        "blurs",
        "break_minutes",
    ),
    "preview": (),
}
TITLES = {
    "basics": "Name and guidelines",
    "answers": "Answers and overlap",
    "preview": "Preview",
}


class WizardForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new project; fields that a caller leaves out have their defaults."""

    template = forms.ChoiceField(
        required=False,
        choices=[(key, one.name) for key, one in PROJECT_TEMPLATES.items()],
        widget=forms.HiddenInput,
    )
    instructions = forms.CharField(
        required=False,
        max_length=MAX_TEXT,
        label="Guidelines for annotators",
        help_text="What makes a response better here. Markdown; annotators read it before their "
        "first comparison and open it beside every other. You can change it later: each change "
        "is a new version that everybody is asked to read.",
        widget=text_area(16),
    )
    criteria = forms.MultipleChoiceField(
        required=False,
        label="Also ask for",
        help_text="Criteria of the template. You can change them and add others later.",
        widget=forms.CheckboxSelectMultiple,
    )
    reason_tags = tags_field()
    content_warning = forms.CharField(
        required=False,
        max_length=MAX_WARNING,
        label=LABELS["content_warning"],
        help_text=HELP["content_warning"],
        widget=text_area(3),
    )
    break_minutes = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=MAX_BREAK,
        initial=Project._meta.get_field("break_minutes").default,
        label=LABELS["break_minutes"],
        help_text=HELP["break_minutes"],
    )

    class Meta:
        model = Project
        fields: ClassVar[list[str]] = [
            "name",
            "slug",
            "question",
            "scale",
            *ANSWERS,
            "reason_tags",
            "rationale_rule",
            "overlap",
            "content_warning",
            "blurs",
            "break_minutes",
        ]
        labels = LABELS
        help_texts = HELP
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "scale": forms.RadioSelect(),
            "rationale_rule": forms.RadioSelect(),
        }

    def __init__(self, *args: Any, project_template: ProjectTemplate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project_template = project_template
        for name in ("slug", "question", "rationale_rule"):
            self.fields[name].required = False
        choices = [(one.key, _described(one)) for one in project_template.criteria]
        self.fields["criteria"].choices = choices  # type: ignore[attr-defined]

    def clean_slug(self) -> str:
        wanted = self.cleaned_data["slug"] or slugify(self.cleaned_data.get("name", ""))[:60]
        slug: str = wanted.lower().strip("-")
        if not slug and "name" in self.cleaned_data:
            raise forms.ValidationError("The name has no letters for an address. Write one here.")
        if slug in RESERVED_SLUGS:
            raise forms.ValidationError(f"{slug} is an address of the platform. Choose another.")
        return slug

    def clean_question(self) -> str:
        return self.cleaned_data["question"] or str(Project._meta.get_field("question").default)

    def clean_break_minutes(self) -> int:
        given: int | None = self.cleaned_data["break_minutes"]
        return int(Project._meta.get_field("break_minutes").default) if given is None else given

    def shown(self, step: str) -> list[forms.BoundField]:
        """The fields of this page."""
        return [self[name] for name in STEPS[step]]

    def carried(self, step: str) -> list[forms.BoundField]:
        """The fields of the other pages, to be sent along unseen."""
        return [self[name] for name in self.fields if name not in STEPS[step]]

    def first_wrong_step(self, *, until: str) -> str:
        """The first page up to this one that holds a mistake; empty where there is none."""
        steps = list(STEPS)
        for step in steps[: steps.index(until) + 1]:
            if any(name in self.errors for name in STEPS[step]):
                return step
        return ""

    def answers(self) -> list[forms.BoundField]:
        """The offered answers, drawn as one group."""
        return [self[name] for name in ANSWERS]

    def chosen_criteria(self) -> list[CriterionPreset]:
        chosen = self.cleaned_data.get("criteria", [])
        return [one for one in self.project_template.criteria if one.key in chosen]

    def project_fields(self) -> dict[str, Any]:
        """The columns of the new project; what was left out has its default."""
        return {name: getattr(self.instance, name) for name in self.Meta.fields}


def initial_of(template: ProjectTemplate) -> dict[str, Any]:
    """The form as a template fills it in."""
    return {
        **template.fields,
        "template": template.key,
        "instructions": template.guidelines,
        "criteria": [one.key for one in template.criteria],
        "reason_tags": list(template.reason_tags),
    }


def _described(one: CriterionPreset) -> str:
    if one.kind == "preference":
        return f"{one.name}: which response is better"
    return f"{one.name}: {one.low} ({one.low_label}) to {one.high} ({one.high_label})"
