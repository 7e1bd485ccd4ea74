"""The files of one dataset version, written from its curation and a stream of texts."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from quality.curation.curate import Curation
from quality.curation.majority import DROP_REASONS
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
    decisions = curation.decisions
    agreement, probability = decisions.agreement.tolist(), decisions.probability.tolist()
    with ExitStack() as open_files:

        def table(stem: str, kind: str) -> TableWriter:
            writer = TableWriter(folder, stem, kind=kind, conversational=conversational)
            return open_files.enter_context(writer)

        preference = {split: table(f"preference/{split}", "preference") for split in SPLITS}
        unpaired = {split: table(f"unpaired/{split}", "unpaired") for split in SPLITS}
        comparisons = table("comparisons/comparisons", "comparisons")
        for index, one in enumerate(texts):
            place = {
                "split": SPLITS[curation.split[index]],
                "prompt_group": curation.groups[index],
            }
            reason = int(decisions.reason[index])
            kept = bool(decisions.is_kept[index])
            drop_reason = "" if kept else DROP_REASONS[reason]
            comparisons.write(
                comparison_row(one, **place, drop_reason=drop_reason, conversational=conversational)
            )
            if kept:
                figures = Figures(
                    chosen=int(decisions.chosen[index]),
                    margin=float(curation.margin[index]),
                    probability=probability[index],
                    agreement=agreement[index],
                    n_judgments=int(decisions.usable[index]),
                )
                row = preference_row(one, figures, **place, conversational=conversational)
                preference[place["split"]].write(row)
                for labelled in unpaired_rows(row):
                    unpaired[place["split"]].write(labelled)
            noted(index + 1)
    return _entries(folder, [*preference.values(), *unpaired.values(), comparisons])


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
