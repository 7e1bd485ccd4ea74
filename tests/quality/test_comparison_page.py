"""The page of one comparison: everything that has happened to it, and what a manager changes."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotation.models import (
    Adjudication,
    Assignment,
    Comparison,
    Criterion,
    CriterionPreference,
    Exclusion,
    Flag,
    Judgment,
    Membership,
    Project,
    Rating,
    Reinstatement,
    Seat,
)
from annotation.services.arranging import arrange_seats
from feedback_platform.models import User
from quality.services.states import refresh_states
from tests.factories import make_comparison, make_judgment, make_membership, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client: Client, carol: User) -> Client:
    """The manager, logged in."""
    client.force_login(carol)
    return client


def address(comparison: Comparison, name: str = "comparison") -> str:
    return reverse(f"quality:{name}", args=[comparison.project.slug, comparison.pk])


def page_of(client: Client, comparison: Comparison, query: str = "") -> str:
    return client.get(address(comparison) + query).content.decode()


def test_a_judgment_is_shown_with_all_it_says_and_by_pseudonym(
    reader: Client, project: Project
) -> None:
    comparison = make_comparison(project, prompt="<b>Bold</b>?", metadata={"topic": "sky"})
    annotator = make_membership(project, "Jane Doe")
    judgment = make_judgment(
        comparison,
        annotator,
        -2,
        raw_strength=2,
        swapped=True,
        active_ms=83_000,
        rationale="<i>so</i>",
        tags=["Shorter", "Kinder"],
    )
    rated = Criterion.objects.create(project=project, key="clear", name="Clarity")
    safer = Criterion.objects.create(project=project, key="safe", name="Safety", kind="preference")
    for response, value in (("a", 4), ("b", 1)):
        Rating.objects.create(judgment=judgment, criterion=rated, response=response, value=value)
    CriterionPreference.objects.create(judgment=judgment, criterion=safer, preference=3)

    page = page_of(reader, comparison)

    for text in (
        annotator.pseudonym,
        "A is clearly better",
        "B left",
        "1 min 23 s",
        "Shorter, Kinder",
        "A 4, B 1",
        "B better by 3",
        "sky",
    ):
        assert text in page
    for hidden in ("Jane Doe", "<b>Bold</b>", "<i>so</i>"):
        assert hidden not in page


def test_revisions_are_history_below_the_judgment_that_stands(
    reader: Client, project: Project
) -> None:
    comparison, annotator = make_comparison(project), make_membership(project, "a")
    first = make_judgment(comparison, annotator, -3, rationale="at first sight")
    second = make_judgment(comparison, annotator, 0, supersedes=first)
    make_judgment(comparison, annotator, 1, supersedes=second, rationale="on reflection")

    page = page_of(reader, comparison)

    assert page.count('class="card judgment') == 1
    assert "2 earlier versions" in page
    order = ["B is better", "on reflection", "Tie", "A is much better", "at first sight"]
    places = [page.index(text, page.index('class="card judgment')) for text in order]
    assert places == sorted(places)


def test_what_is_left_out_shows_why_and_does_not_count(
    reader: Client, project: Project, carol: User
) -> None:
    comparison = make_comparison(project)
    judgments = [
        make_judgment(comparison, make_membership(project, f"p{number}"), preference)
        for number, preference in enumerate([1, 1, -1, -1])
    ]
    Exclusion.objects.create(judgment=judgments[2], reason="was asleep", person=carol)
    mistaken = Exclusion.objects.create(judgment=judgments[3], reason="too fast", person=carol)
    Reinstatement.objects.create(exclusion=mistaken, reason="read it before", person=carol)
    make_judgment(
        comparison, judgments[0].annotator, -1, purpose="reshow", occasion=2, swapped=False
    )

    page = page_of(reader, comparison)

    for text in ("was asleep", "too fast", "read it before", "Left out", "Shown again"):
        assert text in page
    assert "Most say that B is better" in page
    assert "67" in page[page.index("confidence") : page.index("usable")]


def test_the_consensus_has_a_posterior(reader: Client, project: Project) -> None:
    # An accuracy of 0.7 and three directions: odds of 0.7 x 2 / 0.3 a vote, squared for two.
    comparison = make_comparison(project)
    for number in range(2):
        make_judgment(comparison, make_membership(project, f"p{number}"), -1)
    odds = (0.7 * 2 / 0.3) ** 2

    page = page_of(reader, comparison)

    assert f"{100 * odds / (odds + 2):.1f}\u00a0%" in page


def test_flags_decisions_and_hand_outs_are_listed(
    reader: Client, project: Project, carol: User
) -> None:
    comparison, alice = make_comparison(project), make_membership(project, "a")
    seat = Seat.objects.create(
        project=project, comparison=comparison, turn=0, position=0, state=Seat.State.FREE
    )
    for state, reason in (("skipped", "I know the author"), ("expired", "")):
        Assignment.objects.create(
            seat=seat,
            comparison=comparison,
            annotator=alice,
            swapped=False,
            state=state,
            skip_reason=reason,
            expires_at=datetime(2026, 11, 23, tzinfo=UTC),
        )
    Flag.objects.create(
        project=project, comparison=comparison, membership=alice, text="Which year?"
    )
    Adjudication.objects.create(
        project=project,
        comparison=comparison,
        kind="decided",
        outcome="preference",
        preference=2,
        reason="B answers what was asked",
        person=carol,
    )

    page = page_of(reader, comparison)

    for text in (
        "Skipped: I know the author",
        "Expired",
        "Which year?",
        "Decided: B is better",
        "B answers what was asked",
        "1 free",
    ):
        assert text in page


def test_texts_can_be_read_as_they_were_typed(reader: Client, project: Project) -> None:
    comparison = make_comparison(project, response_a="**loud** <script>x</script>")

    formatted, typed = page_of(reader, comparison), page_of(reader, comparison, "?raw")

    assert "<strong>loud</strong>" in formatted
    assert "**loud** &lt;script&gt;x&lt;/script&gt;" in typed
    assert "<script>x" not in formatted + typed


def test_next_and_previous_follow_the_list_from_which_the_page_was_opened(
    reader: Client, project: Project
) -> None:
    people = [make_membership(project, f"p{number}") for number in range(3)]
    made = []
    for votes in ((1, -1, 1), (1, 1, 1), (1, -1, 0), (1,)):
        one = make_comparison(project)
        for person, preference in zip(people, votes, strict=False):
            make_judgment(one, person, preference)
        made.append(one)
    refresh_states(comparisons=[one.pk for one in made])
    two_thirds, all_of_them, one_third, _ = made
    query = "?state=complete&order=confidence&annotator=" + people[1].pseudonym

    page = page_of(reader, two_thirds, query)
    first = page_of(reader, one_third, query)

    escaped = query.replace("?", "")
    assert f'rel="prev" href="{address(one_third)}?' in page
    assert f'rel="next" href="{address(all_of_them)}?' in page
    assert all(part in page for part in escaped.split("&"))
    assert 'rel="prev"' not in first


def test_a_manager_sets_overlap_and_priority_and_the_seats_follow(
    reader: Client, project: Project
) -> None:
    comparison = make_comparison(project, adapted_overlap=7)
    arrange_seats(project=project)

    answer = reader.post(
        address(comparison, "comparison_change") + "?state=open", {"overlap": 2, "priority": 5}
    )

    assert answer.headers["Location"] == address(comparison) + "?state=open"
    comparison.refresh_from_db()
    assert (comparison.overlap, comparison.priority) == (2, 5)
    assert comparison.adapted_overlap is None
    assert Seat.objects.filter(comparison=comparison, state="free", priority=-5).count() == 2


@pytest.mark.parametrize("fields", [{"overlap": 0, "priority": 1}, {"priority": 5000}, {}])
def test_values_out_of_range_come_back_with_the_form(
    reader: Client, project: Project, fields: dict[str, int]
) -> None:
    comparison = make_comparison(project)

    answer = reader.post(address(comparison, "comparison_change"), fields)

    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()


def test_a_mere_check_has_no_seats_to_set(reader: Client, project: Project) -> None:
    comparison = make_comparison(project, is_check=True)

    answer = reader.post(address(comparison, "comparison_change"), {"priority": 1}, follow=True)

    assert "only checks annotators" in answer.content.decode()
    comparison.refresh_from_db()
    assert comparison.priority == 0


def test_a_judgment_is_left_out_from_here(reader: Client, project: Project) -> None:
    comparison = make_comparison(project)
    judgment = make_judgment(comparison, make_membership(project, "a"), 1)
    page = page_of(reader, comparison, "?state=open")
    url = reverse("quality:review_exclude", args=[project.slug, judgment.pk])
    back = address(comparison) + "?state=open"

    assert f'action="{url}"' in page
    assert f'name="back" value="{back}"' in page
    answer = reader.post(url, {"reason": "guessed", "back": back})

    assert answer.headers["Location"] == back
    assert Judgment.objects.get().exclusion.reason == "guessed"


def test_reviewers_read_and_managers_change(client: Client, project: Project) -> None:
    comparison = make_comparison(project)
    make_judgment(comparison, make_membership(project, "a"), 1)
    client.force_login(make_user("rita", project=project, role=Membership.Role.REVIEWER))

    page = page_of(client, comparison)

    assert "Adjudicate" in page
    assert "comparison_change" not in page
    assert "Leave it out" not in page
    assert "Use as gold" not in page


def test_the_page_costs_the_same_for_any_number_of_judgments(
    reader: Client, project: Project
) -> None:
    comparison, costs = make_comparison(project), []
    for _ in range(2):
        for _ in range(4):
            person = make_membership(project, f"p{project.memberships.count()}")
            make_judgment(comparison, person, 1)
        page_of(reader, comparison)
        with CaptureQueriesContext(connection) as queries:
            page_of(reader, comparison)
        costs.append(len(queries))

    assert costs[0] == costs[1] <= 25
