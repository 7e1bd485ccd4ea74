"""How a judgment gets into the ledger: by one statement, together with its seat and its audit."""

from typing import Any

from django.db import connection

from annotation.draws import is_drawn
from annotation.models import Assignment, Judgment, Purpose
from annotation.services.leases_sql import FILLED
from feedback_platform.prepared import prepared_cursor

# Named as their columns are.
_FIELDS = tuple(field for field in Judgment._meta.concrete_fields if not field.primary_key)
_COLUMNS = ", ".join(field.attname for field in _FIELDS)
_VALUES = ", ".join(f"%({field.attname})s" for field in _FIELDS)
_STORE = f"""
WITH {FILLED}, stored AS (
    INSERT INTO annotation_judgment ({_COLUMNS}) SELECT {_VALUES} FROM filled RETURNING id
), audited AS (
    INSERT INTO annotation_audit (project_id, judgment_id, created_at, verdict, comment)
    SELECT %(project_id)s, id, %(submitted_at)s, '', '' FROM stored WHERE %(is_audited)s
)
SELECT (SELECT id FROM stored), (SELECT state FROM mine)
"""


def store_judgment(*, judgment: Judgment) -> bool:
    """End the assignment, fill its seat, and store the judgment; False: the seat is theirs no more.

    An expired assignment keeps its claim until somebody else has the seat. One query, all of it
    or nothing, with the audit of those that are drawn for one.
    """
    values: dict[str, Any] = {
        field.attname: field.get_db_prep_save(getattr(judgment, field.attname), connection)
        for field in _FIELDS
    }
    values |= {
        "assignment": judgment.assignment_id,
        "now": judgment.submitted_at,
        "is_audited": _is_audited(judgment),
    }
    with prepared_cursor() as cursor:
        cursor.execute(_STORE, values)
        key, state = cursor.fetchone()
        if key is None and state in {Assignment.State.HELD, Assignment.State.EXPIRED}:
            # It may have expired, or have been held again, while the statement waited: its seat
            # is then seen as it was before.
            cursor.execute(_STORE, values)
            key, _state = cursor.fetchone()
    if key is None:
        return False
    judgment.pk, judgment._state.adding, judgment._state.db = key, False, connection.alias
    return True


def _is_audited(judgment: Judgment) -> bool:
    """Whether a reviewer looks at it: a seeded share of the work, and nobody can foresee which."""
    if judgment.purpose != Purpose.WORK:
        return False
    secret, share = bytes(judgment.annotator.side_seed), judgment.project.audit_share
    return is_drawn(secret, f"audit/{judgment.assignment_id}", share)
