"""Imports of published judgments give the agreement that their publishers' figures give."""

import gzip
import itertools
import json
import math
from decimal import Decimal
from io import StringIO

import krippendorff
import numpy as np
import pytest
from django.core.management import call_command

pytestmark = pytest.mark.django_db(transaction=True)

# From the README of the folder, which took them from the krippendorff package.
PUBLISHED = {
    "pandalm_annotations": (0.920, 0.864, 0.896),
    "rankgen_annotations": (0.669, 0.343, 0.343),
    "typing_comfort_annotations": (0.672, 0.331, 0.331),
}


def run(command, *arguments):
    out = StringIO()
    call_command(command, *arguments, "--json", stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


def first_choices(path):
    """The first choice of each annotator on each comparison: {item: {annotator: choice}}."""
    choices = {}
    with gzip.open(path, "rt") as lines:
        for line in lines:
            row = json.loads(line)
            choices.setdefault(row["item_id"], {}).setdefault(row["annotator"], row["choice"])
    return choices


def agreement_by_annotator(choices):
    same, pairs = {}, {}
    for given in choices.values():
        for one, other in itertools.permutations(given, 2):
            pairs[one] = pairs.get(one, 0) + 1
            same[one] = same.get(one, 0) + (given[one] == given[other])
    return {name: same[name] / pairs[name] for name in pairs}


def ordinal_alpha_of_file(shared_data):
    """Alpha of the signed preferences of typing_comfort, from a dense matrix."""
    first = {}
    with gzip.open(shared_data / "typing_comfort_annotations.jsonl.gz", "rt") as lines:
        for line in lines:
            row = json.loads(line)
            sign = -1 if row["choice"] == "a" else 1
            # The file's largest strength is 1.
            thirds = max(1, math.ceil(3 * Decimal(str(row["strength"]))))
            first.setdefault((row["annotator"], row["item_id"]), sign * thirds)
    coders = sorted({coder for coder, _ in first})
    units = sorted({unit for _, unit in first})
    dense = np.full((len(coders), len(units)), np.nan)
    for (coder, unit), preference in first.items():
        dense[coders.index(coder), units.index(unit)] = preference
    return krippendorff.alpha(reliability_data=dense, level_of_measurement="ordinal")


@pytest.mark.parametrize("name", PUBLISHED)
def test_report_gives_the_published_agreement(shared_data, name):
    path = shared_data / f"{name}.jsonl.gz"
    run("import_data", str(path), "--project", "real", "--create")

    document = run("build_report", "real")

    agreement = document["agreement"]
    percent, alpha, without_ties = PUBLISHED[name]
    assert round(agreement["percent_direction"]["value"], 3) == percent
    assert round(agreement["alpha_direction"]["value"], 3) == alpha
    assert round(agreement["alpha_without_ties"]["value"], 3) == without_ties
    choices = first_choices(path)
    assert document["n_comparisons"] == len(choices)
    assert document["n_judgments"] == sum(map(len, choices.values()))
    own = {
        row["annotator"]: row["agreement_with_others"]["value"] for row in document["annotators"]
    }
    assert own == pytest.approx(agreement_by_annotator(choices))
    for estimate in (agreement["percent_direction"], agreement["alpha_direction"]):
        assert estimate["low"] < estimate["value"] < estimate["high"]


def test_strengths_exist_only_where_they_were_given(shared_data):
    for name in ("rankgen_annotations", "typing_comfort_annotations"):
        path = shared_data / f"{name}.jsonl.gz"
        run("import_data", str(path), "--project", name.split("_")[0], "--create")

    without, given = run("build_report", "rankgen"), run("build_report", "typing")

    assert without["agreement"]["alpha_strength"]["undefined_because"] == "no strengths"
    strength = given["agreement"]["alpha_strength"]["value"]
    assert strength == pytest.approx(ordinal_alpha_of_file(shared_data), abs=1e-9)
    assert (without["domain"], given["domain"]) == (["A", "B"], ["A", "B"])
    assert given["left_out"]["repeats"] == 2245
