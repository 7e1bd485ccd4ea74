"""Forms of the Models pages."""

from typing import Any

from django import forms
from django.conf import settings

from annotation.models import Project
from quality.models import DatasetVersion
from training_bridge.selectors.runs import trainable_versions

LARGEST_SEED = 2**31 - 1
NO_DOWNLOAD = "scratch-tiny"


class VersionField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A dataset version, named with what it holds."""

    def label_from_instance(self, version: DatasetVersion) -> str:
        rows = (version.manifest or {})["rows"]
        return f"Version {version.pk}: {rows:,} rows, {version.created_at:%-d %b %Y}"


class RunForm(forms.Form):
    """What to train on, what to start from, and how long."""

    dataset_version = VersionField(
        label="Dataset version",
        queryset=DatasetVersion.objects.none(),
        empty_label=None,
        help_text="Its train rows are learned from, its validation rows are measured on.",
    )
    base_model = forms.ChoiceField(
        label="Base model",
        help_text="scratch-tiny needs no download and trains on a CPU in minutes; it learns "
        "little more than the surface of a text. The others are downloaded from the hub.",
    )
    epochs = forms.IntegerField(
        label="Epochs",
        required=False,
        min_value=1,
        max_value=100,
        help_text="How often the training goes through all rows. Empty: what suits the base model.",
    )
    seed = forms.IntegerField(
        label="Seed",
        min_value=0,
        max_value=LARGEST_SEED,
        initial=0,
        help_text="The same seed on the same version and machine gives the same model.",
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        versions = self.fields["dataset_version"]
        assert isinstance(versions, VersionField)
        versions.queryset = trainable_versions(project)
        base_model = self.fields["base_model"]
        assert isinstance(base_model, forms.ChoiceField)
        base_model.choices = [
            (name, f"{name} (no download)" if name == NO_DOWNLOAD else name)
            for name in settings.REWARD_BASE_MODELS
        ]

    @property
    def parameters(self) -> dict[str, int]:
        """The options that were given, as a training reads them."""
        given = {name: self.cleaned_data[name] for name in ("epochs", "seed")}
        return {name: value for name, value in given.items() if value is not None}
