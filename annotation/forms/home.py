"""What a manager sends from the project's own page."""

from django import forms

from annotation.models import Project


class StateForm(forms.Form):
    state = forms.ChoiceField(choices=Project.State.choices)
