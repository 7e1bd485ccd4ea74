from django.urls import path

from quality.views import datasets

app_name = "quality"
urlpatterns = [
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
