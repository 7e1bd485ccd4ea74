from quality.models.flags import QualityFlag, QualityFlagEvent
from quality.models.prompts import PromptSet, ReadinessAnswers
from quality.models.results import DatasetVersion, ProgressSnapshot, Report, ReportSchedule
from quality.models.states import AnnotatorAccuracy, ComparisonState, ComparisonText, Watermark

__all__ = [
    "AnnotatorAccuracy",
    "ComparisonState",
    "ComparisonText",
    "DatasetVersion",
    "ProgressSnapshot",
    "PromptSet",
    "QualityFlag",
    "QualityFlagEvent",
    "ReadinessAnswers",
    "Report",
    "ReportSchedule",
    "Watermark",
]
