"""Forms for invitations, roles and new accounts."""

from typing import Any, ClassVar

from django import forms
from django.contrib.auth.forms import BaseUserCreationForm

from annotation.models import Membership, Project, Team
from annotation.selectors.teams import teams_of
from feedback_platform.forms import PASSWORD_HELP
from feedback_platform.models import User

MAX_LIST_BYTES = 500_000
STATES = [("", "Anybody"), ("active", "Not paused"), ("paused", "Paused")]


class RoleForm(forms.Form):
    role = forms.ChoiceField(label="Role", choices=Membership.Role.choices)


class InvitationForm(RoleForm):
    role = forms.ChoiceField(
        label="Role of the invited person",
        choices=Membership.Role.choices,
        initial=Membership.Role.ANNOTATOR,
    )
    label = forms.CharField(
        label="For whom", max_length=150, required=False, help_text="A note for yourself."
    )
    team = forms.ModelChoiceField(
        label="Team", queryset=Team.objects.none(), required=False, empty_label="No team"
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chooser = self.fields["team"]
        assert isinstance(chooser, forms.ModelChoiceField)
        chooser.queryset = teams_of(project)


class PeopleFilterForm(forms.Form):
    """Which people the list shows, and where its page starts."""

    q = forms.CharField(label="Name", required=False, max_length=150)
    role = forms.ChoiceField(
        label="Role", required=False, choices=[("", "Any role"), *Membership.Role.choices]
    )
    state = forms.ChoiceField(label="State", required=False, choices=STATES)
    after = forms.CharField(required=False, max_length=200, strip=False)
    before = forms.CharField(required=False, max_length=200, strip=False)

    def chosen(self) -> dict[str, Any]:
        """The values that are in order; what is not is as if it were not there."""
        self.is_valid()
        cleaned = self.cleaned_data
        return {
            "search": cleaned.get("q", ""),
            "role": cleaned.get("role", ""),
            "paused": {"active": False, "paused": True}.get(cleaned.get("state", "")),
            "after": cleaned.get("after", ""),
            "before": cleaned.get("before", ""),
        }


class InvitationFilterForm(forms.Form):
    """Which open invitations the list shows, and where its page starts."""

    q = forms.CharField(label="For", required=False, max_length=150)
    after = forms.IntegerField(required=False, min_value=0)
    before = forms.IntegerField(required=False, min_value=0)

    def chosen(self) -> dict[str, Any]:
        """The values that are in order; what is not is as if it were not there."""
        self.is_valid()
        cleaned = self.cleaned_data
        return {
            "search": cleaned.get("q", ""),
            "after": cleaned.get("after"),
            "before": cleaned.get("before"),
        }


class InviteListForm(forms.Form):
    """A list of people to invite, as a file or pasted."""

    file = forms.FileField(label="CSV file", required=False)
    text = forms.CharField(
        label="Or its text",
        required=False,
        max_length=MAX_LIST_BYTES,
        widget=forms.Textarea(attrs={"rows": 6, "placeholder": "name,role,team"}),
    )

    def clean_file(self) -> str:
        file = self.cleaned_data["file"]
        if file is None:
            return ""
        if file.size > MAX_LIST_BYTES:
            raise forms.ValidationError("The file is larger than 500 kB. Send it in parts.")
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise forms.ValidationError("The file is no UTF-8 text. Save it as such.") from None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and bool(cleaned["file"]) == bool(cleaned["text"]):
            self.add_error("file", "Choose a file or paste its text, one of the two.")
        return cleaned

    def list_text(self) -> str:
        return str(self.cleaned_data["file"] or self.cleaned_data["text"])


class PauseForm(forms.Form):
    reason = forms.CharField(
        label="Reason",
        max_length=500,
        help_text="Shown to this person in place of the next comparison.",
    )


class CapsForm(forms.ModelForm):  # type: ignore[type-arg]
    """One person's own caps."""

    class Meta:
        model = Membership
        fields: ClassVar[list[str]] = ["cap_judgments", "cap_per_day"]
        labels: ClassVar[dict[str, str]] = {
            "cap_judgments": "Judgments in all",
            "cap_per_day": "Judgments a day",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.Meta.fields:
            general = getattr(self.instance.project, name)
            usual = f"{general:,}" if general is not None else "no cap"
            self.fields[name].help_text = f"Empty: as in the project ({usual})."


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
