"""`manage.py measure`: a file in, coefficients and consensus out, and no server started."""

import gzip
import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest
from django.core.management import call_command

from tests.quality.test_dawid_skene import PRINTED_RATES, PRINTED_SHARES, anaesthetists

BASE = Path(__file__).resolve().parent.parent.parent
# Krippendorff (2011): twelve units, four observers; alphas 0.743, 0.815 and 0.849.
OBSERVERS = {
    "A": [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    "B": [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    "C": [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    "D": [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
}
KRIPPENDORFF = [
    {"unit": unit + 1, "coder": coder, "value": value}
    for coder, values in OBSERVERS.items()
    for unit, value in enumerate(values)
]


def write_lines(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def measure(path, *options):
    out = StringIO()
    call_command("measure", str(path), *options, "--json", stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


def refusal(path, *options):
    err = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("measure", str(path), *options, stdout=StringIO(), stderr=err)
    assert left.value.code == 2
    return err.getvalue()


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


def as_csv(path, rows):
    cells = (f"{row['item_id']},{row['annotator']},{row['choice']}\n" for row in rows)
    path.write_text("item_id,annotator,choice\n" + "".join(cells))


def as_parquet(path, rows):
    pyarrow.parquet.write_table(pa.Table.from_pylist(rows), path)


def as_gzip(path, rows):
    path.write_bytes(gzip.compress(b"".join(json.dumps(row).encode() + b"\n" for row in rows)))


def as_array(path, rows):
    path.write_text(json.dumps(rows))


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("votes.csv", as_csv),
        ("votes.parquet", as_parquet),
        ("votes.jsonl.gz", as_gzip),
        ("votes.json", as_array),
    ],
)
def test_every_container_reads_the_same(tmp_path, name, write):
    rows = [
        {"item_id": f"i{item}", "annotator": who, "choice": "ab"[(item + who) % 3 == 0]}
        for item in range(9)
        for who in range(3)
    ]
    lines = measure(write_lines(tmp_path / "lines.jsonl", rows))

    write(tmp_path / name, rows)

    assert measure(tmp_path / name) == lines


def test_words_for_nothing_are_labels_like_any_other(tmp_path):
    labels = ["nan", "None", "", "null", "NA"]
    rows = [
        {"unit": unit, "coder": coder, "value": label}
        for unit, label in enumerate(labels)
        for coder in "xy"
    ]
    path = write_lines(tmp_path / "labels.jsonl", rows)
    as_text = tmp_path / "labels.csv"
    as_text.write_text(
        "unit,coder,value\n" + "".join(f"{r['unit']},{r['coder']},{r['value']}\n" for r in rows)
    )

    for found in (measure(path), measure(as_text)):
        assert found["read"]["domain"] == sorted(labels)
        assert found["read"]["n_missing"] == 0
        assert found["percent_agreement"]["value"] == 1.0
        assert list(found["consensus"]["majority"].values()) == labels


def test_numbers_and_texts_of_one_spelling_are_one_label(tmp_path):
    values = [1, "1", 1.0, 2, True, 0.5]
    rows = [{"unit": 0, "coder": c, "value": value} for c, value in enumerate(values)]

    found = measure(write_lines(tmp_path / "mixed.jsonl", rows))

    assert found["read"]["domain"] == ["0.5", "1", "2", "true"]


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


def test_a_domain_may_hold_values_that_nobody_gave(tmp_path):
    rows = [{"unit": u, "coder": c, "value": "a" if u else "b"} for u in range(8) for c in "xyz"]
    path = write_lines(tmp_path / "votes.jsonl", rows)

    wide = measure(path, "--domain", "a,tie,b")

    assert wide["read"]["domain"] == ["a", "tie", "b"]
    assert wide["consensus"]["dawid_skene"]["class_marginals"]["tie"] == 0
    assert wide["consensus"]["dawid_skene"]["error_rates"]["x"]["tie"] is None


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


@pytest.mark.parametrize(
    ("row", "options", "complaint"),
    [
        ({"unit": 1, "coder": "x", "value": "c"}, ["--domain", "a,b"], "line 2: the value 'c'"),
        ({"unit": 1, "coder": "x"}, [], "line 2: there is no column 'value'"),
        ({"unit": 1, "coder": None, "value": "a"}, [], "line 2: 'coder' is null"),
        ({"unit": 1, "coder": "x", "value": ["a"]}, [], "line 2: the value is a list"),
        ({"unit": 1, "coder": "x", "value": float("nan")}, [], "line 2: the value is nan"),
        ({"unit": 1, "coder": "x", "value": "a"}, ["--level", "ordinal"], "--domain low"),
        ({"unit": 1, "coder": "x", "value": "a"}, ["--level", "interval"], "is no number"),
        ({"unit": 1, "coder": "x", "value": "a"}, ["--value", "mark"], "--value COLUMN"),
        ({"unit": 1, "coder": "x", "value": "a"}, ["--domain", "a,a"], "'a' twice"),
        ({"unit": 1, "coder": "x", "value": "a"}, ["--domain", ""], "names no value"),
        ({"unit": 1, "coder": "x", "value": "a"}, ["--smoothing", "-1"], "--smoothing must"),
    ],
)
def test_what_cannot_be_measured_is_refused_with_place_and_remedy(
    tmp_path, row, options, complaint
):
    path = write_lines(tmp_path / "votes.jsonl", [{"unit": 1, "coder": "y", "value": "a"}, row])

    assert complaint in refusal(path, *options)


def as_table(path, *values):
    """CSV: four units, two coders, who give these values in turn."""
    rows = (f"{at % 4},{'xy'[at // 4]},{values[at % len(values)]}\n" for at in range(8))
    path.write_text("unit,coder,value\n" + "".join(rows))
    return path


@pytest.mark.parametrize(
    ("values", "options", "complaint"),
    [
        (["1", "1.0", "2"], ["--level", "interval"], "line 3: the values '1' and '1.0' are one"),
        (["1", "1.0", "2"], ["--level", "ordinal"], "line 3: the values '1' and '1.0' are one"),
        (["1", "2"], ["--level", "interval", "--domain", "1,1.0,2"], "'1' and '1.0' are one"),
        (["1_0", "2"], ["--level", "interval"], "line 2: the value '1_0' is no number"),
        (["1_0", "2"], ["--level", "ordinal"], "line 2: the value '1_0' is no number"),
        (["-1e200", "1e200"], ["--level", "interval"], "'1e200' are too far apart"),
        (["-1.7e308", "1.7e308"], ["--level", "interval"], "'1.7e308' are too far apart"),
        (["1e-200", "2e-200"], ["--level", "interval"], "'2e-200' are too close"),
        (["a", "b"], ["--domain", "a\nb"], "--domain cannot be read"),
        (["1.0", "2"], ["--domain", "1,2"], "line 2: the value '1.0' is not in --domain"),
    ],
)
def test_values_that_have_no_distance_or_no_place_are_refused(tmp_path, values, options, complaint):
    assert complaint in refusal(as_table(tmp_path / "values.csv", *values), *options)


def test_texts_of_one_number_are_two_values_where_no_number_is_needed(tmp_path):
    path = as_table(tmp_path / "values.csv", "1", "1.0", "1_0")

    assert measure(path)["read"]["domain"] == ["1", "1.0", "1_0"]
    ordered = measure(path, "--level", "ordinal", "--domain", "1_0,1.0,1")
    assert ordered["read"]["domain"] == ["1_0", "1.0", "1"]


@pytest.mark.parametrize(
    ("row", "options", "complaint"),
    [
        (
            {"unit": "\ud800", "coder": "x", "value": "a"},
            [],
            "line 2: the unit '\\ud800' holds half",
        ),
        (
            {"unit": 1, "coder": "\udfff", "value": "a"},
            [],
            "line 2: the coder '\\udfff' holds half",
        ),
        (
            {"unit": 1, "coder": "x", "value": "\ud83d"},
            [],
            "line 2: the value '\\ud83d' holds half",
        ),
        ({"unit": 1, "coder": "x", "value": "a"}, ["--domain", "a,\udcff"], "is not UTF-8"),
        ({"unit": 1, "coder": "x", "value": "a"}, ["--unit", "\udcff"], "no column '\\udcff'"),
    ],
)
def test_half_a_character_is_refused_before_anything_is_printed(tmp_path, row, options, complaint):
    path = write_lines(tmp_path / "half.jsonl", [{"unit": 0, "coder": "x", "value": "a"}, row])

    assert complaint in refusal(path, *options)


def test_a_column_named_by_half_a_character_is_refused(tmp_path):
    path = write_lines(tmp_path / "half.jsonl", [{"\ud800": 1, "coder": "x", "value": "a"}])

    assert "rename it" in refusal(path, "--unit", "\ud800")


def test_great_numbers_count_by_their_ranks_at_the_ordinal_level(tmp_path):
    great = measure(as_table(tmp_path / "a.csv", "-1e200", "0", "1e200"), "--level", "ordinal")
    small = measure(as_table(tmp_path / "b.csv", "-1", "0", "1"), "--level", "ordinal")

    assert great["krippendorff_alpha"] == small["krippendorff_alpha"]


def test_numbers_of_the_file_are_found_in_the_domain_however_it_writes_them(tmp_path):
    # One coder's are written 1.0 and 2.0, the other's 1 and 2.
    kinds = {"x": float, "y": int}
    rows = [
        {"unit": unit, "coder": coder, "value": kind(1 + unit % 2)}
        for unit in range(4)
        for coder, kind in kinds.items()
    ]
    path = write_lines(tmp_path / "floats.jsonl", rows)

    found = measure(path, "--domain", "1.0,2.0,3")

    assert found["read"]["domain"] == ["1.0", "2.0", "3"]
    assert found["percent_agreement"]["value"] == 1.0
    assert found["consensus"]["majority"] == {"0": "1.0", "1": "2.0", "2": "1.0", "3": "2.0"}
    assert "'true' is not in" in refusal(
        write_lines(tmp_path / "truth.jsonl", [{"unit": 1, "coder": "x", "value": True}]),
        *("--domain", "1.0,low"),
    )


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "the file is empty"),
        ('{"unit": 1, "coder"', "line 1: row is not valid JSON"),
        ("unit,coder,value\n1,x\n", "line 2: row has 2 fields"),
        ("unit,coder,value\n", "there are no rows"),
        ("hello", "neither JSON lines"),
    ],
)
def test_files_that_hold_no_values_are_refused(tmp_path, content, complaint):
    path = tmp_path / "file"
    path.write_text(content)

    assert complaint in refusal(path)


def test_a_column_of_nulls_is_nothing_to_measure(tmp_path):
    path = write_lines(tmp_path / "nulls.jsonl", [{"unit": 1, "coder": "y", "value": None}])

    assert "nothing to measure" in refusal(path)


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


CRITICS = [
    {"film": film, "critic": critic, "stars": stars}
    for critic, given in {"ann": "lmhhl", "ben": "lmmhl"}.items()
    for film, stars in enumerate({"l": "low", "m": "mid", "h": "high"}[one] for one in given)
]


def test_columns_of_any_name_are_read_when_named(tmp_path):
    path = write_lines(tmp_path / "films.jsonl", CRITICS)
    named = ("--unit", "film", "--coder", "critic", "--value", "stars")

    found = measure(path, *named)

    assert found["read"]["columns"] == {"unit": "film", "coder": "critic", "value": "stars"}
    assert found["percent_agreement"]["value"] == 0.8
    assert set(found["cohen_kappa"]) == {"ann|ben"}
    assert "--unit COLUMN" in refusal(path)
    assert "no column 'reel'" in refusal(path, *named[2:], "--unit", "reel")


def test_named_columns_go_before_guessed_ones(tmp_path):
    rows = [{**row, "value": 1, "unit": 1, "coder": "x"} for row in CRITICS]
    path = write_lines(tmp_path / "films.jsonl", rows)

    found = measure(path, "--unit", "film", "--coder", "critic", "--value", "stars")

    assert found["read"]["domain"] == ["high", "low", "mid"]
    assert (found["read"]["n_units"], found["read"]["n_coders"]) == (5, 2)


def test_words_are_ranked_in_the_order_of_the_domain(tmp_path):
    path = write_lines(tmp_path / "films.jsonl", CRITICS)
    ranks = {"low": 1, "mid": 2, "high": 3}
    as_numbers = [{**row, "stars": ranks[row["stars"]]} for row in CRITICS]
    numbers = write_lines(tmp_path / "numbers.jsonl", as_numbers)
    named = ("--unit", "film", "--coder", "critic", "--value", "stars", "--level", "ordinal")

    words = measure(path, *named, "--domain", "low,mid,high")
    other = measure(path, *named, "--domain", "mid,low,high")

    assert words["krippendorff_alpha"] == measure(numbers, *named)["krippendorff_alpha"]
    # "mid" and "high" are neighbours in one order, two ranks apart in the other.
    assert other["krippendorff_alpha"]["value"] < words["krippendorff_alpha"]["value"]


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


@pytest.mark.parametrize("write", [as_csv, as_parquet])
def test_tables_may_be_compressed(tmp_path, write):
    rows = [
        {"item_id": f"i{item}", "annotator": f"p{who}", "choice": "ab"[(item + who) % 3 == 0]}
        for item in range(9)
        for who in range(3)
    ]
    write(tmp_path / "table", rows)
    packed = tmp_path / "table.gz"
    packed.write_bytes(gzip.compress((tmp_path / "table").read_bytes()))

    assert measure(packed) == measure(write_lines(tmp_path / "lines.jsonl", rows))
