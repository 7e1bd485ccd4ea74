"""A project with one of everything, for whoever wants to open every page."""

import hashlib
import re
from dataclasses import dataclass, field
from typing import Any

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
from quality.models import DatasetVersion, PromptSet, QualityFlag, Report
from tests import factories
from training_bridge.models import Run


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


def make_world() -> World:
    """A project in which everything is there once."""
    project, elsewhere = factories.make_project(), factories.make_project(slug="elsewhere")
    people = {
        "stranger": make_person("the-stranger", None),
        "annotator": make_person("the-annotator", project),
        "reviewer": make_person("the-reviewer", project, "reviewer"),
        "manager": make_person("the-manager", project, "manager"),
        "outsider": make_person("the-outsider", elsewhere, "manager"),
    }
    annotator = Membership.objects.get(name="the-annotator")
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
    report = Report.objects.create(project=project)
    quality_flag = QualityFlag.objects.create(
        project=project, kind="agreement_fell", text="It fell.", report=report
    )
    ids = {
        "slug": project.slug,
        "token": "invitation",
        "membership_id": annotator.pk,
        "invitation_id": invitation.pk,
        "comparison_id": held.pk,
        "assignment_id": assignment.pk,
        "judgment_id": judgment.pk,
        "import_id": Import.objects.create(project=project, original_name="a.csv", size=1).pk,
        "report_id": report.pk,
        "quality_flag_id": quality_flag.pk,
        "prompt_set_id": PromptSet.objects.create(
            project=project, original_name="sft.jsonl", size=1
        ).pk,
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
        "pseudonym": annotator.pseudonym,
        "section_name": "agreement",
        "rest": "nowhere",
    }
    return World(people, ids)
