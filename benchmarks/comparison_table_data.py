"""The projects of the benchmark of the table, stored by set-based SQL."""

import random
from typing import Any

from django.db import connection

from annotation.models import Batch, Membership, Project
from feedback_platform.models import User

N_SENTENCES = 5_000
N_ANNOTATORS = 200
N_VISITED = 20

# Like a language: few words are frequent. "common" is in every text, "medium" in every hundredth
# comparison, "zebra" in every hundred thousandth, and the external id in one.
ADD_COMPARISONS = """
INSERT INTO annotation_comparison
    (project_id, batch_id, external_id, prompt, response_a, response_b, model_a, model_b, "group",
     metadata, content_hash, prompt_group, created_at)
SELECT %(project)s, CASE WHEN n > 0.99 * %(n)s THEN %(last)s ELSE %(batch)s END,
       'c' || lpad(n::text, 7, '0'),
       'common ' || a.text || CASE WHEN n %% 100 = 7 THEN ' medium' ELSE '' END
                || CASE WHEN n %% 100000 = 77 THEN ' zebra' ELSE '' END,
       b.text || ' ' || a.text, a.text || ' ' || b.text,
       CASE n %% 3 WHEN 0 THEN 'birch' ELSE 'alder' END,
       CASE n %% 3 WHEN 0 THEN 'alder' WHEN 1 THEN 'cedar' ELSE 'dogwood' END,
       '', '{}', md5(n::text) || md5((-n)::text), left(md5(n::text), 16), now()
FROM generate_series(1, %(n)s) AS n
JOIN bench_sentence a ON a.id = n %% %(sentences)s
JOIN bench_sentence b ON b.id = (n::bigint * 7919 + 3) %% %(sentences)s
ORDER BY n
"""
ADD_SEATS = """
INSERT INTO annotation_seat
    (project_id, comparison_id, turn, priority, position, state, returned)
SELECT %(project)s, id, turn, 0, id, CASE WHEN turn < 3 THEN 'filled' ELSE 'free' END, false
FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM annotation_comparison
      WHERE project_id = %(project)s) AS c
CROSS JOIN generate_series(0, CASE WHEN n %% 10 = 0 THEN 3 ELSE 2 END) AS turn
ORDER BY id, turn
"""
# The seat's id spreads comparisons over annotators and directions.
ADD_JUDGMENTS = """
INSERT INTO annotation_judgment
    (project_id, comparison_id, annotator_id, seat_id, occasion, outcome, preference,
     swapped, rationale, submitted_at)
SELECT %(project)s, comparison_id, p.id, s.id, 1, 'preference',
       CASE WHEN md5(s.id::text) < '5' THEN -1 WHEN md5(s.id::text) < '7' THEN 0 ELSE 1 END,
       false, '', now() - make_interval(secs => (s.comparison_id * 7919 %% 9999991)::int)
FROM annotation_seat s
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM annotation_membership
      WHERE project_id = %(project)s AND name LIKE 'person-%%') AS p
  ON p.n = (s.comparison_id * 31 + s.turn * 67) %% %(annotators)s
WHERE s.project_id = %(project)s AND s.state = 'filled'
ORDER BY s.id
"""
# A visitor's few judgments lie all over the project.
VISIT = """
INSERT INTO annotation_judgment
    (project_id, comparison_id, annotator_id, seat_id, occasion, outcome, preference,
     swapped, rationale, submitted_at)
SELECT %(project)s, s.comparison_id, %(visitor)s, s.id, 1, 'preference', 1, false, '', now()
FROM annotation_seat s
WHERE s.project_id = %(project)s AND s.state = 'filled' AND s.turn = 0
  AND s.comparison_id %% (%(n)s / %(visited)s) = 5
"""
ADD_FLAGS = """
INSERT INTO annotation_flag
    (project_id, comparison_id, membership_id, kind, text, created_at, answer)
SELECT %(project)s, id, %(visitor)s, 'question', 'What is asked?', now(), ''
FROM annotation_comparison WHERE project_id = %(project)s AND id %% 1000 = 3
"""
DECIDE = """
INSERT INTO annotation_adjudication
    (project_id, comparison_id, kind, outcome, preference, reason, person_id, created_at)
SELECT %(project)s, id, 'decided', 'preference', 1, 'clear', %(person)s, now()
FROM annotation_comparison WHERE project_id = %(project)s AND id %% 10000 = 9
"""


def make_sentences() -> None:
    """Sentences of 15 words, the k-th word of 20,000 about as frequent as 1/k."""
    rng = random.Random(0)
    vocabulary = [f"word{number}" for number in range(20_000)]
    weights = [1 / (rank + 3) for rank in range(len(vocabulary))]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_sentence (id int PRIMARY KEY, text text NOT NULL)")
        cursor.executemany(
            "INSERT INTO bench_sentence VALUES (%s, %s)",
            [
                (number, " ".join(rng.choices(vocabulary, weights, k=15)))
                for number in range(N_SENTENCES)
            ],
        )


def make_project(slug: str, n_comparisons: int, manager: User) -> Project:
    """Comparisons with three judgments each by 200 annotators; flags, decisions, two batches."""
    project = Project.objects.create(slug=slug, name=slug.title())
    people = [(f"person-{number}", None, "annotator") for number in range(N_ANNOTATORS)]
    people += [("visitor", None, "annotator"), ("manager", manager, "manager")]
    Membership.objects.bulk_create(
        Membership(
            project=project, name=name, user=user, role=role, pseudonym=project.pseudonym_of(name)
        )
        for name, user, role in people
    )
    batches = [Batch.objects.create(project=project, name=name) for name in ("first", "last")]
    values: dict[str, Any] = {
        "project": project.pk,
        "batch": batches[0].pk,
        "last": batches[1].pk,
        "n": n_comparisons,
        "sentences": N_SENTENCES,
        "annotators": N_ANNOTATORS,
        "visited": N_VISITED,
        "visitor": Membership.objects.get(project=project, name="visitor").pk,
        "person": manager.pk,
    }
    with connection.cursor() as cursor:
        for statement in (ADD_COMPARISONS, ADD_SEATS, ADD_JUDGMENTS, VISIT, ADD_FLAGS, DECIDE):
            cursor.execute(statement, values)
        cursor.execute("VACUUM ANALYZE")
    return project
