"""An annotator's assignment with all that a submission reads, by one statement.

Django would build this statement, with its eighty columns, anew for every judgment: that takes
longer than running it.
"""

from uuid import UUID

from annotation.models import Assignment, Membership, Project
from feedback_platform.prepared import model_from, prepared_cursor

_ASSIGNMENT = tuple(Assignment._meta.concrete_fields)
_MEMBERSHIP = tuple(Membership._meta.concrete_fields)
_PROJECT = tuple(Project._meta.concrete_fields)
_COLUMNS = ", ".join(
    f'{table}."{field.column}"'
    for table, fields in (("a", _ASSIGNMENT), ("m", _MEMBERSHIP), ("p", _PROJECT))
    for field in fields
)
_OF_USER = f"""
SELECT {_COLUMNS}
FROM annotation_assignment a
JOIN annotation_membership m ON m.id = a.annotator_id
JOIN annotation_project p ON p.id = m.project_id
WHERE a.id = %(assignment)s AND m.user_id = %(user)s AND m.is_active
"""


def assignment_of_user(user_id: int, assignment_id: UUID) -> Assignment | None:
    """The assignment of somebody who is still a member, with membership and project; one query."""
    with prepared_cursor() as cursor:
        cursor.execute(_OF_USER, {"assignment": assignment_id, "user": user_id})
        row = cursor.fetchone()
    if row is None:
        return None
    first, second = len(_ASSIGNMENT), len(_ASSIGNMENT) + len(_MEMBERSHIP)
    assignment: Assignment = model_from(Assignment, _ASSIGNMENT, row[:first])
    assignment.annotator = model_from(Membership, _MEMBERSHIP, row[first:second])
    assignment.annotator.project = model_from(Project, _PROJECT, row[second:])
    return assignment
