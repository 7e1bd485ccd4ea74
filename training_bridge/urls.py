from django.urls import path

from training_bridge.views import runs

app_name = "training_bridge"
urlpatterns = [
    path("projects/<slug:slug>/models/", runs.runs, name="runs"),
    path("projects/<slug:slug>/models/new/", runs.run_create, name="run_create"),
    path("projects/<slug:slug>/models/<int:run_id>/", runs.run, name="run"),
    path("projects/<slug:slug>/models/<int:run_id>/card/", runs.run_card, name="run_card"),
    path(
        "projects/<slug:slug>/models/<int:run_id>/charts/",
        runs.run_charts_live,
        name="run_charts",
    ),
    path("projects/<slug:slug>/models/<int:run_id>/cancel/", runs.run_cancel, name="run_cancel"),
    path("projects/<slug:slug>/models/<int:run_id>/resume/", runs.run_resume, name="run_resume"),
    path(
        "projects/<slug:slug>/models/<int:run_id>/files/<str:name>",
        runs.run_file,
        name="run_file",
    ),
]
