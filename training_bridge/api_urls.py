from django.urls import path

from training_bridge import api

RUNS = "projects/<slug:slug>/runs"
RUN = f"{RUNS}/<int:run_id>"

urlpatterns = [
    path(RUNS, api.Runs.as_view(), name="api-runs"),
    path(RUN, api.RunDetail.as_view(), name="api-run"),
    path(f"{RUN}/cancel", api.RunCancel.as_view(), name="api-run-cancel"),
    path(f"{RUN}/resume", api.RunResume.as_view(), name="api-run-resume"),
]
