"""Dataset versions as they are listed, shown and answered."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from annotation.models import Membership, Project
from quality.curation.holdout import FEWEST_ANNOTATORS, holdout_size
from quality.curation.majority import DROP_REASONS, votes_needed
from quality.curation.recipe import Recipe
from quality.curation.splits import FEWEST_PROMPT_GROUPS, SPLITS
from quality.formats.card import REASON_TEXTS, card_excerpt, dataset_card
from quality.formats.manifest import MANIFEST_NAME
from quality.formats.schemas import KINDS, SPLIT_KINDS
from quality.models import DatasetVersion
from quality.selectors.curation import Material, material

PAGE = 25
SHOWN_COUNTS = 5


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a version and the files that hold it: label, path and manifest entry."""

    name: str
    rows: int
    files: list[tuple[str, str, dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class VersionPage:
    """What the page of a succeeded version shows."""

    splits: list[tuple[str, int, int]]
    dropped: list[tuple[str, str, int, float]]
    kept_share: float
    held_out: list[tuple[str, str]]
    tables: list[Table]
    card: str


@dataclass(frozen=True, slots=True)
class RecipePreview:
    """What a recipe means for a project, without building anything."""

    material: Material
    # Usable judgments of a comparison, and how many for one response keep it (None: none do).
    needed: list[tuple[int, int | None]]
    n_held_out: int
    too_few_annotators: bool
    too_few_prompts: bool


def dataset_versions(project: Project, *, before: int | None = None) -> list[DatasetVersion]:
    """A project's versions, newest first, one more than a page where there are more."""
    versions: QuerySet[DatasetVersion] = DatasetVersion.objects.filter(project=project)
    if before is not None:
        versions = versions.filter(pk__lt=before)
    return list(versions.select_related("requested_by")[: PAGE + 1])


def version_page(version: DatasetVersion) -> VersionPage:
    """The figures of a succeeded version, from its manifest; one query for names."""
    manifest = version.manifest or {}
    n_comparisons = manifest["n_comparisons"]
    names = dict(
        Membership.objects.filter(
            project=version.project, pseudonym__in=manifest["holdout_annotators"]
        ).values_list("pseudonym", "name")
    )
    return VersionPage(
        splits=[
            (split, manifest["splits"][split], manifest["prompt_groups"][split]) for split in SPLITS
        ],
        dropped=[
            (reason, REASON_TEXTS[reason], count, count / n_comparisons)
            for reason, count in _dropped(manifest).items()
        ],
        kept_share=manifest["rows"] / max(n_comparisons, 1),
        held_out=[(name, names.get(name, "")) for name in manifest["holdout_annotators"]],
        tables=_tables(manifest["files"]),
        card=card_excerpt(dataset_card(manifest)),
    )


def recipe_preview(project: Project, recipe: Recipe) -> RecipePreview:
    """What a recipe asks of this project's comparisons and annotators; two queries."""
    found = material(project)
    counts = range(recipe.min_judgments, recipe.min_judgments + SHOWN_COUNTS)
    return RecipePreview(
        material=found,
        needed=[
            (
                n,
                votes_needed(
                    n, min_votes=recipe.min_votes, min_confidence=recipe.confidence_threshold
                ),
            )
            for n in counts
        ],
        n_held_out=holdout_size(found.n_annotators, share=recipe.holdout_share),
        too_few_annotators=recipe.holdout_share > 0 and found.n_annotators < FEWEST_ANNOTATORS,
        too_few_prompts=recipe.split_by != "comparison"
        and found.n_prompt_groups < FEWEST_PROMPT_GROUPS,
    )


def dataset_document(version: DatasetVersion) -> dict[str, Any]:
    """What commands and the API answer about a succeeded version."""
    manifest = version.manifest or {}
    files = {name: entry["sha256"] for name, entry in sorted(manifest["files"].items())}
    return {
        "version": version.pk,
        "project": manifest["project"]["slug"],
        "path": str(version.folder),
        "as_of": manifest["as_of"],
        "recipe": manifest["recipe"],
        "rows": manifest["rows"],
        "dropped": _dropped(manifest),
        "adjudicated": manifest.get("adjudicated", 0),
        "splits": {split: manifest["splits"][split] for split in SPLITS},
        "holdout_annotators": manifest["holdout_annotators"],
        "holdout_reason": manifest["holdout_reason"],
        "sha256": {**files, MANIFEST_NAME: version.manifest_digest},
    }


def _dropped(manifest: dict[str, Any]) -> dict[str, int]:
    """In the order of the checks, which a stored JSON object forgets."""
    counts = manifest["dropped"]
    return {reason: counts[reason] for reason in DROP_REASONS if reason in counts}


def _tables(files: dict[str, dict[str, Any]]) -> list[Table]:
    """Tables by kind and split; those of one kind in the order of the splits."""
    stems = [f"{kind}/{split}" for kind in SPLIT_KINDS for split in SPLITS]
    stems += [f"{kind}/{kind}" for kind in KINDS if kind not in SPLIT_KINDS]
    return [
        Table(
            name=" ".join(dict.fromkeys(stem.split("/"))),
            rows=files[f"{stem}.jsonl"]["rows"],
            files=[
                (label, f"{stem}.{ending}", files[f"{stem}.{ending}"])
                for label, ending in (("JSONL", "jsonl"), ("Parquet", "parquet"))
            ],
        )
        for stem in stems
    ]
