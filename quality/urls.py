from django.urls import path

from quality.views import (
    annotators,
    audits,
    comparisons,
    datasets,
    overview,
    planning,
    progress,
    prompt_sets,
    quality_flags,
    readiness,
    remarks,
    report_comparison,
    report_html,
    reports,
    review,
    review_judgments,
)

app_name = "quality"
urlpatterns = [
    path("projects/<slug:slug>/comparisons/", comparisons.comparisons, name="comparisons"),
    path(
        "projects/<slug:slug>/comparisons/<int:comparison_id>/",
        comparisons.comparison,
        name="comparison",
    ),
    path(
        "projects/<slug:slug>/comparisons/<int:comparison_id>/change/",
        comparisons.comparison_change,
        name="comparison_change",
    ),
    path("projects/<slug:slug>/progress/", progress.progress, name="progress"),
    path(
        "projects/<slug:slug>/progress/figures/", progress.progress_figures, name="progress_figures"
    ),
    path("projects/<slug:slug>/quality/", overview.reports, name="reports"),
    path("projects/<slug:slug>/quality/plan/", planning.plan, name="plan"),
    path(
        "projects/<slug:slug>/quality/schedule/", overview.report_schedule, name="report_schedule"
    ),
    path("projects/<slug:slug>/quality/prompts/", prompt_sets.prompt_sets, name="prompt_sets"),
    path(
        "projects/<slug:slug>/quality/prompts/<int:prompt_set_id>/card/",
        prompt_sets.prompt_set_card,
        name="prompt_set_card",
    ),
    path(
        "projects/<slug:slug>/quality/prompts/<int:prompt_set_id>/cancel/",
        prompt_sets.prompt_set_cancel,
        name="prompt_set_cancel",
    ),
    path(
        "projects/<slug:slug>/quality/prompts/<int:prompt_set_id>/retry/",
        prompt_sets.prompt_set_retry,
        name="prompt_set_retry",
    ),
    path(
        "projects/<slug:slug>/quality/prompts/<int:prompt_set_id>/delete/",
        prompt_sets.prompt_set_delete,
        name="prompt_set_delete",
    ),
    path(
        "projects/<slug:slug>/quality/task/",
        readiness.readiness_answers,
        name="readiness_answers",
    ),
    path("projects/<slug:slug>/quality/flags/", quality_flags.quality_flags, name="quality_flags"),
    path(
        "projects/<slug:slug>/quality/flags/<int:quality_flag_id>/",
        quality_flags.quality_flag,
        name="quality_flag",
    ),
    path(
        "projects/<slug:slug>/quality/flags/<int:quality_flag_id>/resolve/",
        quality_flags.quality_flag_resolve,
        name="quality_flag_resolve",
    ),
    path(
        "projects/<slug:slug>/quality/reports/compare/",
        report_comparison.report_comparison,
        name="report_comparison",
    ),
    path("projects/<slug:slug>/quality/reports/build/", reports.report_build, name="report_build"),
    path("projects/<slug:slug>/quality/reports/<int:report_id>/", reports.report, name="report"),
    path(
        "projects/<slug:slug>/quality/reports/<int:report_id>/card/",
        reports.report_card,
        name="report_card",
    ),
    path(
        "projects/<slug:slug>/quality/reports/<int:report_id>/report.json",
        reports.report_file,
        name="report_file",
    ),
    path(
        "projects/<slug:slug>/quality/reports/<int:report_id>/report.html",
        report_html.report_html,
        name="report_html",
    ),
    path(
        "projects/<slug:slug>/quality/reports/<int:report_id>/cancel/",
        reports.report_cancel,
        name="report_cancel",
    ),
    path(
        "projects/<slug:slug>/quality/reports/<int:report_id>/retry/",
        reports.report_retry,
        name="report_retry",
    ),
    path(
        "projects/<slug:slug>/quality/reports/<int:report_id>/annotators/",
        annotators.annotators,
        name="report_annotators",
    ),
    path(
        "projects/<slug:slug>/quality/reports/<int:report_id>/annotators/<slug:pseudonym>/",
        annotators.annotator_sheet,
        name="annotator_sheet",
    ),
    # After the names above, which are no sections.
    path(
        "projects/<slug:slug>/quality/reports/<int:report_id>/<slug:section_name>/",
        reports.report_section,
        name="report_section",
    ),
    path("projects/<slug:slug>/review/", review.review, name="review"),
    path("projects/<slug:slug>/review/next/", review.review_next, name="review_next"),
    path(
        "projects/<slug:slug>/review/comparisons/<int:comparison_id>/",
        review.review_comparison,
        name="review_comparison",
    ),
    path(
        "projects/<slug:slug>/review/decisions/<int:adjudication_id>/take-back/",
        review.review_take_back,
        name="review_take_back",
    ),
    path(
        "projects/<slug:slug>/review/judgments/<int:judgment_id>/send-back/",
        review_judgments.review_send_back,
        name="review_send_back",
    ),
    path(
        "projects/<slug:slug>/review/judgments/<int:judgment_id>/exclude/",
        review_judgments.review_exclude,
        name="review_exclude",
    ),
    path("projects/<slug:slug>/review/audits/", audits.audits, name="audits"),
    path("projects/<slug:slug>/review/audits/next/", audits.audit_next, name="audit_next"),
    path("projects/<slug:slug>/review/audits/<int:audit_id>/", audits.audit, name="audit"),
    path("projects/<slug:slug>/review/flags/", remarks.flags, name="flags"),
    path(
        "projects/<slug:slug>/review/flags/<int:flag_id>/",
        remarks.flag_resolve,
        name="flag_resolve",
    ),
    path("projects/<slug:slug>/review/appeals/", remarks.appeals, name="appeals"),
    path(
        "projects/<slug:slug>/review/appeals/<int:appeal_id>/",
        remarks.appeal_decide,
        name="appeal_decide",
    ),
    path("projects/<slug:slug>/data/", datasets.datasets, name="datasets"),
    path("projects/<slug:slug>/data/new/", datasets.dataset_create, name="dataset_create"),
    path("projects/<slug:slug>/data/<int:version_id>/", datasets.dataset, name="dataset"),
    path(
        "projects/<slug:slug>/data/<int:version_id>/card/",
        datasets.dataset_card,
        name="dataset_card",
    ),
    path(
        "projects/<slug:slug>/data/<int:version_id>/cancel/",
        datasets.dataset_cancel,
        name="dataset_cancel",
    ),
    path(
        "projects/<slug:slug>/data/<int:version_id>/retry/",
        datasets.dataset_retry,
        name="dataset_retry",
    ),
    path(
        "projects/<slug:slug>/data/<int:version_id>/files/<path:name>",
        datasets.dataset_file,
        name="dataset_file",
    ),
]
