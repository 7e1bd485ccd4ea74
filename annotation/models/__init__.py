from annotation.models.batches import Arrangement, Batch
from annotation.models.checks import Gold, QualificationAttempt
from annotation.models.comparisons import Comparison, RenderedComparison
from annotation.models.criteria import Criterion, CriterionPreference, Rating
from annotation.models.guidelines import Guidelines
from annotation.models.imports import Import
from annotation.models.judgments import COUNTED, Exclusion, Judgment, Outcome, Reinstatement
from annotation.models.people import Invitation, Membership, Team, TeamMember
from annotation.models.projects import Project
from annotation.models.reviews import Adjudication, Appeal, Audit, Flag, SentBack
from annotation.models.seats import Assignment, Purpose, Seat

__all__ = [
    "COUNTED",
    "Adjudication",
    "Appeal",
    "Arrangement",
    "Assignment",
    "Audit",
    "Batch",
    "Comparison",
    "Criterion",
    "CriterionPreference",
    "Exclusion",
    "Flag",
    "Gold",
    "Guidelines",
    "Import",
    "Invitation",
    "Judgment",
    "Membership",
    "Outcome",
    "Project",
    "Purpose",
    "QualificationAttempt",
    "Rating",
    "Reinstatement",
    "RenderedComparison",
    "Seat",
    "SentBack",
    "Team",
    "TeamMember",
]
