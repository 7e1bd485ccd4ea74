"""What annotators see of their own work, and what stays secret."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from annotation.models import Gold, Judgment, Membership, Project
from annotation.selectors.own_work import PAGE, gold_share
from annotation.services.judging import exclude_judgment
from feedback_platform.models import User
from tests import factories

ME = "/projects/project/me/"


@pytest.fixture
def annotator(client: Client, project: Project, alice: User) -> Membership:
    client.force_login(alice)
    return Membership.objects.get(project=project, user=alice)


def judged(annotator: Membership, preference: int = 1, **fields: object) -> Judgment:
    prompt = str(fields.pop("prompt", "Why?"))
    comparison = factories.make_comparison(annotator.project, prompt=prompt, model_a="alder")
    return factories.make_judgment(comparison, annotator, preference, **fields)


def judged_gold(annotator: Membership, preference: int, **fields: object) -> Gold:
    """The answer to a known comparison on which B is right."""
    judgment = judged(annotator, preference, purpose="gold", **fields)
    return Gold.objects.create(comparison=judgment.comparison, accepted=["b"])


def test_totals_count_comparisons_and_active_time(client: Client, annotator: Membership) -> None:
    judgment = judged(annotator, active_ms=60_000)
    judged(annotator, submitted_at=timezone.now() - timedelta(days=2), active_ms=30_000)
    Judgment.objects.create(
        project=annotator.project,
        comparison=judgment.comparison,
        annotator=annotator,
        seat=judgment.seat,
        outcome="both_bad",
        supersedes=judgment,
        active_ms=5_000,
    )

    context = client.get(ME).context["totals"]

    assert (context.today, context.all, context.seconds) == (1, 2, 95.0)


def test_a_judgment_is_shown_with_the_sides_as_they_were(
    client: Client, annotator: Membership
) -> None:
    judgment = judged(annotator, 1, swapped=True, rationale="It is shorter.")
    comparison = judgment.comparison

    page = client.get(f"{ME}judgments/{judgment.pk}/").text

    assert "Left is better" in page
    assert page.index(comparison.response_b) < page.index(comparison.response_a)
    assert "It is shorter." in page
    assert "alder" not in page
    assert comparison.external_id not in page


def test_nobody_sees_the_work_of_somebody_else(
    client: Client, annotator: Membership, bob: User, carol: User
) -> None:
    judgment = judged(annotator, prompt="A question for Alice")

    for other in (bob, carol):
        client.force_login(other)
        assert client.get(f"{ME}judgments/{judgment.pk}/").status_code == 404
        assert "A question for Alice" not in client.get(f"{ME}judgments/").text


def test_the_history_is_read_page_by_page_without_gaps(
    client: Client, annotator: Membership
) -> None:
    same_moment = timezone.now()
    for number in range(PAGE + 2):
        judged(annotator, prompt=f"Question {number:02}", submitted_at=same_moment)

    first = client.get(f"{ME}judgments/")
    second = client.get(first.context["next_url"])

    shown = [row.comparison.prompt for page in (first, second) for row in page.context["rows"]]
    assert shown == [f"Question {number:02}" for number in reversed(range(PAGE + 2))]
    assert second.context["next_url"] == ""


def test_the_history_tells_checks_from_work_in_no_way(
    client: Client, annotator: Membership
) -> None:
    judged(annotator, prompt="Work")
    judged_gold(annotator, 1, prompt="Secret gold")

    pages = [client.get(f"{ME}{name}").text for name in ("", "judgments/")]

    assert "Secret gold" not in pages[0]
    assert "Secret gold" in pages[1]
    assert "gold" not in pages[1].replace("Secret gold", "").lower()


def test_a_known_answer_is_told_once_it_is_retired(client: Client, annotator: Membership) -> None:
    gold = judged_gold(annotator, -1, prompt="Known", swapped=True)
    judgment = gold.comparison.judgments.get()
    own = f"{ME}judgments/{judgment.pk}/"
    assert "Another answer was expected" not in client.get(own).text

    Gold.objects.update(retired_at=timezone.now(), explanation="B has the right date.")

    page = client.get(own).text
    assert "Another answer was expected" in page
    assert "Accepted: Left is better" in page
    assert "B has the right date." in page
    assert "Known" in client.get(ME).text


def test_a_qualification_is_told_at_once(client: Client, annotator: Membership) -> None:
    judgment = judged(annotator, 1, purpose="qualification", prompt="Training")
    Gold.objects.create(comparison=judgment.comparison, accepted=["b"], use="qualification")

    assert "Training" in client.get(ME).text
    assert "A known answer, and you gave it" in client.get(f"{ME}judgments/{judgment.pk}/").text


def test_the_share_of_known_answers_moves_in_steps(annotator: Membership) -> None:
    for _ in range(9):
        judged_gold(annotator, 1)
    assert gold_share(annotator).value is None

    judged_gold(annotator, -1)
    tenth = gold_share(annotator)
    judged_gold(annotator, -1)

    assert (tenth.value, tenth.n) == (0.9, 10)
    assert tenth.low is not None
    assert tenth.low == pytest.approx(0.596, abs=5e-4)
    assert gold_share(annotator) == tenth


def test_every_exclusion_is_listed_with_its_reason(
    client: Client, annotator: Membership, carol: User
) -> None:
    judgment = judged(annotator, prompt="Left out one")
    judged(annotator, prompt="Kept one")
    exclude_judgment(judgment=judgment, reason="Judged <i>in a second</i>.", person=carol)

    page = client.get(f"{ME}judgments/?show=left_out").text

    assert "Left out one" in page
    assert "Kept one" not in page
    assert "Judged &lt;i&gt;in a second" in client.get(ME).text


def test_a_paused_annotator_reads_why(client: Client, annotator: Membership) -> None:
    Membership.objects.update(paused_at=timezone.now(), pause_reason="Too many misses.")

    assert "Too many misses." in client.get(ME).text
