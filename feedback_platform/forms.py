"""Forms for logging in and for the account page."""

from typing import Any

from allauth.account import forms as allauth
from django import forms

from feedback_platform.models import ApiToken

PASSWORD_HELP = "At least 8 characters; not your name, not a common password, not only digits."
LIFETIMES = [(7, "7 days"), (30, "30 days"), (90, "90 days"), (365, "1 year")]


class TokenForm(forms.Form):
    """A new API token."""

    name = forms.CharField(max_length=80, help_text="Where you use it, such as training host.")
    scope = forms.ChoiceField(
        label="What it may do", choices=ApiToken.Scope.choices, initial=ApiToken.Scope.READ
    )
    days = forms.TypedChoiceField(label="Ends after", choices=LIFETIMES, coerce=int, initial=90)


class LoginForm(allauth.LoginForm):  # type: ignore[misc]
    """allauth's form in this platform's words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "Name"
        self.fields["remember"].label = "Stay logged in on this device"
        _drop_placeholders(self)


class ChangePasswordForm(allauth.ChangePasswordForm):  # type: ignore[misc]
    """allauth's form in this platform's words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = "Current password"
        self.fields["password1"].label = "New password"
        self.fields["password1"].help_text = PASSWORD_HELP
        self.fields["password2"].label = "New password again"
        _drop_placeholders(self)


def _drop_placeholders(form: forms.Form) -> None:
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
