from django.urls import path

from quality.views import datasets, progress, reports

app_name = "quality"
urlpatterns = [
    path("projects/<slug:slug>/progress/", progress.progress, name="progress"),
    path(
        "projects/<slug:slug>/progress/figures/", progress.progress_figures, name="progress_figures"
    ),
    path("projects/<slug:slug>/quality/", reports.reports, name="reports"),
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
        "projects/<slug:slug>/quality/reports/<int:report_id>/cancel/",
        reports.report_cancel,
        name="report_cancel",
    ),
    path(
        "projects/<slug:slug>/quality/reports/<int:report_id>/retry/",
        reports.report_retry,
        name="report_retry",
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
