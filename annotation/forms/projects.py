"""Forms for what a project asks: its settings, tab by tab."""

from typing import Any, ClassVar

from django import forms

from annotation.forms.shares import ShareField, problems_with
from annotation.models import Project

# Addresses below /projects/ that are not projects.
RESERVED_SLUGS = {"new"}
MAX_WARNING = 2_000
MAX_TAGS = 30
MAX_TAG = 60
MAX_BREAK = 600
DAY_MINUTES = 1_440
ANSWERS = ("offers_tie", "offers_both_good", "offers_both_bad", "offers_cannot_judge")
LABELS = {
    "name": "Name",
    "slug": "Short name",
    "question": "Question",
    "scale": "Scale",
    "offers_tie": "A tie: both are about the same",
    "offers_both_good": "Both are good",
    "offers_both_bad": "Both are bad",
    "offers_cannot_judge": "Cannot judge",
    "overlap": "Judgments per comparison",
    "state": "State",
    "rationale_rule": "A reason in words",
    "content_warning": "Content warning",
    "blurs": "Blur every text until it is uncovered",
    "break_minutes": "Suggest a break after so many minutes",
    "policy": "Order",
    "adapts_overlap": "Adapt the number to how certain the decision is",
    "overlap_minimum": "Not before so many judgments",
    "overlap_cap": "At most so many judgments",
    "cap_judgments": "Judgments of one annotator, in all",
    "cap_per_day": "Judgments of one annotator, per day",
}
HELP = {
    "slug": "Used in addresses and commands: lower-case letters, digits and hyphens. Left empty, "
    "it is made from the name. It cannot be changed later.",
    "question": "What annotators decide, in one sentence.",
    "overlap": "How many annotators judge the same comparison. Three or more let you measure "
    "agreement and decide by majority. A batch or a comparison can ask for another number.",
    "state": "Paused and closed projects hand out no comparisons; everything else stays readable. "
    "Who has a comparison open may still send its judgment. Both can be opened again.",
    "content_warning": "Shown before an annotator's first comparison. Left empty, there is none.",
    "blurs": "For texts that may disturb: one key or click uncovers a comparison.",
    "break_minutes": "Of active time, without a pause. 0: never.",
    "rationale_rule": "Annotators can always write one. Where it is due, a key does not submit "
    "before it is written.",
    "cap_judgments": "Left empty, there is no cap. Single people can have their own, under People.",
}


def text_area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class GeneralForm(forms.ModelForm):  # type: ignore[type-arg]
    """Name, question and state of a project, and how it treats its annotators."""

    content_warning = forms.CharField(
        required=False,
        max_length=MAX_WARNING,
        label=LABELS["content_warning"],
        help_text=HELP["content_warning"],
        widget=text_area(3),
    )
    break_minutes = forms.IntegerField(
        min_value=0,
        max_value=MAX_BREAK,
        label=LABELS["break_minutes"],
        help_text=HELP["break_minutes"],
    )

    class Meta:
        model = Project
        fields: ClassVar[list[str]] = [
            "name",
            "question",
            "state",
            "content_warning",
            "blurs",
            "break_minutes",
        ]
        labels = LABELS
        help_texts = HELP
        widgets: ClassVar[dict[str, forms.Widget]] = {"state": forms.RadioSelect()}


class AnswersForm(forms.ModelForm):  # type: ignore[type-arg]
    """The scale and the answers beside it; shown, but locked once there are judgments."""

    class Meta:
        model = Project
        fields: ClassVar[list[str]] = ["scale", *ANSWERS]
        labels = LABELS
        help_texts = HELP
        widgets: ClassVar[dict[str, forms.Widget]] = {"scale": forms.RadioSelect()}

    def __init__(self, *args: Any, locked: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_locked = bool(locked)
        for name in locked:
            self.fields[name].disabled = True

    def answers(self) -> list[forms.BoundField]:
        """The offered answers, drawn as one group."""
        return [self[name] for name in ANSWERS]


class LinesField(forms.CharField):
    """Short texts, one a line; the value is the list of them without repeats."""

    def __init__(self, *, max_lines: int, max_line: int, **kwargs: Any) -> None:
        self.max_lines, self.max_line = max_lines, max_line
        super().__init__(max_length=2 * max_lines * max_line, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        lines = list(
            dict.fromkeys(filter(None, (" ".join(one.split()) for one in text.split("\n"))))
        )
        if len(lines) > self.max_lines:
            raise forms.ValidationError(f"Write at most {self.max_lines} lines.")
        for line in lines:
            if len(line) > self.max_line:
                raise forms.ValidationError(
                    f"A line has at most {self.max_line} characters: {line[: self.max_line]}..."
                )
        return lines


def tags_field() -> LinesField:
    return LinesField(
        max_lines=MAX_TAGS,
        max_line=MAX_TAG,
        required=False,
        label="Reasons to tick",
        help_text="One a line; annotators may tick several. Judgments keep the words they were "
        "made with.",
        widget=text_area(6),
    )


class ReasonsForm(forms.ModelForm):  # type: ignore[type-arg]
    """What annotators may or must say about why."""

    reason_tags = tags_field()

    class Meta:
        model = Project
        fields: ClassVar[list[str]] = ["rationale_rule", "reason_tags"]
        labels = LABELS
        help_texts = HELP
        widgets: ClassVar[dict[str, forms.Widget]] = {"rationale_rule": forms.RadioSelect()}


class HandOutForm(forms.ModelForm):  # type: ignore[type-arg]
    """Who gets how many comparisons, in which order, and for how long."""

    certain_at = ShareField(
        label="Stop when a direction is this certain, %",
        help_text="Seats that nobody has taken are withdrawn.",
    )
    doubtful_below = ShareField(
        label="Ask one more while the majority is below, %",
        help_text="One seat at a time, up to the most below.",
    )
    cap_share = ShareField(
        required=False,
        label="Share of the whole work of one annotator, %",
        help_text="Left empty, there is no cap.",
    )
    lease_minutes = forms.IntegerField(
        min_value=1,
        max_value=7 * DAY_MINUTES,
        label="A comparison stays reserved for, minutes",
        help_text="While the page is open it is renewed. Afterwards somebody else may get the "
        "comparison; who returns late can still judge it unless somebody has.",
    )

    class Meta:
        model = Project
        fields: ClassVar[list[str]] = [
            "policy",
            "overlap",
            "adapts_overlap",
            "overlap_minimum",
            "certain_at",
            "doubtful_below",
            "overlap_cap",
            "cap_judgments",
            "cap_per_day",
            "cap_share",
        ]
        labels = LABELS
        help_texts = HELP
        widgets: ClassVar[dict[str, forms.Widget]] = {"policy": forms.RadioSelect()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lease_minutes"].initial = max(1, round(self.instance.lease_seconds / 60))
        for name in ("cap_judgments", "cap_per_day"):
            self.fields[name].widget.attrs["min"] = 1

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, message in problems_with(self.instance, cleaned):
            self.add_error(name, message)
        return cleaned

    def settings(self) -> dict[str, Any]:
        """The cleaned fields in the words of ``Project``."""
        cleaned = dict(self.cleaned_data)
        cleaned["lease_seconds"] = cleaned.pop("lease_minutes") * 60
        return cleaned
