"""The noise from which a project's plans are made."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.db.models import F

from annotation.models import Project
from quality.metrics.noise import Noise, assumed_noise
from quality.models import Report

# With fewer comparisons the published levels say more.
FEWEST_COMPARISONS = 30
NAMES = {field.name for field in fields(Noise)}


@dataclass(frozen=True, slots=True)
class NoiseSource:
    """What judgments are like, and where it was measured.

    Attributes:
        noise: As measured, or as published where nothing was measured.
        report_id: The report it comes from; None where it was assumed.
        as_of: Of that report.
    """

    noise: Noise
    report_id: int | None = None
    as_of: datetime | None = None


def noise_of(project: Project) -> NoiseSource:
    """The noise in the newest report of the project; one query, without the rest of the report."""
    newest = (
        Report.objects.filter(project=project, state=Report.State.SUCCEEDED)
        .annotate(noise=F("results__sections__comparisons__noise"))
        .order_by(F("as_of").desc(nulls_last=True), "-pk")
        .values("pk", "as_of", "noise")
        .first()
    )
    found: dict[str, Any] = (newest["noise"] if newest else None) or {}
    if newest is None or found.keys() != NAMES or found["n_comparisons"] < FEWEST_COMPARISONS:
        n_values = 3 if project.offers_tie or project.offers_both_good else 2
        return NoiseSource(assumed_noise(n_values=n_values))
    return NoiseSource(Noise(**found), newest["pk"], newest["as_of"])
