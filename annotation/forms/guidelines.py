"""The editor of the guidelines."""

from django import forms

from annotation.services.guidelines import MAX_NOTE, MAX_TEXT


class GuidelinesForm(forms.Form):
    """A new version, and the one that was in force when it was written."""

    text = forms.CharField(
        max_length=MAX_TEXT,
        label="Guidelines",
        help_text="Markdown: # headings, **bold**, lists, tables, `code` and $formulas$.",
        widget=forms.Textarea(attrs={"rows": 20}),
        error_messages={"required": "Write the guidelines before you publish them."},
    )
    note = forms.CharField(
        required=False,
        max_length=MAX_NOTE,
        label="What changed",
        help_text="Told to the annotators above the new version.",
    )
    based_on = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
