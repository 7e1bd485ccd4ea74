"""Shares of a whole, 0 to 1 in the code, percent on the screen; and what they may not come to."""

from collections.abc import Mapping
from copy import copy
from decimal import Decimal
from typing import Any

from django import forms

from annotation.models import Project
from annotation.services.setting_rules import setting_problems


def problems_with(project: Project, cleaned: Mapping[str, Any]) -> list[tuple[str | None, str]]:
    """What is wrong about the settings that a form would give to a project, by field."""
    changed = copy(project)
    for name, value in cleaned.items():
        setattr(changed, name, value)
    return setting_problems(changed, cleaned.keys())


class ShareField(forms.DecimalField):
    """A share, written in percent with at most one decimal."""

    def __init__(self, *, highest: int = 100, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=highest, decimal_places=1, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """What is stored, as percent; what was typed stays as it is."""
        return f"{value * 100:.1f}".removesuffix(".0") if isinstance(value, float) else value

    def clean(self, value: Any) -> Any:
        percent: Decimal | None = super().clean(value)
        return None if percent is None else float(percent) / 100
