"""The projects and people of the hand-out benchmark, stored by set-based SQL."""

import random
from dataclasses import dataclass

from django.conf import settings as django_settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.utils.crypto import get_random_string
from floor.models import Entry

from annotation.models import Batch, Membership, Project, RenderedComparison
from annotation.rendering import RENDERER_VERSION, render_text
from annotation.services.arranging import arrange_seats
from annotation.services.people import add_member
from feedback_platform.models import User
from feedback_platform.tokens import create_token

OVERLAP = 5
N_TEXTS = 500
AHEAD = 10_000
WORDS = [
    "the",
    "water",
    "letter",
    "of",
    "a",
    "small",
    "city",
    "and",
    "its",
    "people",
    "in",
    "an",
    "early",
    "answer",
    "to",
    "simple",
    "reason",
    "that",
    "time",
]

# Comparisons that wait rendered, as the clock's ``render_ahead`` leaves them at the head.
RENDERED = 30_000
MAKE_TEXTS = "CREATE TABLE bench_text (id int PRIMARY KEY, text text NOT NULL, html text NOT NULL)"
ADD_COMPARISONS = """
INSERT INTO annotation_comparison
    (project_id, batch_id, external_id, prompt, response_a, response_b, model_a, model_b, "group",
     metadata, content_hash, prompt_group, created_at)
SELECT %(project)s, %(batch)s, 'c' || n, 'How does case ' || n || ' work? Explain it briefly.',
       a.text, b.text, 'alder', 'birch', '', '{}', md5(n::text) || md5((-n)::text),
       left(md5(n::text), 16), now()
FROM generate_series(1, %(n)s) AS n
JOIN bench_text a ON a.id = n %% %(texts)s
JOIN bench_text b ON b.id = (n * 7 + 3) %% %(texts)s
ORDER BY n
"""
RENDER = """
INSERT INTO annotation_renderedcomparison (comparison_id, version, turns, response_a, response_b)
SELECT c.id, %(version)s, jsonb_build_array(jsonb_build_array('user', '<p>' || c.prompt || '</p>')),
       a.html, b.html
FROM (SELECT id, prompt, substr(external_id, 2)::int AS n FROM annotation_comparison
      WHERE project_id = %(project)s ORDER BY id LIMIT %(most)s) AS c
JOIN bench_text a ON a.id = n %% %(texts)s
JOIN bench_text b ON b.id = (n * 7 + 3) %% %(texts)s
"""
# The annotator has judged the first comparisons, in their last seats: the head of the order is
# all free seats of comparisons that are the annotator's own.
WALK_AHEAD = """
WITH first AS (
    SELECT id FROM annotation_comparison WHERE project_id = %(project)s ORDER BY id LIMIT %(n)s
), filled AS (
    UPDATE annotation_seat SET state = 'filled'
    WHERE id IN (SELECT max(id) FROM annotation_seat
                 WHERE comparison_id IN (SELECT id FROM first) AND state = 'free'
                 GROUP BY comparison_id)
    RETURNING id, comparison_id
), assigned AS (
    INSERT INTO annotation_assignment
        (id, seat_id, comparison_id, annotator_id, swapped, state, skip_reason, reserved_at,
         expires_at, ended_at)
    SELECT gen_random_uuid(), id, comparison_id, %(membership)s, false, 'done', '', now(), now(),
           now()
    FROM filled RETURNING id, seat_id, comparison_id
)
INSERT INTO annotation_judgment
    (project_id, comparison_id, annotator_id, seat_id, assignment_id, occasion, outcome, preference,
     swapped, rationale, idempotency_key, submitted_at)
SELECT %(project)s, comparison_id, %(membership)s, seat_id, id, 1, 'preference', 1, false, '',
       gen_random_uuid(), now() - interval '2 days'
FROM assigned
"""


@dataclass(frozen=True)
class Annotator:
    """A person with what a browser and a program send to be known."""

    membership: Membership
    token: str
    cookie: str
    csrf: str


def make_texts() -> None:
    """A few hundred responses of 1.5 kB of markdown, and the table of the floor."""
    rng = random.Random(0)
    with connection.cursor() as cursor:
        cursor.execute(MAKE_TEXTS)
        cursor.executemany(
            "INSERT INTO bench_text VALUES (%s, %s, %s)",
            [
                (number, text, render_text(text))
                for number, text in enumerate(markdown(rng) for _ in range(N_TEXTS))
            ],
        )
    with connection.schema_editor() as editor:
        editor.create_model(Entry)


def markdown(rng: random.Random) -> str:
    """A response as a model writes them: heading, emphasis, a list, code, a formula; 1.5 kB."""

    def words(n: int) -> str:
        return " ".join(rng.choices(WORDS, k=n))

    text = f"## {words(4).capitalize()}\n\n{words(30)} **{words(3)}** {words(20)}.\n\n"
    text += "".join(f"- *{words(2)}*: {words(9)}\n" for _ in range(4))
    text += f"\n```python\ndef answer(x):\n    return x + {rng.randrange(99)}\n```\n\n"
    text += "It grows as $x^2 + y$, see `answer`.\n\n"
    while len(text) < 1_500:
        text += f"{words(40).capitalize()}.\n\n"
    return text[:1_500]


def make_project(slug: str, n_comparisons: int) -> Project:
    """An open project with free seats for every comparison."""
    project = Project.objects.create(slug=slug, name=slug.title(), overlap=OVERLAP)
    batch = Batch.objects.create(project=project, name="all", state=Batch.State.OPEN)
    with connection.cursor() as cursor:
        cursor.execute(
            ADD_COMPARISONS,
            {"project": project.pk, "batch": batch.pk, "n": n_comparisons, "texts": N_TEXTS},
        )
    arrange_seats(project=project)
    with connection.cursor() as cursor:
        values = {"project": project.pk, "most": RENDERED, "texts": N_TEXTS}
        cursor.execute(RENDER, {**values, "version": RENDERER_VERSION})
    analyze()
    return project


def forget_rendered() -> None:
    """Every comparison is shown for the first time from here on."""
    RenderedComparison.objects.all().delete()


def make_annotator(project: Project, name: str) -> Annotator:
    """A member with an API token and a session, as after a login."""
    user = User.objects.create(username=f"{project.slug}-{name}")
    membership = add_member(project=project, user=user, role=Membership.Role.ANNOTATOR)
    _, token = create_token(user=user, name="bench", scope="judge", days=1)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = django_settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    csrf = get_random_string(32)
    cookie = f"sessionid={session.session_key}; csrftoken={csrf}"
    return Annotator(membership, token, cookie, csrf)


def walk_ahead(annotator: Annotator, n: int = AHEAD) -> None:
    """Give the annotator judgments of the first comparisons of the project."""
    with connection.cursor() as cursor:
        cursor.execute(
            WALK_AHEAD,
            {
                "project": annotator.membership.project_id,
                "membership": annotator.membership.pk,
                "n": n,
            },
        )
    analyze()


def analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
