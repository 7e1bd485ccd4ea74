from django.urls import path

from annotation.api import imports, judging, projects

urlpatterns = [
    path("projects", projects.Projects.as_view(), name="api-projects"),
    path("projects/<slug:slug>", projects.ProjectDetail.as_view(), name="api-project"),
    path("projects/<slug:slug>/imports", imports.Imports.as_view(), name="api-imports"),
    path(
        "projects/<slug:slug>/imports/<int:import_id>",
        imports.ImportDetail.as_view(),
        name="api-import",
    ),
    path(
        "projects/<slug:slug>/imports/<int:import_id>/cancel",
        imports.ImportCancel.as_view(),
        name="api-import-cancel",
    ),
    path(
        "projects/<slug:slug>/imports/<int:import_id>/rejects",
        imports.ImportRejects.as_view(),
        name="api-import-rejects",
    ),
    path(
        "projects/<slug:slug>/assignments/next",
        judging.NextAssignment.as_view(),
        name="api-assignment-next",
    ),
    path(
        "assignments/<uuid:assignment_id>/judgment",
        judging.SubmitJudgment.as_view(),
        name="api-judgment",
    ),
    path(
        "assignments/<uuid:assignment_id>/skip",
        judging.SkipAssignment.as_view(),
        name="api-assignment-skip",
    ),
]
