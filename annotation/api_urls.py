from django.urls import path, register_converter

from annotation.api import (
    appeals,
    audits,
    batches,
    check_results,
    criteria,
    flags,
    gold,
    guidelines,
    imports,
    invitations,
    judging,
    judgments,
    own_page,
    own_work,
    people,
    projects,
    settings,
    teams,
)


class MoveConverter:
    """What can be done with a batch as a whole."""

    regex = "|".join(batches.MOVES)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(MoveConverter, "batch_move")

PROJECT = "projects/<slug:slug>"
IMPORT = f"{PROJECT}/imports/<int:import_id>"
BATCH = f"{PROJECT}/batches/<int:batch_id>"
PERSON = f"{PROJECT}/people/<int:membership_id>"
TEAM = f"{PROJECT}/teams/<int:team_id>"
JUDGMENT = f"{PROJECT}/judgments/<int:judgment_id>"
ASSIGNMENT = "assignments/<uuid:assignment_id>"
MINE = f"{PROJECT}/my"

JUDGING = [
    path(f"{PROJECT}/assignments/next", judging.NextAssignment.as_view()),
    path(f"{PROJECT}/assignments/heartbeat", judging.Heartbeat.as_view()),
    path(f"{ASSIGNMENT}/judgment", judging.SubmitJudgment.as_view()),
    path(f"{ASSIGNMENT}/skip", judging.SkipAssignment.as_view()),
    path(f"{ASSIGNMENT}/draft", judging.AssignmentDraft.as_view()),
    path(f"{ASSIGNMENT}/flag", judging.AssignmentFlag.as_view()),
]
OWN_WORK = [
    path(f"{MINE}/progress", own_work.OwnProgress.as_view()),
    path(f"{MINE}/judgments", own_work.OwnJudgments.as_view()),
    path(f"{MINE}/judgments/<int:judgment_id>", own_page.OwnJudgment.as_view()),
    path(f"{MINE}/judgments/<int:judgment_id>/revision", own_work.OwnRevision.as_view()),
    path(f"{MINE}/figures", own_page.OwnFigures.as_view()),
    path(f"{MINE}/gold", own_page.OwnGold.as_view()),
    path(f"{MINE}/audits", own_page.OwnAudits.as_view()),
    path(f"{MINE}/flags", own_work.OwnFlags.as_view()),
    path(f"{MINE}/exclusions", own_work.OwnExclusions.as_view()),
    path(f"{MINE}/exclusions/<int:exclusion_id>/appeal", own_work.OwnAppeal.as_view()),
    path(f"{MINE}/sent-back", own_work.OwnSentBack.as_view()),
    path(f"{MINE}/sent-back/<int:sent_back_id>/confirm", own_work.OwnConfirmation.as_view()),
]
PROJECTS = [
    path("projects", projects.Projects.as_view(), name="api-projects"),
    path(PROJECT, projects.ProjectDetail.as_view()),
    path(f"{PROJECT}/settings", settings.ProjectSettings.as_view()),
    path(f"{PROJECT}/guidelines", guidelines.GuidelinesNow.as_view()),
    path(f"{PROJECT}/guidelines/versions", guidelines.GuidelinesVersions.as_view()),
    path(f"{PROJECT}/guidelines/versions/<int:number>", guidelines.GuidelinesVersion.as_view()),
    path(f"{PROJECT}/guidelines/read", guidelines.GuidelinesAcknowledge.as_view()),
    path(f"{PROJECT}/criteria", criteria.Criteria.as_view()),
    path(f"{PROJECT}/criteria/presets", criteria.CriteriaPresets.as_view()),
    path(f"{PROJECT}/criteria/<int:criterion_id>", criteria.CriterionDetail.as_view()),
    path(f"{PROJECT}/criteria/<int:criterion_id>/move", criteria.CriterionMove.as_view()),
]
IMPORTS = [
    path(f"{PROJECT}/imports", imports.Imports.as_view()),
    path(IMPORT, imports.ImportDetail.as_view(), name="api-import"),
    path(f"{IMPORT}/cancel", imports.ImportCancel.as_view()),
    path(f"{IMPORT}/retry", imports.ImportRetry.as_view()),
    path(f"{IMPORT}/rejects", imports.ImportRejects.as_view(), name="api-import-rejects"),
]
BATCHES = [
    path(f"{PROJECT}/batches", batches.Batches.as_view()),
    path(BATCH, batches.BatchDetail.as_view(), name="api-batch"),
    path(f"{BATCH}/<batch_move:move>", batches.BatchMove.as_view()),
    path(
        f"{PROJECT}/arrangements/<int:arrangement_id>",
        batches.ArrangementDetail.as_view(),
        name="api-arrangement",
    ),
    path(f"{PROJECT}/arrangements/<int:arrangement_id>/retry", batches.ArrangementRetry.as_view()),
]
PEOPLE = [
    path(f"{PROJECT}/people", people.People.as_view()),
    path(PERSON, people.PersonDetail.as_view()),
    path(f"{PERSON}/pause", people.PersonPause.as_view()),
    path(f"{PERSON}/resume", people.PersonResume.as_view()),
    path(f"{PERSON}/remove", people.PersonRemove.as_view()),
    path(f"{PROJECT}/invitations", invitations.Invitations.as_view()),
    path(f"{PROJECT}/invitations/list", invitations.InvitationList.as_view()),
    path(
        f"{PROJECT}/invitations/<int:invitation_id>/revoke", invitations.InvitationRevoke.as_view()
    ),
    path(f"{PROJECT}/teams", teams.Teams.as_view()),
    path(TEAM, teams.TeamDetail.as_view(), name="api-team"),
    path(f"{TEAM}/remove", teams.TeamRemove.as_view()),
    path(f"{TEAM}/people", teams.TeamMembers.as_view()),
    path(f"{TEAM}/people/<int:membership_id>/remove", teams.TeamMemberRemove.as_view()),
    path(f"{PROJECT}/comparisons/assign", teams.ComparisonsAssign.as_view()),
]
CHECKS = [
    path(f"{PROJECT}/gold", gold.GoldComparisons.as_view()),
    path(f"{PROJECT}/gold/annotators", check_results.GoldAnnotators.as_view()),
    path(f"{PROJECT}/gold/batch", gold.GoldBatch.as_view()),
    path(f"{PROJECT}/gold/<int:gold_id>/retire", gold.GoldRetire.as_view()),
]
REVIEW = [
    path(f"{PROJECT}/flags", flags.Flags.as_view()),
    path(f"{PROJECT}/flags/<int:flag_id>/answer", flags.FlagResolve.as_view()),
    path(f"{PROJECT}/audits", audits.Audits.as_view()),
    path(f"{PROJECT}/audits/<int:audit_id>/decide", audits.AuditDecide.as_view()),
    path(f"{JUDGMENT}/exclude", judgments.JudgmentExclude.as_view()),
    path(f"{JUDGMENT}/send-back", judgments.JudgmentSendBack.as_view()),
    path(f"{PROJECT}/appeals", appeals.Appeals.as_view()),
    path(f"{PROJECT}/appeals/<int:appeal_id>/decide", appeals.AppealDecide.as_view()),
]

urlpatterns = [
    *PROJECTS,
    *IMPORTS,
    *BATCHES,
    *PEOPLE,
    *CHECKS,
    *JUDGING,
    *OWN_WORK,
    *REVIEW,
]
