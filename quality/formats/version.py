"""The files of one dataset version, written from its curation and a stream of texts."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from quality.curation.curate import Curation
from quality.curation.majority import DROP_REASONS, KEPT
from quality.curation.rows import Figures, Texts, comparison_row, preference_row, unpaired_rows
from quality.curation.splits import SPLITS
from quality.formats.card import dataset_card
from quality.formats.manifest import file_entry, write_manifest
from quality.formats.tables import TableWriter

CARD_NAME = "README.md"

FileEntries = dict[str, dict[str, Any]]
Noted = Callable[[int], None]


def write_comparisons(
    folder: Path,
    *,
    curation: Curation,
    texts: Iterable[Texts],
    conversational: bool,
    noted: Noted,
) -> FileEntries:
    """Write preference and unpaired rows per split, and every comparison.

    ``texts`` come in the order of the curation; ``noted`` hears how many were written.
    """
    with ExitStack() as open_files:

        def table(stem: str, kind: str) -> TableWriter:
            writer = TableWriter(folder, stem, kind=kind, conversational=conversational)
            return open_files.enter_context(writer)

        preference = {split: table(f"preference/{split}", "preference") for split in SPLITS}
        unpaired = {split: table(f"unpaired/{split}", "unpaired") for split in SPLITS}
        comparisons = table("comparisons/comparisons", "comparisons")
        decided = zip(texts, _decisions(curation), strict=True)
        for number, (one, (split, group, reason, figures)) in enumerate(decided, start=1):
            shared = {"split": split, "prompt_group": group}
            comparisons.write(
                comparison_row(one, **shared, drop_reason=reason, conversational=conversational)
            )
            if figures is not None:
                row = preference_row(one, figures, **shared, conversational=conversational)
                preference[split].write(row)
                for labelled in unpaired_rows(row):
                    unpaired[split].write(labelled)
            noted(number)
    return _entries(folder, [*preference.values(), *unpaired.values(), comparisons])


def _decisions(curation: Curation) -> Iterator[tuple[str, str, str, Figures | None]]:
    """Split, group, drop reason and, where a comparison is kept, the figures of its row."""
    decisions = curation.decisions
    columns = (
        curation.split.tolist(),
        curation.groups,
        decisions.reason.tolist(),
        decisions.chosen.tolist(),
        curation.margin.tolist(),
        decisions.probability.tolist(),
        decisions.agreement.tolist(),
        decisions.usable.tolist(),
        curation.is_adjudicated.tolist(),
    )
    for split, group, reason, *figures in zip(*columns, strict=True):
        if reason == KEPT:
            yield SPLITS[split], group, "", Figures(*figures)
        else:
            yield SPLITS[split], group, DROP_REASONS[reason], None


def write_judgments(
    folder: Path, *, rows: Iterable[Mapping[str, Any]], noted: Noted
) -> FileEntries:
    """Write one row per judgment; ``noted`` hears how many were written."""
    writer = TableWriter(folder, "judgments/judgments", kind="judgments", conversational=False)
    with writer:
        for row in rows:
            writer.write(row)
            noted(writer.rows)
    return _entries(folder, [writer])


def write_card_and_manifest(
    folder: Path, *, manifest: Mapping[str, Any], files: FileEntries
) -> tuple[dict[str, Any], str]:
    """Write the card and, last, the manifest with the digests of everything else.

    Returns the manifest as stored and its SHA-256.
    """
    card = folder / CARD_NAME
    card.write_text(dataset_card(manifest), encoding="utf-8")
    listed = {**manifest, "files": dict(sorted({**files, CARD_NAME: file_entry(card)}.items()))}
    return listed, write_manifest(folder, listed)


def _entries(folder: Path, writers: Iterable[TableWriter]) -> FileEntries:
    return {
        path.relative_to(folder).as_posix(): file_entry(path, rows=writer.rows)
        for writer in writers
        for path in (writer.jsonl, writer.parquet)
    }
