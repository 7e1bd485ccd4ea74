from quality.models.flags import QualityFlag, QualityFlagEvent
from quality.models.results import DatasetVersion, ProgressSnapshot, Report, ReportSchedule
from quality.models.states import AnnotatorAccuracy, ComparisonState, ComparisonText, Watermark

__all__ = [
    "AnnotatorAccuracy",
    "ComparisonState",
    "ComparisonText",
    "DatasetVersion",
    "ProgressSnapshot",
    "QualityFlag",
    "QualityFlagEvent",
    "Report",
    "ReportSchedule",
    "Watermark",
]
