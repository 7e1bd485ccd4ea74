from django.urls import path

from annotation.views import checks, comparisons, gold, imports, judging, people, projects

app_name = "annotation"
urlpatterns = [
    path("", projects.projects, name="projects"),
    path("invitations/<str:token>/", people.invitation, name="invitation"),
    path("projects/new/", projects.project_create, name="project_create"),
    path("projects/<slug:slug>/", projects.project, name="project"),
    path("projects/<slug:slug>/judge/", judging.judge, name="judge"),
    path("projects/<slug:slug>/judge/last/", judging.judge_last, name="judge_last"),
    path(
        "projects/<slug:slug>/judge/<uuid:assignment_id>/",
        judging.judge_submit,
        name="judge_submit",
    ),
    path(
        "projects/<slug:slug>/judge/<uuid:assignment_id>/skip/",
        judging.judge_skip,
        name="judge_skip",
    ),
    path(
        "projects/<slug:slug>/judge/judgments/<int:judgment_id>/",
        judging.judge_revise,
        name="judge_revise",
    ),
    path("projects/<slug:slug>/settings/", projects.settings, name="settings"),
    path("projects/<slug:slug>/settings/people/", people.people, name="people"),
    path(
        "projects/<slug:slug>/settings/people/<int:membership_id>/role/",
        people.member_role,
        name="member_role",
    ),
    path(
        "projects/<slug:slug>/settings/people/<int:membership_id>/remove/",
        people.member_remove,
        name="member_remove",
    ),
    path(
        "projects/<slug:slug>/settings/invitations/",
        people.invitation_create,
        name="invitation_create",
    ),
    path(
        "projects/<slug:slug>/settings/invitations/<int:invitation_id>/revoke/",
        people.invitation_revoke,
        name="invitation_revoke",
    ),
    path("projects/<slug:slug>/comparisons/", comparisons.comparisons, name="comparisons"),
    path(
        "projects/<slug:slug>/comparisons/<int:comparison_id>/",
        comparisons.comparison,
        name="comparison",
    ),
    path("projects/<slug:slug>/gold/", gold.gold, name="gold"),
    path("projects/<slug:slug>/gold/batch/", gold.gold_from_batch, name="gold_from_batch"),
    path(
        "projects/<slug:slug>/gold/<int:comparison_id>/",
        gold.gold_comparison,
        name="gold_comparison",
    ),
    path(
        "projects/<slug:slug>/gold/<int:comparison_id>/retire/",
        gold.gold_retire,
        name="gold_retire",
    ),
    path("projects/<slug:slug>/settings/checks/", checks.checks, name="checks"),
    path(
        "projects/<slug:slug>/settings/checks/<int:membership_id>/restart/",
        checks.checks_restart,
        name="checks_restart",
    ),
    path("projects/<slug:slug>/imports/", imports.imports, name="imports"),
    path("projects/<slug:slug>/imports/new/", imports.import_create, name="import_create"),
    path("projects/<slug:slug>/imports/<int:import_id>/", imports.import_page, name="import"),
    path(
        "projects/<slug:slug>/imports/<int:import_id>/card/",
        imports.import_card,
        name="import_card",
    ),
    path(
        "projects/<slug:slug>/imports/<int:import_id>/cancel/",
        imports.import_cancel,
        name="import_cancel",
    ),
    path(
        "projects/<slug:slug>/imports/<int:import_id>/retry/",
        imports.import_retry,
        name="import_retry",
    ),
    path(
        "projects/<slug:slug>/imports/<int:import_id>/rejects/",
        imports.import_rejects,
        name="import_rejects",
    ),
]
