"""The page around every page: navigation, messages, numbers, refusals."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views.defaults import server_error

from annotation.models import Membership, Project
from feedback_platform.jobs.models import LongWork
from feedback_platform.models import User
from quality.metrics.estimates import Estimate
from tests import factories


def render(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


def sections(page: str) -> list[str]:
    return re.findall(r'<a href="/projects/project/(\w+)/"', page.split("</header>")[0])


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Membership.Role.REVIEWER, ["judge", "comparisons", "review", "quality", "models", "me"]),
        (
            Membership.Role.MANAGER,
            ["judge", "comparisons", "review", "quality", "data", "models", "settings", "me"],
        ),
    ],
)
def test_the_bar_shows_the_sections_a_person_may_open(
    client: Client, project: Project, role: str, expected: list[str]
) -> None:
    client.force_login(factories.make_user("dora", project=project, role=role))

    page = client.get(reverse("annotation:project", args=[project.slug])).content.decode()

    assert sections(page) == expected


def test_the_section_one_is_in_is_marked(client: Client, carol: User) -> None:
    client.force_login(carol)

    page = client.get(reverse("annotation:settings", args=["project"])).content.decode()

    assert '<a href="/projects/project/settings/" aria-current="page">Settings</a>' in page


def test_the_bar_of_somebody_logged_out_names_no_project(client: Client, project: Project) -> None:
    page = client.get(reverse("account_login")).content.decode()

    assert project.name not in page
    assert "account_logout" not in page


def test_no_page_carries_a_script_a_style_or_a_handler_of_its_own(
    client: Client, carol: User
) -> None:
    client.force_login(carol)

    for name in ["projects", "project", "settings", "people"]:
        args = [] if name == "projects" else ["project"]
        answer = client.get(reverse(f"annotation:{name}", args=args))
        page = answer.content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", page)
        assert "'unsafe" not in answer.headers["Content-Security-Policy"]


# The file of a report that is handed to others brings its styles along, and nothing else.
ALONE, HANDED_OUT = "report_alone.html", "<style>{{ styles|safe }}</style>"


def test_templates_hold_no_inline_script_or_style() -> None:
    found = [
        str(path)
        for path in Path(settings.BASE_DIR, "templates").rglob("*.html")
        if re.search(
            r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son(click|load|change|submit|input)=",
            path.read_text().replace(HANDED_OUT, "") if path.name == ALONE else path.read_text(),
        )
    ]

    assert not found


def test_an_address_that_leads_nowhere_says_so(client: Client, db: None) -> None:
    answer = client.get("/nowhere/")

    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()


def test_a_missing_right_is_explained(client: Client, alice: User) -> None:
    client.force_login(alice)

    answer = client.get(reverse("annotation:settings", args=["project"]))

    assert answer.status_code == 403
    assert "Only managers of this project may do this." in answer.content.decode()


def test_a_defect_shows_a_page_that_needs_neither_database_nor_login(rf: RequestFactory) -> None:
    answer = server_error(rf.get("/"))

    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.content.decode()


def test_a_refused_htmx_request_keeps_the_page(client: Client, project: Project) -> None:
    answer = client.get(
        reverse("annotation:invitation", args=["unknown"]), headers={"HX-Request": "true"}
    )

    assert answer.status_code == 410
    assert answer.headers["HX-Retarget"] == "#messages"
    assert "<html" not in answer.content.decode()


@pytest.mark.parametrize(
    ("source", "value", "text"),
    [
        ("{{ x|share }}", 0.613, "61\u00a0%"),
        ("{{ x|share:1 }}", 0.6135, "61.4\u00a0%"),
        ("{{ x|share }}", None, "-"),
        ("{{ x|thousands }}", 1234567, "1,234,567"),
        ("{{ x|thousands }}", 0, "0"),
        ("{{ x|thousands }}", None, "-"),
        ("{{ x|duration }}", 200, "3 min 20 s"),
        ("{{ x|duration }}", timedelta(hours=5), "5 h"),
        ("{{ x|duration }}", timedelta(days=2, hours=3, minutes=5), "2 d 3 h"),
        ("{{ x|duration }}", 3600.2, "1 h"),
        ("{{ x|duration }}", 0.25, "250 ms"),
        ("{{ x|duration }}", 0, "0 s"),
        ("{{ x|duration }}", None, "-"),
    ],
)
def test_numbers_read_as_people_write_them(source: str, value: object, text: str) -> None:
    assert render(source, x=value) == text


def test_a_moment_carries_its_zone_and_a_machine_readable_form() -> None:
    moment = datetime(2026, 11, 3, 14, 5, tzinfo=UTC)

    text = render("{{ x|when }}", x=moment)

    assert text == (
        '<time datetime="2026-11-03T14:05:00+00:00" data-local>3 Nov 2026, 14:05 UTC</time>'
    )


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_an_estimate_says_once_why_it_has_no_interval_and_signs_no_zero() -> None:
    few = Estimate(-0.001, None, None, 2, "fewer than 5 comparisons: no interval")
    around = Estimate(-0.001, -0.31, 0.002, 90)

    assert words(render("{% estimate x %}", x=few)) == "0.00 no interval: fewer than 5 comparisons"
    assert words(render("{% estimate x %}", x=around)) == "0.00 [-0.31, 0.00]"


def test_an_estimate_shows_interval_and_n() -> None:
    estimate = Estimate(0.3412, 0.29, 0.391, 1204)

    assert words(render("{% estimate x %}", x=estimate)) == "0.34 [0.29, 0.39]"
    assert words(render("{% estimate x percent=True %}", x=estimate)) == "34 % [29, 39]"
    shown = render("{% estimate x show_n=True %}", x=estimate.as_dict())
    assert words(shown) == "0.34 [0.29, 0.39] n = 1,204"
    assert 'title="95 % interval [0.29, 0.39], n = 1,204"' in shown


def test_an_undefined_estimate_says_why() -> None:
    assert words(render("{% estimate x %}", x=Estimate.undefined("no strengths"))) == (
        "- no strengths"
    )
    assert words(render("{% estimate x %}", x=None)) == "- not measured"
    no_interval = Estimate(0.5, None, None, 4, "fewer than 5 groups")
    assert words(render("{% estimate x %}", x=no_interval)) == (
        "0.50 no interval: fewer than 5 groups"
    )


def test_a_reason_is_text_and_never_markup() -> None:
    assert "<b>" not in render("{% estimate x %}", x=Estimate.undefined("<b>bold</b>"))


def job(**fields: object) -> SimpleNamespace:
    ended = fields.get("state") in {"succeeded", "failed", "cancelled"}
    return SimpleNamespace(
        **{
            "pk": 7,
            "state": LongWork.State.RUNNING,
            "done": 1200,
            "total": 5000,
            "message": "",
            "error": "",
            "created_at": datetime(2026, 11, 3, 14, 5, tzinfo=UTC),
            "started_at": datetime(2026, 11, 3, 14, 5, tzinfo=UTC),
            "finished_at": datetime(2026, 11, 3, 14, 5, 10, tzinfo=UTC),
            "cancel_requested_at": None,
            "is_active": not ended,
            "has_ended": ended,
            "share_done": 0.24,
            "seconds_left": 80.0,
            **fields,
        }
    )


CARD = (
    '{% include "feedback_platform/_job.html" with card_url="/c/" cancel_url="/x/" '
    'retry_url="/r/" %}'
)


def test_running_work_shows_its_pace_and_may_be_cancelled() -> None:
    card = render(CARD, job=job(message="Reading rows"))

    assert 'hx-get="/c/"' in card and 'hx-trigger="every 1s"' in card
    assert '<progress aria-label="Progress" max="5000" value="1200">' in card
    text = words(card)
    assert "1,200 of 5,000" in text
    assert "120 per second" in text
    assert "about 1 min 20 s left" in text
    assert 'action="/x/"' in card and 'action="/r/"' not in card


def test_failed_work_shows_its_error_as_text_and_may_be_tried_again() -> None:
    card = render(CARD, job=job(state=LongWork.State.FAILED, error="<b>Line 7</b> has no prompt."))

    assert "&lt;b&gt;Line 7&lt;/b&gt; has no prompt." in card
    assert "hx-get" not in card
    assert 'action="/r/"' in card and 'action="/x/"' not in card


def test_work_that_is_being_cancelled_says_so() -> None:
    card = render(CARD, job=job(cancel_requested_at=datetime(2026, 11, 3, tzinfo=UTC)))

    assert "Cancelling" in card
    assert 'action="/x/"' not in card
