from annotation.models.comparisons import Comparison, RenderedComparison
from annotation.models.imports import Import
from annotation.models.judgments import Exclusion, Judgment, Outcome
from annotation.models.projects import Invitation, Membership, Project
from annotation.models.seats import Assignment, Seat

__all__ = [
    "Assignment",
    "Comparison",
    "Exclusion",
    "Import",
    "Invitation",
    "Judgment",
    "Membership",
    "Outcome",
    "Project",
    "RenderedComparison",
    "Seat",
]
