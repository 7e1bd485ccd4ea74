"""What `manage.py measure` makes of several values by one coder for one unit."""

import pytest

from tests.quality.measuring import KRIPPENDORFF, measure, write_lines
from tests.quality.test_dawid_skene import PRINTED_RATES, PRINTED_SHARES, anaesthetists

REPEATED = [
    *({"unit": unit, "coder": "x", "value": "a"} for unit in range(6)),
    *({"unit": unit, "coder": "y", "value": "a"} for unit in range(6)),
    *({"unit": unit, "coder": "x", "value": "b"} for unit in range(6)),
]


@pytest.mark.parametrize(("repeats", "agreement"), [("first", 1.0), ("last", 0.0)])
def test_repeats_count_once_as_asked(tmp_path, repeats, agreement):
    path = write_lines(tmp_path / "repeated.jsonl", REPEATED)

    found = measure(path, "--repeats", repeats)

    assert found["percent_agreement"]["value"] == agreement
    assert (found["read"]["n_repeats"], found["read"]["n_values_used"]) == (6, 12)


def test_all_repeats_count_for_the_consensus_and_other_measures_say_why_not(tmp_path):
    path = write_lines(tmp_path / "repeated.jsonl", REPEATED)

    found = measure(path, "--repeats", "all")

    for estimate in (found["krippendorff_alpha"], found["cohen_kappa"]["x|y"]):
        assert estimate["value"] is None
        assert "--repeats first" in estimate["undefined_because"]
    assert set(found["consensus"]["majority"].values()) == {"a"}
    assert found["read"]["n_values_used"] == 18
    assert found["consensus"]["dawid_skene"]["log_likelihood"] < 0


def test_dawid_and_skenes_table_needs_every_occasion(tmp_path):
    sample = anaesthetists()
    columns = zip(sample.unit.tolist(), sample.coder.tolist(), sample.value.tolist(), strict=True)
    rows = [{"unit": unit, "coder": coder, "value": value + 1} for unit, coder, value in columns]

    found = measure(write_lines(tmp_path / "patients.jsonl", rows), "--repeats", "all")

    assert found["read"]["n_repeats"] == 2 * 45
    model = found["consensus"]["dawid_skene"]
    assert list(model["class_marginals"].values()) == pytest.approx(PRINTED_SHARES, abs=0.00501)
    first = list(model["error_rates"]["0"]["1"].values())
    assert first == pytest.approx(PRINTED_RATES[0][0], abs=0.00501)


def test_without_repeats_all_of_them_changes_nothing(tmp_path):
    path = write_lines(tmp_path / "observers.jsonl", KRIPPENDORFF)

    assert measure(path, "--repeats", "all") == measure(path)
