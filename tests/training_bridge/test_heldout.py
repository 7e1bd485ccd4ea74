from typing import Any

import pytest

from tests.training_bridge.builders import planted_rows, train, version_folder, write_rows
from training_bridge.reward_model.errors import TrainingRefused
from training_bridge.reward_model.heldout import read_comparisons, read_heldout
from training_bridge.reward_model.sources import load_source


def comparison(name: str, split: str, group: str | None = None) -> dict[str, Any]:
    return {
        "comparison_id": name,
        "prompt": f"prompt {name}",
        "response_a": f"{name} a",
        "response_b": f"{name} b",
        "group": "",
        "prompt_group": group or name,
        "split": split,
    }


def judgment(name: str, preference: int | None, **fields: Any) -> dict[str, Any]:
    return {
        "comparison_id": name,
        "annotator": "x",
        "held_out": True,
        "occasion": 1,
        "outcome": "preference",
        "preference": preference,
        **fields,
    }


def heldout_of(tmp_path, comparisons, judgments):
    known = read_comparisons(write_rows(tmp_path / "comparisons.jsonl", comparisons))
    return read_heldout(write_rows(tmp_path / "judgments.jsonl", judgments), comparisons=known)


def test_held_out_judgments_are_parted_by_whether_training_saw_the_prompt(tmp_path):
    comparisons = [
        comparison("c1", "train"),
        comparison("c2", "validation"),
        comparison("c3", "test"),
    ]
    judgments = [
        judgment("c1", -2),
        judgment("c2", 1),
        judgment("c3", -1),
        judgment("c2", -3, annotator="y"),
        judgment("c2", -3, held_out=False, annotator="z"),
    ]

    found = heldout_of(tmp_path, comparisons, judgments)

    # Negative prefers response A. Each judgment is a pair of its own, contradictions included.
    assert [(p.chosen, p.rejected) for p in found.seen_prompts] == [("c1 a", "c1 b")]
    assert [(p.chosen, p.rejected) for p in found.unseen_prompts] == [
        ("c2 b", "c2 a"),
        ("c3 a", "c3 b"),
        ("c2 a", "c2 b"),
    ]
    assert found.counts["heldout_judgments"] == 4


def test_what_prefers_no_response_is_counted_and_left_out(tmp_path):
    judgments = [
        judgment("c1", 0),
        judgment("c1", None, outcome="both_good", annotator="b"),
        judgment("c1", None, outcome="both_bad", annotator="c"),
        judgment("c1", None, outcome="cannot_judge", annotator="d"),
        judgment("c1", 2, occasion=2),
        judgment("c1", 2, annotator="e"),
    ]

    found = heldout_of(tmp_path, [comparison("c1", "test")], judgments)

    assert len(found.unseen_prompts) == 1
    assert found.counts == {
        "heldout_judgments": 5,
        "heldout_without_direction": 4,
        "heldout_repeats": 1,
    }


def test_a_prompt_in_several_splits_counts_as_seen(tmp_path):
    comparisons = [comparison("c1", "train", "same"), comparison("c2", "test", "same")]

    found = heldout_of(tmp_path, comparisons, [judgment("c2", 1)])

    assert (len(found.unseen_prompts), len(found.seen_prompts)) == (0, 1)


def test_a_judgment_of_an_unknown_comparison_is_refused_with_its_line(tmp_path):
    with pytest.raises(TrainingRefused, match="judgments.jsonl, line 2"):
        heldout_of(tmp_path, [comparison("c1", "train")], [judgment("c1", 1), judgment("c9", 1)])


def test_metrics_of_held_out_annotators_by_hand(tmp_path):
    """The model learns that "kind" wins; held-out people say so in 3 of 4 unseen judgments."""
    rows = [
        {**row, "split": "train", "comparison_id": f"t{n}", "prompt_group": row["prompt"]}
        for n, row in enumerate(planted_rows(96))
    ]
    comparisons = [
        {
            **comparison(f"h{n}", "test"),
            "response_a": f"kind river {n}",
            "response_b": f"rude river {n}",
        }
        for n in range(4)
    ]
    judgments = [judgment(f"h{n}", 1 if n == 0 else -1) for n in range(4)]
    folder = version_folder(
        tmp_path / "version",
        rows=rows,
        comparisons=comparisons,
        judgments=judgments,
        holdout_annotators=["x"],
    )

    metrics = train(folder, tmp_path / "run", epochs=4, batch_size=16)["metrics"]

    assert metrics["heldout_annotators"]["pairwise_accuracy"]["value"] == 0.75
    # All responses are of one length: the baseline can only guess.
    assert metrics["heldout_annotators"]["baselines"]["longer"]["value"] == 0.5
    assert metrics["heldout_annotators_seen_prompts"]["pairwise_accuracy"]["value"] is None
    assert metrics["validation"]["pairwise_accuracy"]["value"] is None
    assert metrics["validation"]["log_loss"] is None


def test_without_held_out_annotators_there_is_nothing_to_measure(tmp_path):
    rows = [
        {**row, "split": "train", "comparison_id": "c", "prompt_group": "g"}
        for row in planted_rows(4)
    ]
    folder = version_folder(tmp_path / "version", rows=rows, comparisons=[comparison("c", "train")])

    assert load_source(folder, validation_groups=None, seed=0).heldout is None
