"""Forms of the account page."""

from django import forms

from feedback_platform.models import ApiToken

LIFETIMES = [(7, "7 days"), (30, "30 days"), (90, "90 days"), (365, "1 year")]


class TokenForm(forms.Form):
    """A new API token."""

    name = forms.CharField(max_length=80, help_text="Where you use it, such as training host.")
    scope = forms.ChoiceField(
        label="What it may do", choices=ApiToken.Scope.choices, initial=ApiToken.Scope.READ
    )
    days = forms.TypedChoiceField(label="Ends after", choices=LIFETIMES, coerce=int, initial=90)
