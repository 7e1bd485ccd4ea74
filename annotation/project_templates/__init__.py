"""Project templates: what a new project of a known kind asks, and what it tells annotators.

Pure data, one TOML file each; everything of it can be changed in the project.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
# In the order in which they are offered.
KEYS = ("helpfulness", "harmlessness", "helpsteer", "summarisation", "blank")


@dataclass(frozen=True, slots=True)
class CriterionPreset:
    """A criterion as a template brings it; the fields are those of ``Criterion``."""

    key: str
    name: str
    help: str = ""
    kind: str = "rating"
    low: int = 0
    high: int = 4
    low_label: str = ""
    high_label: str = ""
    is_required: bool = False

    def fields(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class SampleComparison:
    """Texts to show where there is no comparison yet."""

    prompt: str
    left: str
    right: str


SAMPLE = SampleComparison(**tomllib.loads((FOLDER / "sample.toml").read_text()))


@dataclass(frozen=True, slots=True)
class ProjectTemplate:
    """What a project starts with. ``fields`` are columns of ``Project``."""

    key: str
    name: str
    summary: str
    guidelines: str
    fields: dict[str, Any]
    criteria: tuple[CriterionPreset, ...] = ()
    reason_tags: tuple[str, ...] = field(default=())
    sample: SampleComparison = SAMPLE


def _read(key: str) -> ProjectTemplate:
    content = tomllib.loads((FOLDER / f"{key}.toml").read_text())
    return ProjectTemplate(
        key=key,
        name=content["name"],
        summary=content["summary"],
        guidelines=content["guidelines"].strip(),
        fields=content["fields"],
        criteria=tuple(CriterionPreset(**one) for one in content.get("criteria", ())),
        reason_tags=tuple(content.get("reason_tags", ())),
        sample=SampleComparison(**content["sample"]) if "sample" in content else SAMPLE,
    )


PROJECT_TEMPLATES = {key: _read(key) for key in KEYS}


def template_called(key: str) -> ProjectTemplate:
    """The template of this name, or the blank one."""
    return PROJECT_TEMPLATES.get(key) or PROJECT_TEMPLATES["blank"]


def criterion_sets() -> Iterator[ProjectTemplate]:
    """The templates whose criteria can be added to a project of any kind."""
    return (one for one in PROJECT_TEMPLATES.values() if one.criteria)
