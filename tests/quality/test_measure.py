"""`manage.py measure`: a file in, coefficients and consensus out, and no server started."""

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.quality.measuring import KRIPPENDORFF, measure, refusal, write_lines

BASE = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize(
    ("level", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_krippendorffs_example_has_the_published_alphas(tmp_path, level, alpha):
    path = write_lines(tmp_path / "observers.jsonl", KRIPPENDORFF)

    found = measure(path, "--level", level)

    assert found["krippendorff_alpha"]["value"] == pytest.approx(alpha, abs=5e-4)
    assert found["krippendorff_alpha"]["n"] == 11
    assert found["read"]["n_missing"] == 7
    assert found["read"]["domain"] == ["1", "2", "3", "4", "5"]


def test_the_document_has_every_measure_in_its_place(tmp_path):
    found = measure(write_lines(tmp_path / "observers.jsonl", KRIPPENDORFF))

    estimate = {"value", "low", "high", "n", "undefined_because"}
    for name in ("percent_agreement", "fleiss_kappa", "gwet_ac", "brennan_prediger"):
        assert set(found[name]) == estimate
        assert set(found["for_coders_like_these"][name]) == estimate
    assert set(found["cohen_kappa"]) == {"A|B", "A|C", "A|D", "B|C", "B|D", "C|D"}
    assert set(found["cohen_kappa"]["A|B"]) == estimate
    consensus = found["consensus"]
    assert consensus["majority"]["1"] == "1"
    assert consensus["majority"]["6"] is None
    model = consensus["dawid_skene"]
    assert sum(model["class_marginals"].values()) == pytest.approx(1)
    assert sum(model["posteriors"]["6"].values()) == pytest.approx(1)
    assert sum(model["error_rates"]["A"]["1"].values()) == pytest.approx(1)
    assert model["converged"] is True and model["n_iter"] > 1 and model["log_likelihood"] < 0


def test_continuous_ratings_are_measured_at_the_interval_level(tmp_path):
    rows = [
        {"unit": u, "coder": c, "value": round(u * 0.37 + c * 0.1, 3)}
        for u in range(400)
        for c in range(3)
    ]
    path = write_lines(tmp_path / "ratings.jsonl", rows)

    found = measure(path, "--level", "interval")

    assert len(found["read"]["domain"]) == 1_200
    assert 0.99 < found["krippendorff_alpha"]["low"] < found["krippendorff_alpha"]["high"] < 1
    model = found["consensus"]["dawid_skene"]
    assert "values x values" in model.pop("undefined_because")
    small = measure(write_lines(tmp_path / "small.jsonl", rows[:6]))["consensus"]["dawid_skene"]
    assert model == dict.fromkeys(small.keys() - {"undefined_because"})
    assert "200 at most" in refusal(path, "--level", "ordinal")


def test_many_coders_have_no_matrix_and_the_reason(tmp_path):
    rows = [{"unit": u, "coder": c, "value": (u + c) % 2} for u in range(2) for c in range(51)]

    found = measure(write_lines(tmp_path / "crowd.jsonl", rows))

    assert found["cohen_kappa"] is None
    assert "50" in found["cohen_kappa_undefined_because"]


def test_coders_who_only_gave_nulls_do_not_count_among_fifty(tmp_path):
    rows = [{"unit": u, "coder": c, "value": (u + c) % 2} for u in range(2) for c in range(50)]
    rows += [{"unit": 0, "coder": coder, "value": None} for coder in range(-9, 60)]
    path = write_lines(tmp_path / "crowd.jsonl", rows)

    found = measure(path)["cohen_kappa"]

    assert len(found) == 50 * 49 // 2
    assert {"0|1", "48|49"} <= set(found)
    one_more = write_lines(tmp_path / "more.jsonl", [*rows, {"unit": 0, "coder": 50, "value": 1}])
    assert measure(one_more)["cohen_kappa"] is None


def test_pairs_of_coders_with_bars_in_their_names_are_all_listed(tmp_path):
    coders = {"a": 0, "b|c": 0, "a|b": 1, "c": 0}
    rows = [
        {"unit": unit, "coder": coder, "value": (unit + unit // 3 * other) % 2}
        for unit in range(6)
        for coder, other in coders.items()
    ]

    found = measure(write_lines(tmp_path / "bars.jsonl", rows))["cohen_kappa"]

    assert len(found) == 6
    assert found["a|b\\|c"]["value"] == 1
    assert found["a\\|b|c"]["value"] < 1
    alone = [{**row, "coder": row["coder"].replace("a|b", "d")} for row in rows]
    kappas = measure(write_lines(tmp_path / "alone.jsonl", alone))["cohen_kappa"]
    assert {"a|b|c", "a|c", "c|d"} <= set(kappas)


def test_without_json_it_speaks_in_words(tmp_path):
    out, err = StringIO(), StringIO()
    path = write_lines(tmp_path / "observers.jsonl", KRIPPENDORFF)

    call_command("measure", str(path), stdout=out, stderr=err)

    assert "krippendorff_alpha   0.743 [" in out.getvalue()
    assert "unit from 'unit', coder from 'coder', value from 'value'" in err.getvalue()


def test_it_starts_no_server_and_needs_no_database(tmp_path):
    path = write_lines(tmp_path / "observers.jsonl", KRIPPENDORFF)
    settings = {"VAR_DIR": str(tmp_path / "var"), "DATABASE_URL": "", "REDIS_URL": ""}

    done = subprocess.run(
        [sys.executable, "manage.py", "measure", str(path)],
        cwd=BASE,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    assert {path.name for path in (tmp_path / "var").iterdir()} <= {"secret_key", "secrets"}


def test_a_reader_who_leaves_early_gets_no_traceback(tmp_path):
    rows = [{"unit": n, "coder": coder, "value": coder} for n in range(4000) for coder in "ab"]
    path = write_lines(tmp_path / "many.jsonl", rows)
    script = f"{sys.executable} manage.py measure {path} --json | head -c 20"

    done = subprocess.run(
        ["/bin/sh", "-c", script],
        cwd=BASE,
        env={**os.environ, "VAR_DIR": str(tmp_path / "var")},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == '{"percent_agreement"'
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_smoothing_draws_coders_towards_each_other(tmp_path):
    rows = [*KRIPPENDORFF, {"unit": 1, "coder": "E", "value": 4}]
    path = write_lines(tmp_path / "observers.jsonl", rows)

    plain, smoothed = (
        measure(path, *options)["consensus"]["dawid_skene"] for options in ([], ["--smoothing", 5])
    )

    assert plain["error_rates"]["E"]["1"]["4"] == pytest.approx(1)
    assert smoothed["error_rates"]["E"]["1"]["4"] < 0.5
    assert smoothed["error_rates"]["E"]["1"]["1"] > 0
    assert smoothed["converged"] is True
    # The published estimator maximises the likelihood alone.
    assert plain["log_likelihood"] > smoothed["log_likelihood"]
