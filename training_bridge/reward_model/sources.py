"""From a dataset version's folder or a preference file to the rows of one training."""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from training_bridge.reward_model.errors import TrainingRefused
from training_bridge.reward_model.heldout import HeldoutPairs, read_comparisons, read_heldout
from training_bridge.reward_model.pairs import Pair, pair_from_row
from training_bridge.reward_model.rows import read_rows
from training_bridge.reward_model.splits import split_by_groups

MANIFEST = "manifest.json"
TRAIN, VALIDATION = "preference/train.jsonl", "preference/validation.jsonl"
COMPARISONS, JUDGMENTS = "comparisons/comparisons.jsonl", "judgments/judgments.jsonl"


@dataclass(frozen=True, slots=True)
class TrainingData:
    """All rows of one training, and where they came from.

    ``heldout`` is None where nobody's judgments were held out. ``digest`` is the SHA-256 of
    the manifest or of the file. ``counts`` tells what was read and what was left out, why.
    """

    name: str
    digest: str
    train: list[Pair]
    validation: list[Pair]
    validation_groups: list[str] = field(default_factory=list)
    heldout: HeldoutPairs | None = None
    counts: dict[str, int] = field(default_factory=dict)


def load_source(source: Path, *, validation_groups: int | None, seed: int) -> TrainingData:
    """Read a dataset version's folder or a preference file.

    Raises:
        TrainingRefused: it is not there, is broken, or leaves nothing to train on.
    """
    if source.is_dir():
        if validation_groups is not None:
            raise TrainingRefused(
                "A dataset version has its validation rows already; validation groups can be "
                "chosen for a preference file only."
            )
        return _load_version(source)
    if not source.is_file():
        raise TrainingRefused(f"There is no dataset folder or preference file {source}.")
    return _load_file(source, validation_groups=validation_groups, seed=seed)


def _load_file(path: Path, *, validation_groups: int | None, seed: int) -> TrainingData:
    pairs = [pair_from_row(row, place=place) for place, row in read_rows(path)]
    if not pairs:
        raise TrainingRefused(f"{path.name} has no rows.")
    split = split_by_groups(pairs, validation_groups=validation_groups, seed=seed)
    return TrainingData(
        name=path.name,
        digest=_digest(path),
        train=split.train,
        validation=split.validation,
        validation_groups=split.validation_groups,
        counts={
            "rows": len(pairs),
            "training_rows": len(split.train),
            "validation_rows": len(split.validation),
            "set_aside_for_shared_responses": split.set_aside,
        },
    )


def _load_version(folder: Path) -> TrainingData:
    manifest = _read_manifest(folder)
    train = _version_rows(folder, TRAIN, manifest)
    validation = _version_rows(folder, VALIDATION, manifest)
    if not train:
        raise TrainingRefused(
            "The dataset version has no training rows. Loosen its recipe or collect more judgments."
        )
    counts = Counter(training_rows=len(train), validation_rows=len(validation))
    heldout = None
    if manifest.get("holdout_annotators"):
        comparisons = read_comparisons(_checked(folder, COMPARISONS, manifest))
        heldout = read_heldout(_checked(folder, JUDGMENTS, manifest), comparisons=comparisons)
        counts.update(heldout.counts)
    return TrainingData(
        name=f"dataset version {manifest.get('version', folder.name)}",
        digest=_digest(folder / MANIFEST),
        train=train,
        validation=validation,
        heldout=heldout,
        counts=dict(counts),
    )


def _read_manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    if not path.is_file():
        raise TrainingRefused(
            f"{folder} is no dataset version: it has no {MANIFEST}. Give the folder that "
            "build_dataset wrote, or a preference file."
        )
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise TrainingRefused(f"{path} is damaged ({error}). Copy the folder again.") from error
    if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), dict):
        raise TrainingRefused(f"{path} lists no files. Copy the folder again.")
    return manifest


def _checked(folder: Path, name: str, manifest: dict[str, Any]) -> Path:
    """The path of a listed file whose content is still what the manifest says."""
    path = folder / name
    listed = manifest["files"].get(name)
    if listed is None or not path.is_file():
        raise TrainingRefused(f"{name} is missing from {folder}. Copy the folder again.")
    if _digest(path) != listed.get("sha256"):
        raise TrainingRefused(
            f"{name} in {folder} is not the file that the manifest lists: it was changed after "
            "the version was built. Copy the folder again, or train on the file by itself."
        )
    return path


def _version_rows(folder: Path, name: str, manifest: dict[str, Any]) -> list[Pair]:
    path = _checked(folder, name, manifest)
    if manifest["files"][name].get("rows") == 0:
        return []
    return [pair_from_row(row, place=place) for place, row in read_rows(path)]


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
