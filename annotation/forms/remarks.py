"""What an annotator says about a comparison instead of, or beside, judging it."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from annotation.models import Flag

MAX_SKIP_TEXT = 400
MAX_FLAG_TEXT = 2_000
SKIP_REASONS = (
    ("not_my_field", _("Not my field")),
    ("unclear", _("The prompt is unclear")),
    ("broken", _("A text is broken or cut off")),
    ("too_long", _("Too long to judge fairly")),
    ("uncomfortable", _("I would rather not read this")),
    ("other", _("Something else")),
)


def skip_reasons() -> list[str]:
    """The reasons in words, as they are stored: in the language of the managers."""
    with override(settings.LANGUAGE_CODE):
        return [str(words) for _, words in SKIP_REASONS]


class SkipForm(forms.Form):
    """Why a comparison is left out; nobody has to say."""

    why = forms.ChoiceField(
        choices=SKIP_REASONS, required=False, label=_("Why"), widget=forms.RadioSelect
    )
    why_text = forms.CharField(
        max_length=MAX_SKIP_TEXT,
        required=False,
        label=_("In your words"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    @property
    def reason(self) -> str:
        """As it is stored, in the language of the managers."""
        chosen = self.cleaned_data.get("why", "")
        with override(settings.LANGUAGE_CODE):
            reason = str(dict(SKIP_REASONS).get(chosen, ""))
        said = [reason, self.cleaned_data.get("why_text", "").strip()]
        return ": ".join(part for part in said if part)


class FlagForm(forms.Form):
    """A remark on a comparison, or the report that ends it."""

    kind = forms.ChoiceField(
        choices=[
            (Flag.Kind.QUESTION.value, _("A question or a remark: I still judge it")),
            (Flag.Kind.REPORT.value, _("Harmful content: take it away from me")),
        ],
        initial=Flag.Kind.QUESTION.value,
        label=_("What is it?"),
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        max_length=MAX_FLAG_TEXT,
        label=_("What should the reviewers know?"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def flag(self) -> dict[str, Any]:
        """The cleaned answer in the words of ``raise_flag``."""
        return {"kind": self.cleaned_data["kind"], "text": self.cleaned_data["text"]}
