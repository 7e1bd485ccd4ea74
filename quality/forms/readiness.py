"""What managers tell beside the judgments: other prompts, and the task."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat

from quality.models import ReadinessAnswers


class PromptSetForm(forms.Form):
    """A file with the prompts of another dataset."""

    file = forms.FileField(
        label="File",
        help_text="JSON lines, a JSON array, CSV, Parquet, or text with one prompt a line; plain "
        "or compressed with gzip.",
        error_messages={"empty": "This file is empty. Choose another."},
    )
    column = forms.CharField(
        label="Column with the prompts",
        required=False,
        max_length=200,
        help_text="Empty: prompt, messages, conversations, instruction, question, query or input.",
    )

    def clean_file(self) -> "UploadedFile[Any]":
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > settings.IMPORT_MAX_FILE_BYTES:
            most = filesizeformat(settings.IMPORT_MAX_FILE_BYTES)
            raise forms.ValidationError(f"The file is larger than {most}. Split it into several.")
        return file


class ReadinessForm(forms.Form):
    """What the figures cannot tell about the task."""

    task = forms.ChoiceField(
        label="What makes one response better than another?",
        required=False,
        choices=[("", "Not said"), *ReadinessAnswers.Task.choices],
    )
    metric_name = forms.CharField(
        label="Metric that training should raise",
        required=False,
        max_length=100,
        help_text="Such as the share of answers that users accept.",
    )
    metric_value = forms.FloatField(
        label="Its value today",
        required=False,
        min_value=0,
        max_value=1,
        widget=forms.NumberInput(attrs={"step": "any"}),
        help_text="From 0 to 1.",
    )
