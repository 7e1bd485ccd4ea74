"""The pages of the checks: for managers, and what an annotator meets."""

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from annotation.models import Batch, Comparison, Gold, Judgment, Membership, Project
from annotation.services.seats import reserve_comparison, skip_comparison
from feedback_platform.models import User
from tests.annotation.judges import judge, reserved
from tests.annotation.judging_pages import SCRIPT
from tests.annotation.known import judge_next, make_known, make_work
from tests.api import api_of, body_of
from tests.factories import make_comparison, make_judgment, make_membership, make_project

pytestmark = pytest.mark.django_db

FIELDS = {
    "gold_rate": "5",
    "attention_rate": "2",
    "reshow_rate": "5",
    "pause_below": "70",
    "pause_after_gold": "10",
    "pause_after_attention": "2",
    "qualification_pass_mark": "80",
    "qualification_tries": "3",
    "audit_share": "12.5",
}


def logged_in(project: Project, name: str, role: str = "annotator") -> Client:
    person = User.objects.create(username=name)
    make_membership(project, name, role=role, user=person)
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def project() -> Project:
    return make_project(overlap=3)


@pytest.fixture
def manager(project: Project) -> Client:
    return logged_in(project, "carol", "manager")


def address(name: str, *rest: object) -> str:
    return reverse(f"annotation:{name}", args=["project", *rest])


def text_of(answer: HttpResponse) -> str:
    """What is read on a page, on one line."""
    html = re.sub(r"<[^>]+>", "", answer.content.decode())
    return re.sub(r"\s+", " ", html)


def test_rates_are_percent_on_the_page_and_shares_in_the_project(manager: Client) -> None:
    answer = manager.post(address("checks"), FIELDS)

    stored = Project.objects.get()
    assert answer.status_code == 302
    assert (stored.gold_rate, stored.pause_below, stored.audit_share) == (0.05, 0.7, 0.125)
    page = manager.get(address("checks"))
    assert 'value="12.5"' in page.content.decode()
    assert (
        "about 88 are work, 5 gold comparisons, 2 attention checks, 5 own earlier comparisons."
    ) in text_of(page)
    assert "There are no gold comparisons yet" in text_of(page)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"gold_rate": "40", "reshow_rate": "20"}, "62% of what is handed out"),
        ({"gold_rate": "51"}, "less than or equal to 50"),
        ({"requires_qualification": "on"}, "nobody could begin"),
        ({"qualification_tries": "0"}, "greater than or equal to 1"),
    ],
)
def test_rules_that_cannot_work_are_refused(
    manager: Client, changes: dict[str, str], said: str
) -> None:
    answer = manager.post(address("checks"), FIELDS | changes)

    assert answer.status_code == 422
    assert said in text_of(answer)
    assert Project.objects.get().gold_rate == 0


def test_a_comparison_is_used_as_gold_corrected_and_retired(
    manager: Client, project: Project
) -> None:
    comparison = make_comparison(project, response_a="<script>alert(1)</script>")
    page = address("gold_comparison", comparison.pk)
    assert "<script>alert(1)" not in manager.get(page).content.decode()

    manager.post(page, {"use": "gold", "accepted": ["a", "tie"], "explanation": "It is so."})
    listed = text_of(manager.get(address("gold")))
    manager.post(address("gold_retire", comparison.pk))

    assert "A is better, Tie" in listed
    assert "in use to check annotators, and no longer work" in listed
    assert Gold.objects.get().retired_at is not None
    assert "Nothing found" not in text_of(manager.get(address("gold") + "?state=retired"))


def test_gold_without_an_answer_is_refused_in_place(manager: Client, project: Project) -> None:
    page = address("gold_comparison", make_comparison(project).pk)

    answer = manager.post(page, {"use": "gold"})

    assert answer.status_code == 422
    assert "Tick at least one accepted answer" in text_of(answer)


def test_a_batch_with_gaps_is_refused_by_name(manager: Client, project: Project) -> None:
    batch = Batch.objects.create(project=project, name="Known ones")
    comparison = make_comparison(project, batch=batch)

    answer = manager.post(address("gold_from_batch"), {"batch": batch.pk, "use": "gold"})

    assert answer.status_code == 422
    assert f"{comparison.external_id}: none is given" in text_of(answer)


def test_results_by_annotator_have_figures_and_intervals(manager: Client, project: Project) -> None:
    alice = make_membership(project, "alice")
    work = make_work(project, 2)
    for comparison, again in zip(work, (2, -1), strict=True):
        make_judgment(comparison, alice, 1)
        make_judgment(comparison, alice, again, occasion=2, purpose="reshow")
    for known in make_known(project, 3):
        make_judgment(known, alice, -1, purpose="gold")
    make_judgment(make_known(project)[0], alice, 2, purpose="gold")
    make_judgment(make_known(project, use="attention")[0], alice, 3, purpose="attention")
    make_membership(project, "bob, who had none")

    page = text_of(manager.get(address("gold_annotators"))).replace("\xa0", " ")

    # By hand: 3 of 4 right; stronger or weaker is the same answer, the other side is not.
    assert "75 % [30, 95] n = 4 0 % [0, 79] n = 1 50 % [9, 91] n = 2" in page
    assert "1 annotator had checks" in page
    assert "bob" not in page


def test_the_batch_of_another_project_is_unknown(manager: Client) -> None:
    theirs = Batch.objects.create(project=make_project(slug="elsewhere"), name="Theirs")

    answer = manager.post(address("gold_from_batch"), {"batch": theirs.pk, "use": "gold"})

    assert answer.status_code == 422
    assert "Theirs" not in text_of(answer)


@pytest.fixture
def annotator(project: Project, manager: Client) -> Client:
    """alice, in a project where every second comparison is gold, and two misses pause."""
    Project.objects.update(gold_rate=0.5, pause_below=0.9, pause_after_gold=2, audit_share=0)
    make_work(project, 6)
    make_known(project, 4)
    return logged_in(project, "alice")


def judged_on_the_page(client: Client, verdict: str) -> str:
    """Judge what is on the page, and return the page that was judged."""
    page = client.get(address("judge")).content.decode()
    assignment = re.search(r"/judge/([0-9a-f-]{36})/", page)
    key = re.search(r'name="idempotency_key" value="([^"]+)"', page)
    assert assignment and key, "no comparison is on the page"
    answer = client.post(
        address("judge_submit", assignment[1]), {"answer": verdict, "idempotency_key": key[1]}
    )
    assert answer.status_code == 302
    return page


def test_who_misses_gold_on_the_page_is_paused_and_reads_why(
    annotator: Client, manager: Client
) -> None:
    Gold.objects.update(accepted=["both_bad"])
    for _ in range(4):
        if Membership.objects.get(name="alice").paused_at:
            break
        judged_on_the_page(annotator, "-1")

    assert (
        "You agreed with 0 of 2 comparisons whose answer is known; this project asks for 2. "
        "Ask a manager of this project: carol."
    ) in text_of(annotator.get(address("judge")))
    assert "You agreed with 0 of 2" in text_of(manager.get(address("checks")))
    alice = Membership.objects.get(name="alice")

    manager.post(address("checks_restart", alice.pk))

    judged_on_the_page(annotator, "-1")
    assert "Waiting for you" not in text_of(manager.get(address("checks")))


def test_a_missed_attention_check_brings_a_warning_to_the_page(
    annotator: Client, project: Project
) -> None:
    Project.objects.update(gold_rate=0, attention_rate=0.5)
    make_known(project, 2, use="attention", accepted=["both_bad"])
    while not Judgment.objects.filter(purpose="attention").exists():
        judged_on_the_page(annotator, "-1")

    warned, later = (text_of(annotator.get(address("judge"))) for _ in range(2))

    assert "You missed a comparison whose text says how to answer it" in warned
    assert "You missed" not in later


def test_after_a_qualification_answer_the_page_says_what_was_right(
    annotator: Client, project: Project
) -> None:
    Project.objects.update(requires_qualification=True)
    make_known(project, 2, use="qualification", accepted=["both_bad"])

    judged_on_the_page(annotator, "-1")

    assert "The accepted answer is: Both bad. It is so." in text_of(annotator.get(address("judge")))


def test_nothing_on_the_page_tells_gold_from_work(annotator: Client) -> None:
    Project.objects.update(pause_below=None)
    pages: dict[str, set[str]] = {"gold": set(), "work": set()}
    for _ in range(4):
        page = judged_on_the_page(annotator, "-1")
        newest = Judgment.objects.select_related("comparison").latest("pk")
        pages[newest.purpose].add(without_what_varies(page, newest.comparison))

    assert pages["gold"] == pages["work"]
    assert len(pages["work"]) == 1


@pytest.mark.parametrize("n_more", [0, 9, 14])
def test_what_is_left_tells_no_check_from_work(annotator: Client, n_more: int) -> None:
    """Whatever is held, judged or skipped: with a check, no figure moves."""
    Project.objects.update(pause_below=None)
    make_work(Project.objects.get(), n_more)
    alice = Membership.objects.select_related("project").get(name="alice")
    moved: dict[str, set[int]] = {"gold": set(), "work": set()}
    before = figures(annotator)["left"]
    for number in range(6):
        held = reserved(alice)
        assert figures(annotator)["left"] == before
        judge(held) if number % 3 else skip_comparison(assignment=held)
        moved[held.purpose].add(before - figures(annotator)["left"])
        before = figures(annotator)["left"]
        alice.refresh_from_db()

    assert moved["gold"] == {0}
    assert moved["work"] <= {0, 10}


def test_nothing_is_left_once_nothing_comes_and_not_before(annotator: Client) -> None:
    """Gold at the end included: a figure that is 0 before it would give it away."""
    Project.objects.update(pause_below=None, gold_rate=0.5)
    make_known(Project.objects.get(), 8)
    alice = Membership.objects.select_related("project").get(name="alice")
    purposes = []

    while (held := reserve_comparison(membership=alice).assignment) is not None:
        assert figures(annotator) == {"left": 10, "step": 10, "is_capped": False}
        purposes.append(held.purpose)
        judge(held)
        alice.refresh_from_db()

    assert figures(annotator)["left"] == 0
    assert {"gold", "work"} == set(purposes)


def figures(annotator: Client) -> dict[str, Any]:
    """What the API says is left, which the page says as well."""
    progress = body_of(
        api_of(User.objects.get(username="alice"), "judge").get("/projects/project/my/progress")
    )
    del progress["today"], progress["total"]
    sent = annotator.post(address("judge_next"), {"wanted": 0}, **SCRIPT).json()["progress"]
    assert progress["left"] == sent["left"]
    return progress


def without_what_varies(page: str, comparison: Comparison) -> str:
    """A judging page without its texts, ids, keys and counts."""
    texts = (comparison.prompt, comparison.response_a, comparison.response_b)
    for text in sorted(texts, key=len, reverse=True):
        page = page.replace(text, "TEXT")
    page = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "UUID", page)
    page = re.sub(r"csrf\w*\W[^>]*>|nonce=\S+", "", page, flags=re.IGNORECASE)
    return re.sub(r"\d+", "N", page)


def test_the_api_tells_no_gold_from_work(annotator: Client) -> None:
    shapes: dict[str, set[tuple[str, ...]]] = {"gold": set(), "work": set()}
    api = api_of(User.objects.get(username="alice"), "judge")
    alice = Membership.objects.select_related("project").get(name="alice")
    for _ in range(4):
        body = body_of(api.post("/projects/project/assignments/next"))
        purpose = alice.assignments.get(pk=body["id"]).purpose
        shapes[purpose].add(tuple(sorted(body)))
        judge_next(alice, 1)

    assert shapes["gold"] == shapes["work"]
    assert len(shapes["work"]) == 1
