"""Forms for known comparisons and for the rules of the checks."""

from typing import Any, ClassVar

from django import forms

from annotation.forms.shares import ShareField, problems_with
from annotation.models import Batch, Gold, Project
from annotation.models.checks import ANSWERS
from annotation.services.gold import MAX_EXPLANATION, offered_answers
from annotation.services.setting_rules import HIGHEST_RATE

HIGHEST_PERCENT = round(HIGHEST_RATE * 100)
MAX_COUNT = 1_000
MAX_TRIES = 20


class ChecksForm(forms.ModelForm):  # type: ignore[type-arg]
    """How often annotators are checked, and what follows."""

    gold_rate = ShareField(
        highest=HIGHEST_PERCENT,
        label="Gold comparisons, % of what is handed out",
        help_text="Comparisons whose answer is known, mixed in silently. 4 to 5 % is common: one "
        "in 20 to 25. Each annotator gets each of them once.",
    )
    attention_rate = ShareField(
        highest=HIGHEST_PERCENT,
        label="Attention checks, %",
        help_text="Comparisons whose own text says how to answer. They find people who do not "
        "read; 1 or 2 % is enough.",
    )
    reshow_rate = ShareField(
        highest=HIGHEST_PERCENT,
        label="Own earlier comparisons again, %",
        help_text="With the sides swapped, at least 20 judgments later. They measure how far "
        "people agree with themselves, and count as no second judgment.",
    )
    pause_below = ShareField(
        required=False,
        label="Pause below this accuracy on gold, %",
        help_text="Nothing more is handed out to the annotator, who reads why. Left empty, nobody "
        "is paused for gold.",
    )
    qualification_pass_mark = ShareField(
        label="Right answers needed, %",
        help_text="Of all qualification comparisons, each judged once in a try.",
    )
    audit_share = ShareField(
        label="Judgments that a reviewer looks at, %",
        help_text="Drawn at random from all work, whoever made it.",
    )

    class Meta:
        model = Project
        fields: ClassVar[list[str]] = [
            "gold_rate",
            "attention_rate",
            "reshow_rate",
            "pause_below",
            "pause_after_gold",
            "pause_after_attention",
            "requires_qualification",
            "qualification_pass_mark",
            "qualification_tries",
            "audit_share",
        ]
        labels: ClassVar[dict[str, str]] = {
            "pause_after_gold": "But not before so many gold comparisons",
            "pause_after_attention": "Pause after so many missed attention checks",
            "requires_qualification": "Annotators qualify before the real work",
            "qualification_tries": "Tries",
        }
        help_texts: ClassVar[dict[str, str]] = {
            "pause_after_gold": "One miss in four is no evidence against anybody; three in ten "
            "begin to be.",
            "pause_after_attention": "Those before the last one bring a warning.",
            "requires_qualification": "They judge the qualification comparisons first and are "
            "told after each what was right and why.",
            "qualification_tries": "After the last one the annotator waits for you; you give "
            "another one on this page.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, highest in (
            ("pause_after_gold", MAX_COUNT),
            ("pause_after_attention", MAX_COUNT),
            ("qualification_tries", MAX_TRIES),
        ):
            self.fields[name] = forms.IntegerField(
                label=self.fields[name].label,
                help_text=self.fields[name].help_text,
                min_value=1,
                max_value=highest,
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, message in problems_with(self.instance, cleaned):
            self.add_error(name, message)
        return cleaned


class UseForm(forms.Form):
    use = forms.ChoiceField(
        label="What it is for",
        choices=Gold.Use.choices,
        initial=Gold.Use.GOLD,
        widget=forms.RadioSelect,
    )


class GoldForm(UseForm):
    """The accepted answers of one comparison."""

    accepted = forms.MultipleChoiceField(
        label="Accepted answers",
        widget=forms.CheckboxSelectMultiple,
        help_text="In the comparison's own order, as it is shown here. How much better does not "
        "matter. Tick several where several are defensible.",
        error_messages={"required": "Tick at least one accepted answer."},
    )
    explanation = forms.CharField(
        required=False,
        max_length=MAX_EXPLANATION,
        label="Why",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Shown after a qualification answer, and on the annotator's own page once this "
        "comparison is retired. Name the responses by what they say: the annotator does not know "
        "which one is A.",
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one, ANSWERS[one]) for one in offered_answers(project)]
        self.fields["accepted"].choices = choices  # type: ignore[attr-defined]


class BatchGoldForm(UseForm):
    """A batch whose comparisons say in their metadata which answers are right."""

    batch: "forms.ModelChoiceField[Batch]" = forms.ModelChoiceField(
        queryset=Batch.objects.none(), label="Batch", empty_label="Choose a batch"
    )
    field_order = ["batch", "use"]

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        batches = Batch.objects.filter(project=project)
        self.fields["batch"].queryset = batches  # type: ignore[attr-defined]
        self.fields["use"].label = "What they are for"


class GoldFilterForm(forms.Form):
    """What the list shows; anything else in the address is passed over."""

    use = forms.ChoiceField(required=False, choices=[("", "All"), *Gold.Use.choices])
    state = forms.ChoiceField(
        required=False, choices=[("", "In use"), ("retired", "Retired"), ("all", "All")]
    )
    page = forms.IntegerField(required=False, min_value=1, max_value=1_000_000)
