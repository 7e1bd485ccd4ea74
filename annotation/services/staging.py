"""A file's rows in a temporary table, ready to be compared with the project by SQL."""

import json
from collections import OrderedDict
from collections.abc import Callable, Iterable

from django.db import connection

from annotation.content import prompt_group
from annotation.formats.problems import BadRow
from annotation.formats.rows import ParsedComparison, ParsedJudgment, ParsedRow
from annotation.services.rejects import Rejects

# Texts that were staged lately, so that the judgments of one comparison stage them once.
REMEMBERED = 5_000
PROGRESS_EVERY = 500

CREATE = """
CREATE TEMPORARY TABLE imported_row (
    n bigint NOT NULL, line bigint NOT NULL, source bigint NOT NULL, external_id text NOT NULL,
    content_hash text, prompt text, messages jsonb, response_a text, response_b text,
    model_a text, model_b text, "group" text, metadata jsonb, prompt_group text, label text,
    annotator text, outcome text, direction smallint, strength numeric, swapped boolean,
    submitted_at timestamptz, active_ms integer, rationale text
) ON COMMIT DROP
"""
COPY = "COPY imported_row FROM STDIN"
NO_TEXTS = (None,) * 11
NO_JUDGMENT = (None,) * 8

Facts = tuple[int, str, str, str, str, str]
Watch = Callable[[int], None]


def stage_rows(*, rows: Iterable[ParsedRow | BadRow], rejects: Rejects, watch: Watch) -> int:
    """Copy the good rows into the temporary table ``imported_row``; returns how many there are.

    Must run inside a transaction, at whose end the table goes. A row refers with ``source`` to
    the row that carries its texts, itself or an earlier one.
    """
    remembered: OrderedDict[str, Facts] = OrderedDict()
    n = 0
    with connection.cursor() as cursor:
        cursor.execute(CREATE)
        # Django translates the errors of execute, not those of copy.
        with connection.wrap_database_errors, cursor.copy(COPY) as copy:
            for row in rows:
                if isinstance(row, BadRow):
                    rejects.add(row)
                    continue
                n += 1
                source = _source_of(row.comparison, n, remembered)
                texts = _texts(row.comparison) if source == n else NO_TEXTS
                judgment = row.judgment or NO_JUDGMENT
                copy.write_row((n, row.line, source, row.comparison.external_id, *texts, *judgment))
                if n % PROGRESS_EVERY == 0:
                    watch(n)
        # Nothing else gathers statistics on a temporary table, and the joins depend on them.
        cursor.execute("ANALYZE imported_row")
    watch(n)
    return n


def _source_of(comparison: ParsedComparison, n: int, remembered: "OrderedDict[str, Facts]") -> int:
    """The number of the row that carries these texts."""
    known = remembered.get(comparison.external_id)
    facts = (
        comparison.content_hash,
        comparison.model_a,
        comparison.model_b,
        comparison.group,
        comparison.label,
    )
    if known is not None and known[1:] == facts:
        return known[0]
    remembered[comparison.external_id] = (n, *facts)
    if len(remembered) > REMEMBERED:
        remembered.popitem(last=False)
    return n


def _texts(comparison: ParsedComparison) -> tuple[str | None, ...]:
    metadata = comparison.metadata
    if comparison.label:
        metadata = {**metadata, "imported_label": comparison.label}
    messages = comparison.messages
    return (
        comparison.content_hash,
        comparison.prompt,
        None if messages is None else json.dumps(messages, ensure_ascii=False),
        comparison.response_a,
        comparison.response_b,
        comparison.model_a,
        comparison.model_b,
        comparison.group,
        json.dumps(metadata, ensure_ascii=False, allow_nan=False),
        prompt_group(comparison.prompt if messages is None else messages),
        comparison.label,
    )


assert len(ParsedJudgment._fields) == len(NO_JUDGMENT)
