"""What annotators answer on their own page."""

from django import forms
from django.utils.translation import gettext_lazy as _

from annotation.services.flags import LONGEST_TEXT


class ConfirmationForm(forms.Form):
    """Why the author stands by a judgment that was sent back."""

    answer = forms.CharField(
        label=_("Why you stand by it"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AppealForm(forms.Form):
    """Why a judgment that was left out should count."""

    text = forms.CharField(
        label=_("Why it should count"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
