"""The dataset card: README.md with the front matter that ``datasets.load_dataset`` reads."""

from collections.abc import Mapping
from typing import Any

from quality.curation.splits import SPLITS
from quality.formats.schemas import DEFAULT_KIND, KINDS, SPLIT_KINDS

REASON_TEXTS = {
    "both_bad_wins": "most annotators found both responses bad",
    "cannot_judge_wins": "most annotators could not judge",
    "too_few_judgments": "fewer usable judgments than the recipe asks for",
    "too_few_after_holdout": "too few once held-out annotators are left aside",
    "no_single_winner": "two or three directions share the most judgments",
    "tie_wins": "a tie has the most judgments",
    "too_few_votes": "the most frequent direction has too few judgments",
    "low_confidence": "the most frequent direction has too small a share",
    "ambiguous_prompt": "a reviewer found the prompt ambiguous",
}


def dataset_card(manifest: Mapping[str, Any]) -> str:
    """The card of a version, made from its manifest alone."""
    recipe = manifest["recipe"]
    name = " ".join(str(manifest["project"]["name"]).split())
    return "\n".join(
        [
            _front_matter(manifest),
            f"# {name}, dataset version {manifest['version']}",
            "",
            f"Human preferences between two responses, as of {manifest['as_of']}: "
            f"{manifest['rows']:,} rows from {manifest['n_comparisons']:,} comparisons and "
            f"{manifest['n_judgments']:,} judgments by {manifest['n_annotators']:,} annotators.",
            "",
            "## How it was made",
            "",
            *_recipe_lines(recipe, manifest),
            "",
            "## Rows",
            "",
            "| split | rows |",
            "|---|---:|",
            *(f"| {split} | {manifest['splits'][split]:,} |" for split in SPLITS),
            "",
            *_drop_lines(manifest["dropped"]),
            "Agreement on these rows is a result of the selection. It says nothing about how "
            "well the annotators agree.",
            "",
            "## Files",
            "",
            *_file_lines(),
            "",
            "`manifest.json` holds the SHA-256 of each file, the recipe and the parameters of "
            "every annotator's scale. Annotators appear under pseudonyms.",
            "",
        ]
    )


def card_excerpt(card: str) -> str:
    """The card without its front matter, up to the list of files."""
    body = card.split("\n---\n", 1)[-1]
    return body.split("\n## Files", 1)[0].strip()


def _front_matter(manifest: Mapping[str, Any]) -> str:
    name = _quoted(str(manifest["project"]["name"]))
    lines = ["---", f"pretty_name: {name}", "tags:", "- human-feedback", "- preference"]
    lines.append("configs:")
    for kind in KINDS:
        # load_dataset refuses splits without rows, and "all" as a split's name.
        files = (
            [(split, f"{kind}/{split}.parquet") for split in SPLITS if manifest["splits"][split]]
            if kind in SPLIT_KINDS
            else [(kind, f"{kind}/{kind}.parquet")] * bool(manifest[f"n_{kind}"])
        )
        if not files:
            continue
        lines.append(f"- config_name: {kind}")
        if kind == DEFAULT_KIND:
            lines.append("  default: true")
        lines.append("  data_files:")
        for split, path in files:
            lines += [f"  - split: {split}", f"    path: {path}"]
    return "\n".join([*lines, "---", ""])


def _recipe_lines(recipe: Mapping[str, Any], manifest: Mapping[str, Any]) -> list[str]:
    held_out = manifest["holdout_annotators"]
    holdout = (
        f"{len(held_out)} {'annotator is' if len(held_out) == 1 else 'annotators are'} held out: "
        "their judgments "
        f"({manifest['holdout_judgment_share']:.1%} of all) made no row."
        if held_out
        else f"No annotator is held out: {manifest['holdout_reason']}."
    )
    kept_together = {
        "prompt": "Comparisons of one prompt are in one split.",
        "group": "Comparisons linked by a prompt or a group are in one split.",
        "comparison": "Comparisons were split one by one: a prompt can occur in several splits.",
    }[recipe["split_by"]]
    return [
        f"- A comparison is kept with at least {recipe['min_judgments']} usable judgments, "
        f"{recipe['min_votes']} of them for the chosen response, and at least "
        f'{recipe["min_confidence"]:g} of the usable ones. "Both good" counts as a tie.',
        *_adjudication_lines(manifest.get("adjudicated", 0)),
        f"- {holdout}",
        f"- {kept_together} Splits are 80/10/10 by a hash with seed {recipe['seed']}.",
        "- `margin` is the mean preference towards chosen, each annotator's divided by the root "
        "mean square of their training judgments (20 pseudo-judgments of the project's), "
        "floored at 0.",
        "- `probability` is (judgments for chosen + ties / 2) / usable judgments; `agreement` is "
        "judgments for chosen / usable judgments.",
    ]


def _adjudication_lines(n_adjudicated: int) -> list[str]:
    if not n_adjudicated:
        return []
    follow = "comparison follows" if n_adjudicated == 1 else "comparisons follow"
    return [
        f"- {n_adjudicated:,} {follow} a reviewer's decision instead (`adjudicated` in a row's "
        "metadata); probability and agreement are still those of the judgments.",
    ]


def _drop_lines(dropped: Mapping[str, int]) -> list[str]:
    if not dropped:
        return ["No comparison was dropped.", ""]
    return [
        "| dropped because | comparisons |",
        "|---|---:|",
        *(
            f"| {text} (`{reason}`) | {dropped[reason]:,} |"
            for reason, text in REASON_TEXTS.items()
            if reason in dropped
        ),
        "",
    ]


def _file_lines() -> list[str]:
    return [
        "Each as JSONL and Parquet; `load_dataset(FOLDER, NAME)` reads the Parquet files.",
        "",
        "- `preference` (default): `prompt`, `chosen`, `rejected` and their figures, for reward "
        "models and DPO.",
        "- `unpaired`: `prompt`, `completion`, `label`, for KTO.",
        "- `comparisons`: every comparison, with the reason where it was dropped.",
        "- `judgments`: one row per judgment in the comparison's own order (negative: response A "
        "is better), those of held-out annotators marked.",
    ]


def _quoted(text: str) -> str:
    """A YAML double-quoted scalar."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + " ".join(escaped.split()) + '"'
