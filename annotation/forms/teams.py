"""Forms for teams, and for giving comparisons to them or to one person."""

from typing import Any

from django import forms

from annotation.formats.id_lists import read_ids
from annotation.models import Membership, Project, Team
from annotation.selectors.teams import people_by_name, teams_of

# External ids and separators of as many comparisons as can be given at once.
MAX_IDS_TEXT = 2_100_000
MAX_NAMES_TEXT = 40_000
MAX_NAMES = 200


class TeamForm(forms.Form):
    name = forms.CharField(label="Name of the team", max_length=150)


class FilterForm(forms.Form):
    """What a list of names shows, and where its page starts."""

    q = forms.CharField(required=False, max_length=150)
    after = forms.CharField(required=False, max_length=200, strip=False)
    before = forms.CharField(required=False, max_length=200, strip=False)

    def chosen(self) -> dict[str, str]:
        """The values that are in order; what is not is as if it were not there."""
        self.is_valid()
        cleaned = self.cleaned_data
        return {
            "search": cleaned.get("q", ""),
            "after": cleaned.get("after", ""),
            "before": cleaned.get("before", ""),
        }


class NamesForm(forms.Form):
    """People of a project, by their names."""

    names = forms.CharField(
        label="Names",
        max_length=MAX_NAMES_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One person per line, as they are called under People.",
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project = project

    def clean_names(self) -> list[Membership]:
        lines = (line.strip() for line in str(self.cleaned_data["names"]).splitlines())
        names = list(dict.fromkeys(line for line in lines if line))
        if len(names) > MAX_NAMES:
            raise forms.ValidationError(f"Add at most {MAX_NAMES} people at once.")
        found = people_by_name(self.project, names)
        unknown = [name for name in names if name not in found]
        if unknown:
            more = f" and {len(unknown) - 5} more" if len(unknown) > 5 else ""
            raise forms.ValidationError(
                f"Not in this project, or without a login: {', '.join(unknown[:5])}{more}. "
                "Correct the names, or invite these people first."
            )
        return list(found.values())


class AudienceForm(forms.Form):
    """Who gets some comparisons: everybody, a team, or one person."""

    team = forms.ModelChoiceField(
        label="Team", queryset=Team.objects.none(), required=False, empty_label="Everybody"
    )
    person = forms.CharField(
        label="Or one person",
        max_length=150,
        required=False,
        help_text="Their name, as under People. Leave it empty for the team.",
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project = project
        chooser = self.fields["team"]
        assert isinstance(chooser, forms.ModelChoiceField)
        chooser.queryset = teams_of(project)

    def clean_person(self) -> Membership | None:
        name = str(self.cleaned_data["person"])
        if not name:
            return None
        found = people_by_name(self.project, [name]).get(name)
        if found is None:
            raise forms.ValidationError(
                f"Nobody called {name} can log in to this project. Correct the name, or invite "
                "this person first."
            )
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("team") and cleaned.get("person"):
            self.add_error("person", "Choose a team or name a person, not both.")
        return cleaned


class AssignForm(AudienceForm):
    """Comparisons by their external ids, and who gets them."""

    external_ids = forms.CharField(
        label="External ids",
        max_length=MAX_IDS_TEXT,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="One per line.",
    )
    file = forms.FileField(
        label="Or a file with them",
        required=False,
        help_text="Text or CSV: the first column counts, a first row called external_id is "
        "passed over.",
    )
    field_order = ("external_ids", "file", "team", "person")

    def clean_file(self) -> str:
        file = self.cleaned_data["file"]
        if file is None:
            return ""
        if file.size > MAX_IDS_TEXT:
            raise forms.ValidationError("The file is larger than 2 MB. Send it in parts.")
        try:
            text = str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            text = "\0"
        if "\0" in text:
            raise forms.ValidationError("The file is no UTF-8 text. Save it as such.")
        return text

    def ids(self) -> list[str]:
        """The external ids of text and file, in their order."""
        text = self.cleaned_data["external_ids"] + "\n" + (self.cleaned_data["file"] or "")
        return read_ids(text)
