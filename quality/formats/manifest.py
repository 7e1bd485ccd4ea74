"""The manifest: what a dataset version was made of, and the digest of each of its files."""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from quality.curation.curate import Curation
from quality.curation.normalisation import PSEUDO_JUDGMENTS, Z_FLAGS, Scaling
from quality.curation.recipe import Recipe

MANIFEST_NAME = "manifest.json"
FORMAT = 1
FITTED_ON = (
    "first usable judgments of annotators who are not held out, on comparisons of the train "
    "split, kept or dropped"
)


def version_manifest(
    *,
    version: int,
    project: Mapping[str, str],
    as_of: str,
    code_version: str,
    recipe: Recipe,
    curation: Curation,
    n_judgments: int,
    annotators: Sequence[str],
    conversational: bool,
) -> dict[str, Any]:
    """Everything but the files, as JSON."""
    rows = curation.rows_per_split()
    return {
        "format": FORMAT,
        "version": version,
        "project": dict(project),
        "as_of": as_of,
        "code_version": code_version,
        "recipe": recipe.as_dict(),
        "seed": recipe.seed,
        "conversational": conversational,
        "n_comparisons": len(curation.split),
        "n_judgments": n_judgments,
        "n_annotators": curation.n_annotators,
        "rows": sum(rows.values()),
        "splits": rows,
        "prompt_groups": curation.groups_per_split(),
        "dropped": curation.decisions.dropped(),
        "adjudicated": int(curation.is_adjudicated.sum()),
        "holdout_annotators": list(curation.holdout.annotators),
        "holdout_judgment_share": curation.holdout.judgment_share,
        "holdout_reason": curation.holdout.reason,
        "normalisation": _normalisation(curation.scaling, annotators),
    }


def file_entry(path: Path, *, rows: int | None = None) -> dict[str, Any]:
    """Digest, size and row count of a written file, which is on the disk when this returns."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
        os.fsync(file.fileno())
    return {"sha256": digest.hexdigest(), "bytes": path.stat().st_size, "rows": rows}


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> str:
    """Write the manifest; its SHA-256 stands for the whole version."""
    path = folder / MANIFEST_NAME
    text = json.dumps(manifest, ensure_ascii=False, indent=2, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")
    return str(file_entry(path)["sha256"])


def _normalisation(scaling: Scaling, annotators: Sequence[str]) -> dict[str, Any]:
    parameters = zip(
        annotators,
        scaling.n.tolist(),
        scaling.scale.tolist(),
        scaling.mean.tolist(),
        scaling.sd.tolist(),
        scaling.z_flag.tolist(),
        strict=True,
    )
    return {
        "fitted_on": FITTED_ON,
        "pseudo_judgments": PSEUDO_JUDGMENTS,
        "n_judgments": int(scaling.n.sum()),
        "project": {
            "scale": scaling.project_scale,
            "mean": scaling.project_mean,
            "sd": scaling.project_sd,
        },
        "annotators": {
            name: {"n": n, "scale": scale, "mean": mean, "sd": sd, "z_flag": Z_FLAGS[flag]}
            for name, n, scale, mean, sd, flag in parameters
        },
    }
