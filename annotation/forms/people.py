"""Forms for invitations, roles and new accounts."""

from typing import Any, ClassVar

from django import forms
from django.contrib.auth.forms import BaseUserCreationForm

from annotation.models import Membership
from feedback_platform.forms import PASSWORD_HELP
from feedback_platform.models import User


class RoleForm(forms.Form):
    role = forms.ChoiceField(label="Role", choices=Membership.Role.choices)


class InvitationForm(RoleForm):
    role = forms.ChoiceField(
        label="Role of the invited person",
        choices=Membership.Role.choices,
        initial=Membership.Role.ANNOTATOR,
    )


class AccountForm(BaseUserCreationForm):  # type: ignore[type-arg]
    """The name and the password of an invited person."""

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["username"]
        labels: ClassVar[dict[str, str]] = {"username": "Your name"}
        help_texts: ClassVar[dict[str, str]] = {
            "username": "You log in with it, and the project's managers see it. Letters, digits "
            "and @ . + - _ only. Exports carry a pseudonym instead."
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = PASSWORD_HELP
        self.fields["password2"].label = "Password again"
        self.fields["password2"].help_text = ""

    def clean_username(self) -> str:
        name = str(self.cleaned_data["username"])
        if User.objects.filter(username__iexact=name).exists():
            raise forms.ValidationError(
                "This name is taken. Choose another, or log in if it is yours."
            )
        return name
