from quality.models.results import DatasetVersion, ProgressSnapshot, Report
from quality.models.states import AnnotatorAccuracy, ComparisonState, ComparisonText, Watermark

__all__ = [
    "AnnotatorAccuracy",
    "ComparisonState",
    "ComparisonText",
    "DatasetVersion",
    "ProgressSnapshot",
    "Report",
    "Watermark",
]
