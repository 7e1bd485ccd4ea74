"""What a dataset version leaves behind, and what it never does."""

import hashlib
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from annotation.models import Comparison, Exclusion, Judgment
from quality.models import DatasetVersion
from tests import factories
from tests.quality.stored import add, build, read_lines, store

pytestmark = pytest.mark.django_db(transaction=True)

ANNOTATORS = [f"annotator{i}" for i in range(6)]


def made_up(n=60, prefix="item"):
    """Comparisons of ``n`` prompts, judged by six annotators who mostly agree."""
    lines = []
    for item in range(n):
        for number, annotator in enumerate(ANNOTATORS):
            choice = "a" if (item * 7 + number * 3) % 10 < 7 else "tie" if item % 3 else "b"
            lines.append(
                {
                    "item_id": f"{prefix}{item}",
                    "prompt": f"Prompt {prefix} {item}",
                    "response_a": f"First {item}",
                    "response_b": f"Second {item}",
                    "annotator": annotator,
                    "choice": choice,
                    "strength": (item + number) % 4 + 1,
                }
            )
    return lines


def table(folder, name):
    return {row["comparison_id"]: row for row in read_lines(folder / name)}


def all_rows(folder):
    return {
        row["comparison_id"]: row
        for split in ("train", "validation", "test")
        for row in read_lines(folder / "preference" / f"{split}.jsonl")
    }


def test_the_same_judgments_and_recipe_give_the_same_bytes(tmp_path):
    project = store(made_up())

    first = build(project, tmp_path / "first", "--seed", "4")
    second = build(project, tmp_path / "second", "--seed", "4")

    # The card and the manifest name their version; the data do not.
    differing = {
        name for name in first["sha256"] if first["sha256"][name] != second["sha256"][name]
    }
    assert differing == {"README.md", "manifest.json"}
    assert second["version"] != first["version"]


def test_every_file_has_the_digest_that_the_manifest_and_the_row_say(tmp_path):
    project = store(made_up())

    document = build(project, tmp_path / "out")

    for name, digest in document["sha256"].items():
        for folder in (tmp_path / "out", Path(document["path"])):
            assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    on_disk = {p.relative_to(tmp_path / "out").as_posix() for p in (tmp_path / "out").rglob("*.*")}
    assert on_disk == set(document["sha256"])
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["version"] == document["version"]
    assert DatasetVersion.objects.get().manifest == manifest


def test_jsonl_and_parquet_hold_the_same_rows(tmp_path):
    project = store(made_up())

    document = build(project, tmp_path / "out")

    names = [name for name in document["sha256"] if name.endswith(".jsonl")]
    assert len(names) == 8
    for name in names:
        parquet = pq.read_table(tmp_path / "out" / name.replace(".jsonl", ".parquet"))
        assert parquet.to_pylist() == read_lines(tmp_path / "out" / name)


def test_splits_have_one_schema_even_when_one_is_empty(tmp_path):
    project = store(made_up(3))

    document = build(project, tmp_path / "out")

    assert 0 in document["splits"].values()
    for kind in ("preference", "unpaired"):
        schemas = [
            pq.read_schema(tmp_path / "out" / kind / f"{split}.parquet")
            for split in ("train", "validation", "test")
        ]
        assert schemas[0] == schemas[1] == schemas[2]
    card = (tmp_path / "out" / "README.md").read_text()
    for split, rows in document["splits"].items():
        # A split without rows is left out, because load_dataset refuses it.
        assert (f"path: preference/{split}.parquet" in card) == bool(rows)


def test_one_conversation_makes_the_whole_version_conversational(tmp_path):
    project = store(made_up())
    turns = [
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": "Hello to you."},
        {"role": "user", "content": "Tell me more"},
    ]
    Comparison.objects.filter(external_id="item0").update(messages=turns)

    build(project, tmp_path / "out")

    comparisons = table(tmp_path / "out", "comparisons/comparisons.jsonl")
    assert comparisons["item0"]["prompt"] == turns
    assert comparisons["item1"]["prompt"] == [{"role": "user", "content": "Prompt item 1"}]
    for row in all_rows(tmp_path / "out").values():
        assert [turn["role"] for turn in row["chosen"]] == ["assistant"]


def test_unpaired_rows_are_both_responses_of_each_row(tmp_path):
    project = store(made_up())

    build(project, tmp_path / "out")

    for split in ("train", "validation", "test"):
        expected = []
        for row in read_lines(tmp_path / "out" / "preference" / f"{split}.jsonl"):
            for response, label in ((row["chosen"], True), (row["rejected"], False)):
                expected.append({"prompt": row["prompt"], "completion": response, "label": label})
        assert read_lines(tmp_path / "out" / "unpaired" / f"{split}.jsonl") == expected


def test_what_held_out_annotators_say_changes_no_training_row(tmp_path):
    lines = made_up()
    before = build(store(lines), tmp_path / "before")
    project = DatasetVersion.objects.get().project
    held_out = {
        member.name
        for member in project.memberships.all()
        if member.pseudonym in before["holdout_annotators"]
    }
    turned = {"a": "b", "b": "tie", "tie": "a"}
    other = [
        {**line, "choice": turned[line["choice"]]} if line["annotator"] in held_out else line
        for line in lines
    ]
    # The same people under the same pseudonyms, in another project.
    twin = factories.make_project(slug="twin", pseudonym_key=project.pseudonym_key)
    add(twin, other)

    after = build(twin, tmp_path / "after")

    assert held_out
    assert after["holdout_annotators"] == before["holdout_annotators"]
    for kind in ("preference", "unpaired"):
        for split in ("train", "validation", "test"):
            name = f"{kind}/{split}.parquet"
            assert after["sha256"][name] == before["sha256"][name]
    assert (
        after["sha256"]["judgments/judgments.jsonl"]
        != before["sha256"]["judgments/judgments.jsonl"]
    )


def test_more_data_moves_no_comparison_to_another_split(tmp_path):
    project = store(made_up())
    build(project, tmp_path / "before")
    add(project, made_up(40, prefix="later"))

    build(project, tmp_path / "after")

    before = table(tmp_path / "before", "comparisons/comparisons.jsonl")
    after = table(tmp_path / "after", "comparisons/comparisons.jsonl")
    assert len(after) == len(before) + 40
    for item, row in before.items():
        assert after[item]["split"] == row["split"]


def test_repeats_revised_and_excluded_judgments_count_nowhere(tmp_path, carol):
    lines = made_up()
    # Everybody judges again, the other way round: a second occasion.
    again = [{**line, "choice": {"a": "b", "b": "a"}.get(line["choice"], "a")} for line in lines]
    project = store(lines + again)
    first = Judgment.objects.filter(comparison__external_id="item0", occasion=1).order_by("pk")
    revised, excluded = first[0], first[1]
    Judgment.objects.create(
        project=project,
        comparison=revised.comparison,
        annotator=revised.annotator,
        seat=revised.seat,
        occasion=1,
        outcome="cannot_judge",
        supersedes=revised,
    )
    Exclusion.objects.create(judgment=excluded, reason="Clicked through", person=carol)

    build(project, tmp_path / "out", "--holdout-annotators", "0", "--min-votes", "1")

    judgments = read_lines(tmp_path / "out" / "judgments" / "judgments.jsonl")
    of_item = [row for row in judgments if row["comparison_id"] == "item0"]
    assert len(of_item) == 2 * len(ANNOTATORS) - 1
    assert [row["outcome"] for row in of_item].count("cannot_judge") == 1
    # Six first judgments, one of them revised to no value, one excluded.
    assert all_rows(tmp_path / "out")["item0"]["n_judgments"] == 4


def test_the_judgments_file_is_in_own_order_with_scaled_values(tmp_path):
    project = store(made_up())

    build(project, tmp_path / "out")

    stored = Judgment.objects.values_list(
        "comparison__external_id", "annotator__pseudonym", "preference"
    )
    rows = read_lines(tmp_path / "out" / "judgments" / "judgments.jsonl")
    written = {(row["comparison_id"], row["annotator"]): row for row in rows}
    assert len(rows) == len(stored) == len(written)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    for item, annotator, preference in stored:
        row = written[item, annotator]
        fitted = manifest["normalisation"]["annotators"][annotator]
        assert row["preference"] == preference
        assert row["scaled_preference"] == pytest.approx(preference / fitted["scale"])
        assert row["held_out"] == (annotator in manifest["holdout_annotators"])
        # Held-out annotators have no training judgment, so nothing to centre by.
        expected = 0 if fitted["z_flag"] else (preference - fitted["mean"]) / fitted["sd"]
        assert row["z"] == pytest.approx(expected)
        assert row["z_flag"] == ("too_few_judgments" if row["held_out"] else "")
