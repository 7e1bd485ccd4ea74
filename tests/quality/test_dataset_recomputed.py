"""Every row, figure, split and drop reason, recomputed in plain Python from the raw file."""

import hashlib
import itertools
import math
from collections import defaultdict
from fractions import Fraction

import pytest
from django.core.management import call_command

from annotation.models import Project
from tests.quality.stored import build, read_lines

pytestmark = pytest.mark.django_db(transaction=True)

FILES = ["pandalm_annotations.jsonl.gz", "rankgen_annotations.jsonl.gz"]


def imported(path):
    call_command("import_data", str(path), "--project", "real", "--create")
    return Project.objects.get(slug="real")


def first_judgments(lines):
    """item -> annotator -> -1 (A), 0 (tie) or 1 (B)."""
    judged = defaultdict(dict)
    for line in lines:
        judged[line["item_id"]].setdefault(
            line["annotator"], {"a": -1, "tie": 0, "b": 1}[line["choice"]]
        )
    return judged


def split_of(prompt):
    plain = " ".join(prompt.split()).casefold()
    group = hashlib.sha256(plain.encode()).hexdigest()[:16]
    share = int(hashlib.sha256(f"0:{group}".encode()).hexdigest()[:16], 16) / 2**64
    return group, "train" if share < 0.8 else "validation" if share < 0.9 else "test"


def held_out_sets(judged, share):
    """The sets of annotators that may be held out: those nearest to the share."""
    counts = defaultdict(int)
    for by_annotator in judged.values():
        for annotator in by_annotator:
            counts[annotator] += 1
    if share == 0 or len(counts) < 5:
        return [set()]
    size = max(1, round(share * len(counts)))
    target = Fraction(str(share)) * sum(counts.values())
    distance = {
        drawn: abs(sum(counts[name] for name in drawn) - target)
        for drawn in itertools.combinations(sorted(counts), size)
    }
    nearest = min(distance.values())
    return [set(drawn) for drawn, far in distance.items() if far == nearest]


def reason_of(everybody, training):
    if len(everybody) < 3:
        return "too_few_judgments"
    if len(training) < 3:
        return "too_few_after_holdout"
    counts = {value: list(training.values()).count(value) for value in (-1, 0, 1)}
    most = max(counts.values())
    winners = [value for value, count in counts.items() if count == most]
    if len(winners) > 1:
        return "no_single_winner"
    if winners == [0]:
        return "tie_wins"
    if most < 3:
        return "too_few_votes"
    if Fraction(most, len(training)) < Fraction(3, 5):
        return "low_confidence"
    return ""


def scales(judged, held_out, texts):
    own = defaultdict(list)
    for item, by_annotator in judged.items():
        for annotator, value in by_annotator.items():
            if annotator not in held_out and split_of(texts[item]["prompt"])[1] == "train":
                own[annotator].append(value * value)
    everything = [square for squares in own.values() for square in squares]
    project = sum(everything) / len(everything)
    annotators = {annotator for by_annotator in judged.values() for annotator in by_annotator}
    return {
        name: math.sqrt((sum(own[name]) + 20 * project) / (len(own[name]) + 20))
        for name in annotators
    }


def expected_rows(lines, held_out):
    """Rows by comparison id, and the reason of each dropped comparison."""
    judged = first_judgments(lines)
    texts = {line["item_id"]: line for line in lines}
    scale = scales(judged, held_out, texts)
    rows, reasons = {}, {}
    for item, everybody in judged.items():
        training = {name: value for name, value in everybody.items() if name not in held_out}
        reason = reason_of(everybody, training)
        if reason:
            reasons[item] = reason
            continue
        values = list(training.values())
        side = 1 if values.count(1) > values.count(-1) else -1
        towards = [side * value / scale[name] for name, value in training.items()]
        group, split = split_of(texts[item]["prompt"])
        better, worse = ("response_b", "response_a") if side == 1 else ("response_a", "response_b")
        rows[item] = {
            "prompt": texts[item]["prompt"],
            "chosen": texts[item][better],
            "rejected": texts[item][worse],
            "margin": max(0.0, sum(towards) / len(towards)),
            "probability": (values.count(side) + values.count(0) / 2) / len(values),
            "weight": 1.0,
            "agreement": values.count(side) / len(values),
            "n_judgments": len(values),
            "split": split,
            "comparison_id": item,
            "prompt_group": group,
        }
    return rows, reasons


@pytest.mark.parametrize("share", [0, 0.2])
@pytest.mark.parametrize("name", FILES)
def test_a_dataset_version_is_what_its_definitions_say(shared_data, tmp_path, name, share):
    lines = read_lines(shared_data / name)
    project = imported(shared_data / name)

    document = build(project, tmp_path / "out", "--holdout-annotators", str(share))

    pseudonym = {m.pseudonym: m.name for m in project.memberships.all()}
    held_out = {pseudonym[name] for name in document["holdout_annotators"]}
    assert held_out in held_out_sets(first_judgments(lines), share)
    assert bool(document["holdout_reason"]) == (not held_out)

    rows, reasons = expected_rows(lines, held_out)
    stored = {}
    for split in ("train", "validation", "test"):
        in_split = read_lines(tmp_path / "out" / "preference" / f"{split}.jsonl")
        assert {row["split"] for row in in_split} <= {split}
        assert document["splits"][split] == len(in_split)
        stored |= {row["comparison_id"]: row for row in in_split}
    assert stored.keys() == rows.keys()
    for item, row in rows.items():
        shown = {key: stored[item][key] for key in row}
        assert shown == row | {"margin": pytest.approx(row["margin"], rel=1e-12)}

    comparisons = read_lines(tmp_path / "out" / "comparisons" / "comparisons.jsonl")
    dropped = {c["comparison_id"]: c["drop_reason"] for c in comparisons if c["drop_reason"]}
    assert dropped == reasons
    assert document["rows"] == len(rows)
    assert sum(document["dropped"].values()) == len(reasons)
    for reason, count in document["dropped"].items():
        assert list(reasons.values()).count(reason) == count


def test_three_annotators_hold_out_nobody_and_the_manifest_says_why(shared_data, tmp_path):
    project = imported(shared_data / "pandalm_annotations.jsonl.gz")

    document = build(project, tmp_path / "out", "--holdout-annotators", "0.2")

    assert document["holdout_annotators"] == []
    assert "only 3 annotators" in document["holdout_reason"]
