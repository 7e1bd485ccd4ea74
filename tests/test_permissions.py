"""Who may open what: every address, with every role, against a table.

An address that is in the code and not in the table fails the test, and so does a method that
is answered and not listed. The numbers are HTTP statuses; 302 for somebody who is not logged in
is the way to the login.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver

from annotation.models import (
    Adjudication,
    Appeal,
    Arrangement,
    Assignment,
    Audit,
    Batch,
    Criterion,
    Exclusion,
    Flag,
    Gold,
    Guidelines,
    Import,
    Invitation,
    Judgment,
    Membership,
    Project,
    Seat,
    SentBack,
    Team,
)
from feedback_platform.models import User
from feedback_platform.tokens import create_token
from quality.models import DatasetVersion, Report
from tests import factories
from training_bridge.models import Run

# Annotator, reviewer and manager belong to the project of the address; the outsider manages
# another one, the stranger belongs to none. Posts carry no fields.
ROLES = ("anonymous", "stranger", "annotator", "reviewer", "manager", "outsider")
PAGES = """
GET   /                                                              302 200 200 200 200 200
GET   /account/                                                      302 200 200 200 200 200
POST  /account/                                                      302 200 200 200 200 200
POST  /account/tokens/<token_id>/revoke/                             302 404 404 404 302 404
GET   /accounts/again/                                               302 200 200 200 200 200
POST  /accounts/again/                                               302 200 200 200 200 200
GET   /accounts/inactive/                                            200 200 200 200 200 200
GET   /accounts/login/                                               200 302 302 302 302 302
POST  /accounts/login/                                               200 302 302 302 302 302
GET   /accounts/logout/                                              302 200 200 200 200 200
POST  /accounts/logout/                                              302 302 302 302 302 302
GET   /accounts/password/                                            302 200 200 200 200 200
POST  /accounts/password/                                            302 200 200 200 200 200
GET   /accounts/signup/                                              200 302 302 302 302 302
POST  /accounts/signup/                                              200 302 302 302 302 302
GET   /invitations/<token>/                                          200 200 302 302 302 200
POST  /invitations/<token>/                                          200 302 302 302 302 302
GET   /projects/<slug>/                                              302 404 302 200 200 404
GET   /projects/<slug>/batches/                                      302 404 403 403 200 404
GET   /projects/<slug>/batches/<batch_id>/                           302 404 403 403 200 404
POST  /projects/<slug>/batches/<batch_id>/change/                    302 404 403 403 422 404
POST  /projects/<slug>/batches/<batch_id>/team/                      302 404 403 403 302 404
POST  /projects/<slug>/batches/<batch_id>/close/                     302 404 403 403 302 404
POST  /projects/<slug>/batches/<batch_id>/pause/                     302 404 403 403 302 404
POST  /projects/<slug>/batches/<batch_id>/release/                   302 404 403 403 302 404
POST  /projects/<slug>/batches/<batch_id>/reopen/                    302 404 403 403 302 404
POST  /projects/<slug>/batches/<batch_id>/resume/                    302 404 403 403 302 404
GET   /projects/<slug>/batches/arrangements/<arrangement_id>/card/   302 404 403 403 200 404
POST  /projects/<slug>/batches/arrangements/<arrangement_id>/retry/  302 404 403 403 302 404
GET   /projects/<slug>/batches/assign/                               302 404 403 403 200 404
POST  /projects/<slug>/batches/assign/                               302 404 403 403 422 404
GET   /projects/<slug>/progress/                                     302 404 403 200 200 404
GET   /projects/<slug>/progress/figures/                             302 404 403 200 200 404
POST  /projects/<slug>/state/                                        302 404 403 403 422 404
GET   /projects/<slug>/comparisons/                                  302 404 403 200 200 404
GET   /projects/<slug>/comparisons/<comparison_id>/                  302 404 403 200 200 404
POST  /projects/<slug>/comparisons/<comparison_id>/change/           302 404 403 403 422 404
GET   /projects/<slug>/data/                                         302 404 403 403 200 404
GET   /projects/<slug>/data/<version_id>/                            302 404 403 403 200 404
POST  /projects/<slug>/data/<version_id>/cancel/                     302 404 403 403 302 404
GET   /projects/<slug>/data/<version_id>/card/                       302 404 403 403 200 404
GET   /projects/<slug>/data/<version_id>/files/<name>                302 404 403 403 404 404
POST  /projects/<slug>/data/<version_id>/retry/                      302 404 403 403 409 404
GET   /projects/<slug>/data/new/                                     302 404 403 403 200 404
POST  /projects/<slug>/data/new/                                     302 404 403 403 422 404
GET   /projects/<slug>/gold/                                         302 404 403 403 200 404
GET   /projects/<slug>/gold/<comparison_id>/                         302 404 403 403 200 404
POST  /projects/<slug>/gold/<comparison_id>/                         302 404 403 403 422 404
POST  /projects/<slug>/gold/<comparison_id>/retire/                  302 404 403 403 404 404
GET   /projects/<slug>/gold/annotators/                              302 404 403 403 200 404
POST  /projects/<slug>/gold/batch/                                   302 404 403 403 422 404
GET   /projects/<slug>/imports/                                      302 404 403 403 200 404
GET   /projects/<slug>/imports/<import_id>/                          302 404 403 403 200 404
POST  /projects/<slug>/imports/<import_id>/cancel/                   302 404 403 403 302 404
GET   /projects/<slug>/imports/<import_id>/card/                     302 404 403 403 200 404
GET   /projects/<slug>/imports/<import_id>/rejects/                  302 404 403 403 404 404
POST  /projects/<slug>/imports/<import_id>/retry/                    302 404 403 403 302 404
GET   /projects/<slug>/imports/new/                                  302 404 403 403 200 404
POST  /projects/<slug>/imports/new/                                  302 404 403 403 422 404
GET   /projects/<slug>/judge/                                        302 404 200 200 200 404
POST  /projects/<slug>/judge/<assignment_id>/                        302 404 422 404 404 404
POST  /projects/<slug>/judge/<assignment_id>/draft/                  302 404 200 404 404 404
GET   /projects/<slug>/judge/<assignment_id>/flag/                   302 404 200 404 404 404
POST  /projects/<slug>/judge/<assignment_id>/flag/                   302 404 422 404 404 404
POST  /projects/<slug>/judge/<assignment_id>/skip/                   302 404 302 404 404 404
POST  /projects/<slug>/judge/alive/                                  302 404 200 200 200 404
POST  /projects/<slug>/judge/begin/                                  302 404 302 302 302 404
GET   /projects/<slug>/judge/judgments/<judgment_id>/                302 404 200 404 404 404
POST  /projects/<slug>/judge/judgments/<judgment_id>/                302 404 422 404 404 404
GET   /projects/<slug>/judge/last/                                   302 404 302 302 302 404
POST  /projects/<slug>/judge/next/                                   302 404 200 200 200 404
GET   /projects/<slug>/judge/recent/                                 302 404 200 200 200 404
GET   /projects/<slug>/judge/session/                                302 404 200 200 200 404
GET   /projects/<slug>/me/                                           302 404 200 200 200 404
GET   /projects/<slug>/me/flags/                                     302 404 200 200 200 404
GET   /projects/<slug>/me/judgments/                                 302 404 200 200 200 404
GET   /projects/<slug>/me/judgments/<judgment_id>/                   302 404 200 404 404 404
POST  /projects/<slug>/me/judgments/<judgment_id>/appeal/            302 404 422 404 404 404
POST  /projects/<slug>/me/sent-back/<sent_back_id>/                  302 404 422 404 404 404
GET   /projects/<slug>/models/                                       302 404 403 200 200 404
GET   /projects/<slug>/models/<run_id>/                              302 404 403 200 200 404
POST  /projects/<slug>/models/<run_id>/cancel/                       302 404 403 403 302 404
GET   /projects/<slug>/models/<run_id>/card/                         302 404 403 200 200 404
GET   /projects/<slug>/models/<run_id>/charts/                       302 404 403 200 200 404
GET   /projects/<slug>/models/<run_id>/files/<name>                  302 404 403 403 404 404
POST  /projects/<slug>/models/<run_id>/resume/                       302 404 403 403 409 404
GET   /projects/<slug>/models/new/                                   302 404 403 403 200 404
POST  /projects/<slug>/models/new/                                   302 404 403 403 422 404
GET   /projects/<slug>/quality/                                      302 404 403 200 200 404
GET   /projects/<slug>/quality/reports/<report_id>/                  302 404 403 200 200 404
POST  /projects/<slug>/quality/reports/<report_id>/cancel/           302 404 403 403 302 404
GET   /projects/<slug>/quality/reports/<report_id>/card/             302 404 403 200 200 404
GET   /projects/<slug>/quality/reports/<report_id>/report.json       302 404 403 404 404 404
POST  /projects/<slug>/quality/reports/<report_id>/retry/            302 404 403 403 409 404
POST  /projects/<slug>/quality/reports/build/                        302 404 403 403 409 404
GET   /projects/<slug>/review/                                       302 404 403 200 200 404
GET   /projects/<slug>/review/appeals/                               302 404 403 200 200 404
POST  /projects/<slug>/review/appeals/<appeal_id>/                   302 404 403 403 422 404
GET   /projects/<slug>/review/audits/                                302 404 403 200 200 404
GET   /projects/<slug>/review/audits/<audit_id>/                     302 404 403 200 200 404
POST  /projects/<slug>/review/audits/<audit_id>/                     302 404 403 422 422 404
GET   /projects/<slug>/review/audits/next/                           302 404 403 302 302 404
GET   /projects/<slug>/review/comparisons/<comparison_id>/           302 404 403 200 200 404
POST  /projects/<slug>/review/comparisons/<comparison_id>/           302 404 403 422 422 404
POST  /projects/<slug>/review/decisions/<adjudication_id>/take-back/ 302 404 403 302 302 404
GET   /projects/<slug>/review/flags/                                 302 404 403 200 200 404
POST  /projects/<slug>/review/flags/<flag_id>/                       302 404 403 422 422 404
POST  /projects/<slug>/review/judgments/<judgment_id>/exclude/       302 404 403 403 302 404
POST  /projects/<slug>/review/judgments/<judgment_id>/send-back/     302 404 403 302 302 404
GET   /projects/<slug>/review/next/                                  302 404 403 302 302 404
GET   /projects/<slug>/settings/                                     302 404 403 403 200 404
POST  /projects/<slug>/settings/                                     302 404 403 403 422 404
GET   /projects/<slug>/settings/answers/                             302 404 403 403 200 404
POST  /projects/<slug>/settings/answers/                             302 404 403 403 409 404
GET   /projects/<slug>/settings/criteria/                            302 404 403 403 200 404
POST  /projects/<slug>/settings/criteria/                            302 404 403 403 422 404
GET   /projects/<slug>/settings/criteria/<criterion_id>/             302 404 403 403 200 404
POST  /projects/<slug>/settings/criteria/<criterion_id>/             302 404 403 403 422 404
POST  /projects/<slug>/settings/criteria/<criterion_id>/move/        302 404 403 403 422 404
POST  /projects/<slug>/settings/criteria/<criterion_id>/restore/     302 404 403 403 302 404
POST  /projects/<slug>/settings/criteria/<criterion_id>/retire/      302 404 403 403 302 404
GET   /projects/<slug>/settings/criteria/new/                        302 404 403 403 200 404
POST  /projects/<slug>/settings/criteria/new/                        302 404 403 403 422 404
POST  /projects/<slug>/settings/criteria/presets/                    302 404 403 403 422 404
GET   /projects/<slug>/settings/guidelines/                          302 404 403 403 200 404
POST  /projects/<slug>/settings/guidelines/                          302 404 403 403 422 404
GET   /projects/<slug>/settings/guidelines/<number>/                 302 404 403 403 200 404
POST  /projects/<slug>/settings/guidelines/preview/                  302 404 403 403 422 404
GET   /projects/<slug>/settings/hand-out/                            302 404 403 403 200 404
POST  /projects/<slug>/settings/hand-out/                            302 404 403 403 422 404
GET   /projects/<slug>/settings/preview/                             302 404 403 403 200 404
POST  /projects/<slug>/settings/preview/                             302 404 403 403 200 404
POST  /projects/<slug>/settings/invitations/                         302 404 403 403 422 404
POST  /projects/<slug>/settings/invitations/<invitation_id>/revoke/  302 404 403 403 302 404
GET   /projects/<slug>/settings/checks/                              302 404 403 403 200 404
POST  /projects/<slug>/settings/checks/                              302 404 403 403 422 404
POST  /projects/<slug>/settings/checks/<membership_id>/restart/      302 404 403 403 302 404
GET   /projects/<slug>/settings/invitations/                         302 404 403 403 200 404
GET   /projects/<slug>/settings/invitations/list/                    302 404 403 403 200 404
POST  /projects/<slug>/settings/invitations/list/                    302 404 403 403 422 404
POST  /projects/<slug>/settings/invitations/revoke/                  302 404 403 403 302 404
GET   /projects/<slug>/settings/people/<membership_id>/              302 404 403 403 200 404
POST  /projects/<slug>/settings/people/<membership_id>/caps/         302 404 403 403 302 404
POST  /projects/<slug>/settings/people/<membership_id>/pause/        302 404 403 403 422 404
POST  /projects/<slug>/settings/people/<membership_id>/resume/       302 404 403 403 409 404
GET   /projects/<slug>/settings/teams/                               302 404 403 403 200 404
POST  /projects/<slug>/settings/teams/                               302 404 403 403 422 404
GET   /projects/<slug>/settings/teams/<team_id>/                     302 404 403 403 200 404
POST  /projects/<slug>/settings/teams/<team_id>/add/                 302 404 403 403 422 404
POST  /projects/<slug>/settings/teams/<team_id>/<membership_id>/remove/      302 404 403 403 302 404
POST  /projects/<slug>/settings/teams/<team_id>/rename/              302 404 403 403 422 404
GET   /projects/<slug>/settings/people/                              302 404 403 403 200 404
POST  /projects/<slug>/settings/people/<membership_id>/remove/       302 404 403 403 302 404
POST  /projects/<slug>/settings/people/<membership_id>/role/         302 404 403 403 422 404
GET   /projects/new/                                                 302 403 403 403 403 403
POST  /projects/new/                                                 302 403 403 403 403 403
POST  /projects/new/preview/                                         302 403 403 403 403 403
"""

# Below /api/v1: the same people with a token of the scope manage, then the manager with others.
CALLERS = ("anonymous", "stranger", "annotator", "reviewer", "manager", "outsider")
CALLERS += ("manager:judge", "manager:read")
API = """
GET   /<rest>                                                        404 404 404 404 404 404 404 404
PATCH /<rest>                                                        404 404 404 404 404 404 404 404
POST  /<rest>                                                        404 404 404 404 404 404 404 404
PUT   /<rest>                                                        404 404 404 404 404 404 404 404
GET   /assignments/<assignment_id>/draft                             401 404 200 404 404 404 404 403
PUT   /assignments/<assignment_id>/draft                             401 404 422 404 404 404 404 403
POST  /assignments/<assignment_id>/flag                              401 404 422 404 404 404 404 403
POST  /assignments/<assignment_id>/judgment                          401 404 422 404 404 404 404 403
POST  /assignments/<assignment_id>/skip                              401 404 204 404 404 404 404 403
GET   /docs                                                          200 200 200 200 200 200 200 200
GET   /projects                                                      401 200 200 200 200 200 200 200
POST  /projects                                                      401 403 403 403 403 403 403 403
GET   /projects/<slug>                                               401 404 200 200 200 404 200 200
GET   /projects/<slug>/appeals                                       401 404 403 403 200 404 403 403
POST  /projects/<slug>/appeals/<appeal_id>/decide                    401 404 403 403 422 404 403 403
GET   /projects/<slug>/arrangements/<arrangement_id>                 401 404 403 403 200 404 403 200
POST  /projects/<slug>/assignments/heartbeat                         401 404 200 200 200 404 200 403
POST  /projects/<slug>/assignments/next                              401 404 200 204 204 404 204 403
GET   /projects/<slug>/audits                                        401 404 403 200 200 404 403 200
POST  /projects/<slug>/audits/<audit_id>/decide                      401 404 403 422 422 404 403 403
GET   /projects/<slug>/batches                                       401 404 403 403 200 404 403 200
POST  /projects/<slug>/batches                                       401 404 403 403 422 404 403 403
GET   /projects/<slug>/batches/<batch_id>                            401 404 403 403 200 404 403 200
PATCH /projects/<slug>/batches/<batch_id>                            401 404 403 403 200 404 403 403
POST  /projects/<slug>/batches/<batch_id>/<move>                     401 404 403 403 202 404 403 403
GET   /projects/<slug>/comparisons                                   401 404 403 200 200 404 403 200
GET   /projects/<slug>/comparisons/<comparison_id>                   401 404 403 200 200 404 403 200
PATCH /projects/<slug>/comparisons/<comparison_id>                   401 404 403 403 200 404 403 403
POST  /projects/<slug>/comparisons/<comparison_id>/decide            401 404 403 422 422 404 403 403
POST  /projects/<slug>/comparisons/assign                            401 404 403 403 422 404 403 403
GET   /projects/<slug>/criteria                                      401 404 200 200 200 404 200 200
POST  /projects/<slug>/criteria                                      401 404 403 403 422 404 403 403
PATCH /projects/<slug>/criteria/<criterion_id>                       401 404 403 403 200 404 403 403
GET   /projects/<slug>/dataset-versions                              401 404 403 403 200 404 403 200
POST  /projects/<slug>/dataset-versions                              401 404 403 403 202 404 403 403
GET   /projects/<slug>/dataset-versions/<version_id>                 401 404 403 403 200 404 403 200
POST  /projects/<slug>/dataset-versions/<version_id>/cancel          401 404 403 403 202 404 403 403
GET   /projects/<slug>/dataset-versions/<version_id>/files/<name>    401 404 403 403 404 404 403 404
POST  /projects/<slug>/decisions/<adjudication_id>/take-back         401 404 403 201 201 404 403 403
GET   /projects/<slug>/flags                                         401 404 403 200 200 404 403 200
POST  /projects/<slug>/flags/<flag_id>/answer                        401 404 403 422 422 404 403 403
GET   /projects/<slug>/gold                                          401 404 403 403 200 404 403 403
POST  /projects/<slug>/gold                                          401 404 403 403 422 404 403 403
POST  /projects/<slug>/gold/<gold_id>/retire                         401 404 403 403 204 404 403 403
POST  /projects/<slug>/gold/batch                                    401 404 403 403 422 404 403 403
GET   /projects/<slug>/guidelines                                    401 404 200 200 200 404 200 200
POST  /projects/<slug>/guidelines                                    401 404 403 403 422 404 403 403
POST  /projects/<slug>/guidelines/read                               401 404 422 422 422 404 422 403
GET   /projects/<slug>/guidelines/versions                           401 404 200 200 200 404 200 200
GET   /projects/<slug>/guidelines/versions/<number>                  401 404 200 200 200 404 200 200
GET   /projects/<slug>/imports                                       401 404 403 403 200 404 403 403
POST  /projects/<slug>/imports                                       401 404 403 403 202 404 403 403
GET   /projects/<slug>/imports/<import_id>                           401 404 403 403 200 404 403 403
POST  /projects/<slug>/imports/<import_id>/cancel                    401 404 403 403 202 404 403 403
GET   /projects/<slug>/imports/<import_id>/rejects                   401 404 403 403 404 404 403 403
GET   /projects/<slug>/invitations                                   401 404 403 403 200 404 403 403
POST  /projects/<slug>/invitations                                   401 404 403 403 422 404 403 403
POST  /projects/<slug>/invitations/<invitation_id>/revoke            401 404 403 403 204 404 403 403
POST  /projects/<slug>/judgments/<judgment_id>/exclude               401 404 403 403 422 404 403 403
POST  /projects/<slug>/judgments/<judgment_id>/send-back             401 404 403 422 422 404 403 403
GET   /projects/<slug>/my/exclusions                                 401 404 200 200 200 404 200 403
POST  /projects/<slug>/my/exclusions/<exclusion_id>/appeal           401 404 422 404 404 404 404 403
GET   /projects/<slug>/my/flags                                      401 404 200 200 200 404 200 403
GET   /projects/<slug>/my/judgments                                  401 404 200 200 200 404 200 403
GET   /projects/<slug>/my/judgments/<judgment_id>                    401 404 200 404 404 404 404 403
POST  /projects/<slug>/my/judgments/<judgment_id>/revision           401 404 422 404 404 404 404 403
GET   /projects/<slug>/my/progress                                   401 404 200 200 200 404 200 403
GET   /projects/<slug>/my/sent-back                                  401 404 200 200 200 404 200 403
POST  /projects/<slug>/my/sent-back/<sent_back_id>/confirm           401 404 422 404 404 404 404 403
GET   /projects/<slug>/people                                        401 404 403 403 200 404 403 403
GET   /projects/<slug>/people/<membership_id>                        401 404 403 403 200 404 403 403
PATCH /projects/<slug>/people/<membership_id>                        401 404 403 403 200 404 403 403
POST  /projects/<slug>/people/<membership_id>/pause                  401 404 403 403 422 404 403 403
POST  /projects/<slug>/people/<membership_id>/remove                 401 404 403 403 204 404 403 403
POST  /projects/<slug>/people/<membership_id>/resume                 401 404 403 403 409 404 403 403
GET   /projects/<slug>/progress                                      401 404 403 200 200 404 403 200
GET   /projects/<slug>/reports                                       401 404 403 200 200 404 403 200
POST  /projects/<slug>/reports                                       401 404 403 403 409 404 403 403
GET   /projects/<slug>/reports/<report_id>                           401 404 403 200 200 404 403 200
POST  /projects/<slug>/reports/<report_id>/cancel                    401 404 403 403 202 404 403 403
GET   /projects/<slug>/review                                        401 404 403 200 200 404 403 200
GET   /projects/<slug>/runs                                          401 404 403 200 200 404 403 200
POST  /projects/<slug>/runs                                          401 404 403 403 422 404 403 403
GET   /projects/<slug>/runs/<run_id>                                 401 404 403 200 200 404 403 200
POST  /projects/<slug>/runs/<run_id>/cancel                          401 404 403 403 202 404 403 403
POST  /projects/<slug>/runs/<run_id>/resume                          401 404 403 403 409 404 403 403
GET   /projects/<slug>/settings                                      401 404 403 403 200 404 403 403
PATCH /projects/<slug>/settings                                      401 404 403 403 200 404 403 403
GET   /projects/<slug>/teams                                         401 404 403 403 200 404 403 403
POST  /projects/<slug>/teams                                         401 404 403 403 422 404 403 403
GET   /projects/<slug>/teams/<team_id>                               401 404 403 403 200 404 403 403
PATCH /projects/<slug>/teams/<team_id>                               401 404 403 403 422 404 403 403
GET   /projects/<slug>/teams/<team_id>/people                        401 404 403 403 200 404 403 403
POST  /projects/<slug>/teams/<team_id>/people                        401 404 403 403 422 404 403 403
POST  /projects/<slug>/teams/<team_id>/people/<membership_id>/remove 401 404 403 403 404 404 403 403
GET   /schema                                                        200 200 200 200 200 200 200 200
"""
METHODS = ("GET", "POST")
API_METHODS = (*METHODS, "PATCH", "PUT")
# For machines that watch the server: no login, and nothing about anybody.
WATCHED = {"/healthz", "/readyz"}


@dataclass
class World:
    """A project with one of everything, another project, and people."""

    people: dict[str, User] = field(default_factory=dict)
    ids: dict[str, Any] = field(default_factory=dict)

    def path(self, route: str, **changes: Any) -> str:
        """The address of a route, filled with this project's ids."""
        values = {**self.ids, **changes}
        return re.sub(r"<(\w+)>", lambda found: str(values[found[1]]), route)


def make_person(name: str, project: Project | None, role: str = "annotator") -> User:
    # Without a password: hashing one takes longer than the rest of the world.
    person = User.objects.create(username=name)
    if project is not None:
        factories.make_membership(project, name, role=role, user=person)
    return person


def make_reviews(judgment: Judgment, manager: User) -> dict[str, int]:
    """One of everything that is said about a judgment, and its ids."""
    project, comparison = judgment.project, judgment.comparison
    exclusion = Exclusion.objects.create(judgment=judgment, reason="Too fast.", person=manager)
    decision = {"comparison": comparison, "kind": "ambiguous", "person": manager}
    sent_back = {"judgment": judgment, "membership": judgment.annotator, "person": manager}
    flag = {"comparison": comparison, "membership": judgment.annotator, "text": "Which?"}
    return {
        "adjudication_id": Adjudication.objects.create(project=project, **decision).pk,
        "appeal_id": Appeal.objects.create(project=project, exclusion=exclusion, text="No.").pk,
        "audit_id": Audit.objects.create(project=project, judgment=judgment).pk,
        "exclusion_id": exclusion.pk,
        "flag_id": Flag.objects.create(project=project, **flag).pk,
        "sent_back_id": SentBack.objects.create(project=project, comment="Sure?", **sent_back).pk,
    }


@pytest.fixture
def world(db: None) -> World:
    project, elsewhere = factories.make_project(), factories.make_project(slug="elsewhere")
    people = {
        "stranger": make_person("stranger", None),
        "annotator": make_person("annotator", project),
        "reviewer": make_person("reviewer", project, "reviewer"),
        "manager": make_person("manager", project, "manager"),
        "outsider": make_person("outsider", elsewhere, "manager"),
    }
    annotator = Membership.objects.get(name="annotator")
    judgment = factories.make_judgment(factories.make_comparison(project), annotator, 1)
    held = factories.make_comparison(project)
    seat = Seat.objects.create(
        project=project, comparison=held, turn=0, position=held.pk, state=Seat.State.HELD
    )
    assignment = Assignment.objects.create(
        seat=seat,
        comparison=held,
        annotator=annotator,
        swapped=False,
        expires_at=judgment.submitted_at.replace(year=2999),
    )
    invitation = Invitation.objects.create(
        project=project,
        role="annotator",
        digest=hashlib.sha256(b"invitation").hexdigest(),
        created_by=people["manager"],
    )
    batch = Batch.objects.create(project=project, name="Batch")
    Project.objects.filter(pk=project.pk).update(guidelines_number=1)
    version = DatasetVersion.objects.create(project=project)
    ids = {
        "slug": project.slug,
        "token": "invitation",
        "membership_id": annotator.pk,
        "invitation_id": invitation.pk,
        "comparison_id": held.pk,
        "assignment_id": assignment.pk,
        "judgment_id": judgment.pk,
        "import_id": Import.objects.create(project=project, size=1).pk,
        "report_id": Report.objects.create(project=project).pk,
        "version_id": version.pk,
        "run_id": Run.objects.create(project=project, dataset_version=version).pk,
        "token_id": create_token(user=people["manager"], name="x", scope="read", days=1)[0].pk,
        "criterion_id": Criterion.objects.create(project=project, key="tone", name="Tone").pk,
        "number": Guidelines.objects.create(project=project, number=1, text="Be fair.").number,
        "team_id": Team.objects.create(project=project, name="Team").pk,
        "batch_id": batch.pk,
        "move": "release",
        "gold_id": Gold.objects.create(
            comparison=factories.make_comparison(project), accepted=["a"]
        ).pk,
        "arrangement_id": Arrangement.objects.create(project=project, batch=batch).pk,
        **make_reviews(judgment, people["manager"]),
        "name": "manifest.json",
        "rest": "nowhere",
    }
    return World(people, ids)


@contextmanager
def undone() -> Iterator[None]:
    """Nothing that happens inside lasts."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def routes(patterns: list[Any], prefix: str = "/") -> Iterator[str]:
    """Every address that the project answers, its arguments without their types."""
    for one in patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, route)
        else:
            yield re.sub(r"<\w+:(\w+)>", r"<\1>", route)


def rows_of(table: str, prefix: str = "") -> dict[tuple[str, str], list[int]]:
    """(method, route) to the expected statuses."""
    rows = {}
    for line in table.strip().splitlines():
        method, route, *codes = line.split()
        rows[method, prefix + route] = [int(code) for code in codes]
    return rows


PAGE_ROWS, API_ROWS = rows_of(PAGES), rows_of(API, "/api/v1")
ROUTES = sorted(set(routes(get_resolver().url_patterns)))
ADMIN = [route for route in ROUTES if route.startswith("/admin/")]


def test_every_address_is_in_the_table() -> None:
    known = {route for _, route in [*PAGE_ROWS, *API_ROWS]}

    assert set(ROUTES) - set(ADMIN) - WATCHED == known


def answer_to(world: World, role: str, method: str, path: str) -> int:
    """The status that somebody gets from a page."""
    client = Client(raise_request_exception=False)
    if role != "anonymous":
        client.force_login(world.people[role])
    with undone():
        return client.generic(method, path).status_code


def api_answer_to(world: World, caller: str, method: str, path: str) -> int:
    """The status that somebody's program gets from the API."""
    role, _, scope = caller.partition(":")
    headers = {}
    if role != "anonymous":
        person = world.people[role]
        _, text = create_token(user=person, name="test", scope=scope or "manage", days=1)
        headers["Authorization"] = f"Bearer {text}"
    client = Client(raise_request_exception=False)
    body = b"" if method == "GET" else b"{}"
    with undone():
        answer = client.generic(
            method, path, body, content_type="application/json", headers=headers
        )
        return answer.status_code


@pytest.mark.parametrize(("method", "route"), PAGE_ROWS)
def test_pages(world: World, method: str, route: str) -> None:
    expected = dict(zip(ROLES, PAGE_ROWS[method, route], strict=True))

    answers = {role: answer_to(world, role, method, world.path(route)) for role in ROLES}

    assert answers == expected


@pytest.mark.parametrize(("method", "route"), API_ROWS)
def test_api(world: World, method: str, route: str) -> None:
    expected = dict(zip(CALLERS, API_ROWS[method, route], strict=True))

    answers = {who: api_answer_to(world, who, method, world.path(route)) for who in CALLERS}

    assert answers == expected


def test_what_is_not_in_the_table_is_not_answered(world: World) -> None:
    known = {**PAGE_ROWS, **API_ROWS}
    for route in {route for _, route in known}:
        is_api = route.startswith("/api/")
        ask, methods = (api_answer_to, API_METHODS) if is_api else (answer_to, METHODS)
        for method in set(methods) - {name for name, other in known if other == route}:
            assert ask(world, "manager", method, world.path(route)) == 405, (method, route)


def test_ids_of_another_project_are_unknown_to_its_own_manager(world: World) -> None:
    for method, route in [*PAGE_ROWS, *API_ROWS]:
        if "<slug>" in route and "_id>" in route:
            ask = api_answer_to if route.startswith("/api/") else answer_to
            path = world.path(route, slug="elsewhere")
            assert ask(world, "outsider", method, path) == 404, (method, route)


def test_the_admin_is_for_staff_only(world: World) -> None:
    for route in ADMIN:
        # Its last pattern catches whatever is left.
        path = "/admin/nowhere" if "^" in route else re.sub(r"<\w+>", "1", route)
        for role in ROLES:
            status = answer_to(world, role, "GET", path)
            assert status in ({302, 403} if path == "/admin/login/" else {302}), (role, path)


def test_watching_needs_no_login(world: World) -> None:
    for path in WATCHED:
        assert answer_to(world, "anonymous", "GET", path) in {200, 503}
