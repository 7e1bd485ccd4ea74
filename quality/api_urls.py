from django.urls import path

from quality.api import (
    comparison_table,
    comparisons,
    datasets,
    decisions,
    planning,
    progress,
    prompt_sets,
    quality_flags,
    report_comparison,
    reports,
    review,
    schedules,
)

PROJECT = "projects/<slug:slug>"
REPORT = f"{PROJECT}/reports/<int:report_id>"
VERSION = f"{PROJECT}/dataset-versions/<int:version_id>"

urlpatterns = [
    path(f"{PROJECT}/progress", progress.Progress.as_view()),
    path(f"{PROJECT}/comparisons", comparison_table.Comparisons.as_view()),
    path(f"{PROJECT}/comparisons/<int:comparison_id>", comparisons.ComparisonDetail.as_view()),
    path(f"{PROJECT}/review", review.ReviewQueue.as_view()),
    path(f"{PROJECT}/comparisons/<int:comparison_id>/decide", decisions.ComparisonDecide.as_view()),
    path(
        f"{PROJECT}/decisions/<int:adjudication_id>/take-back",
        decisions.DecisionTakeBack.as_view(),
    ),
    path(f"{PROJECT}/plan", planning.ProjectPlan.as_view()),
    path(f"{PROJECT}/reports", reports.Reports.as_view(), name="api-reports"),
    path(f"{PROJECT}/reports/compare", report_comparison.ReportComparison.as_view()),
    path(f"{PROJECT}/reports/schedule", schedules.Schedule.as_view()),
    path(f"{PROJECT}/prompt-sets", prompt_sets.PromptSets.as_view()),
    path(
        f"{PROJECT}/prompt-sets/<int:prompt_set_id>",
        prompt_sets.PromptSetDetail.as_view(),
        name="api-prompt-set",
    ),
    path(
        f"{PROJECT}/prompt-sets/<int:prompt_set_id>/cancel", prompt_sets.PromptSetCancel.as_view()
    ),
    path(f"{PROJECT}/prompt-sets/<int:prompt_set_id>/retry", prompt_sets.PromptSetRetry.as_view()),
    path(
        f"{PROJECT}/prompt-sets/<int:prompt_set_id>/delete", prompt_sets.PromptSetDelete.as_view()
    ),
    path(f"{PROJECT}/readiness-answers", prompt_sets.ReadinessAnswersDetail.as_view()),
    path(REPORT, reports.ReportDetail.as_view(), name="api-report"),
    path(f"{REPORT}/cancel", reports.ReportCancel.as_view(), name="api-report-cancel"),
    path(f"{REPORT}/page", reports.ReportPage.as_view()),
    path(f"{REPORT}/retry", reports.ReportRetry.as_view()),
    path(f"{PROJECT}/quality-flags", quality_flags.QualityFlags.as_view()),
    path(
        f"{PROJECT}/quality-flags/<int:quality_flag_id>", quality_flags.QualityFlagDetail.as_view()
    ),
    path(
        f"{PROJECT}/quality-flags/<int:quality_flag_id>/resolve",
        quality_flags.QualityFlagResolve.as_view(),
    ),
    path(
        f"{PROJECT}/dataset-versions",
        datasets.DatasetVersions.as_view(),
        name="api-dataset-versions",
    ),
    path(VERSION, datasets.DatasetVersionDetail.as_view(), name="api-dataset-version"),
    path(
        f"{VERSION}/cancel",
        datasets.DatasetVersionCancel.as_view(),
        name="api-dataset-version-cancel",
    ),
    path(f"{VERSION}/retry", datasets.DatasetVersionRetry.as_view()),
    path(f"{VERSION}/files/<path:name>", datasets.DatasetFile.as_view(), name="api-dataset-file"),
]
