"""Plain functions that make stored rows with sensible defaults."""

from itertools import count
from typing import Any

from annotation.content import content_hash, prompt_group
from annotation.models import Comparison, Judgment, Membership, Outcome, Project, Seat
from feedback_platform.models import User

_numbers = count(1)


def make_project(slug: str = "project", **fields: Any) -> Project:
    return Project.objects.create(slug=slug, name=fields.pop("name", slug.title()), **fields)


def make_user(
    username: str,
    *,
    project: Project | None = None,
    role: str = Membership.Role.ANNOTATOR,
    password: str = "correct horse battery",
) -> User:
    user = User.objects.create_user(username, password=password)
    if project is not None:
        make_membership(project, username, role=role, user=user)
    return user


def make_membership(project: Project, name: str, **fields: Any) -> Membership:
    """A person in a project; without ``user`` an imported annotator."""
    pseudonym = project.pseudonym_of(name)
    return Membership.objects.create(project=project, name=name, pseudonym=pseudonym, **fields)


def make_comparison(project: Project, **fields: Any) -> Comparison:
    number = next(_numbers)
    fields = {
        "external_id": f"c{number}",
        "prompt": f"What is {number} plus one?",
        "response_a": f"It is {number + 1}.",
        "response_b": f"{number} plus one is {number + 1}, of course.",
        **fields,
    }
    prompt = fields.get("messages") or fields["prompt"]
    responses = {name: fields[name] for name in ("response_a", "response_b")}
    fields.setdefault("content_hash", content_hash(prompt=prompt, **responses))
    fields.setdefault("prompt_group", prompt_group(prompt))
    return Comparison.objects.create(project=project, **fields)


def make_judgment(
    comparison: Comparison, annotator: Membership, preference: int | None = None, **fields: Any
) -> Judgment:
    """A judgment in its own filled seat; a preference, unless ``outcome`` says otherwise."""
    taken = Seat.objects.filter(comparison=comparison).count()
    seat = Seat.objects.create(
        project=comparison.project,
        comparison=comparison,
        turn=taken,
        position=comparison.pk,
        state=Seat.State.FILLED,
    )
    fields.setdefault("outcome", Outcome.PREFERENCE)
    return Judgment.objects.create(
        project=comparison.project,
        comparison=comparison,
        annotator=annotator,
        seat=seat,
        preference=preference,
        **fields,
    )
