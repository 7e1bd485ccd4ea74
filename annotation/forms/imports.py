"""Uploading a file to import."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat

from annotation.formats.mapping import parse_mapping
from annotation.formats.reading import AUTO, FORMAT_NAMES
from annotation.models import Batch

FORMAT_CHOICES = [(AUTO, "Find out from the file"), *FORMAT_NAMES.items()]


class ImportForm(forms.Form):
    """A file and how to read it."""

    file = forms.FileField(
        label="File",
        help_text="JSON lines, a JSON array, CSV or Parquet; plain or compressed with gzip.",
        error_messages={"empty": "This file is empty. Choose another."},
    )
    format = forms.ChoiceField(label="Format", choices=FORMAT_CHOICES, initial=AUTO)
    mapping = forms.CharField(
        label="Columns with other names",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "response_a=answer_1"}),
        help_text="One FIELD=COLUMN per line, such as response_a=answer_1.",
    )
    batch = forms.TypedChoiceField(
        label="Put new comparisons into",
        required=False,
        coerce=int,
        empty_value=None,
        help_text="A batch that is there keeps its state, priority and people.",
    )
    hold = forms.BooleanField(
        label="Hold the new batch back",
        required=False,
        help_text="Nobody gets its comparisons before you release it, from its own page.",
    )
    check_only = forms.BooleanField(
        label="Only check the file; import nothing",
        required=False,
    )
    skip_bad = forms.BooleanField(
        label="Skip bad rows",
        required=False,
        help_text="Otherwise one bad row is enough to import nothing.",
    )
    ties = forms.BooleanField(
        label="Ties were offered",
        required=False,
        help_text="Tick it when annotators could choose a tie, even if nobody did.",
    )

    def __init__(self, *args: Any, batches: Iterable[Batch] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chooser = self.fields["batch"]
        assert isinstance(chooser, forms.TypedChoiceField)
        known = [
            (batch.pk, f"{batch.name} ({batch.get_state_display().lower()})") for batch in batches
        ]
        chooser.choices = [("", "A new batch, named after the file"), *known]

    def clean_file(self) -> "UploadedFile[Any]":
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > settings.IMPORT_MAX_FILE_BYTES:
            most = filesizeformat(settings.IMPORT_MAX_FILE_BYTES)
            raise forms.ValidationError(f"The file is larger than {most}. Split it into several.")
        return file

    def clean_mapping(self) -> dict[str, str]:
        lines = str(self.cleaned_data["mapping"]).splitlines()
        try:
            return parse_mapping(line for line in lines if line.strip())
        except ValueError as error:
            raise forms.ValidationError(f"{error}.") from None

    def options(self) -> dict[str, Any]:
        """What was chosen beside the file itself."""
        names = ("format", "mapping", "skip_bad", "ties", "batch", "hold")
        return {name: self.cleaned_data[name] for name in names}
