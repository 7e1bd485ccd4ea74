from django.urls import path

from annotation.views import people, projects

app_name = "annotation"
urlpatterns = [
    path("", projects.projects, name="projects"),
    path("invitations/<str:token>/", people.invitation, name="invitation"),
    path("projects/new/", projects.project_create, name="project_create"),
    path("projects/<slug:slug>/", projects.project, name="project"),
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
]
