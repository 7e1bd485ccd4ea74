"""What `manage.py measure` reads: containers, columns, labels and domains."""

import gzip

import pytest

from tests.quality.measuring import (
    as_array,
    as_csv,
    as_gzip,
    as_parquet,
    as_table,
    measure,
    refusal,
    write_lines,
)


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


def test_a_domain_may_hold_values_that_nobody_gave(tmp_path):
    rows = [{"unit": u, "coder": c, "value": "a" if u else "b"} for u in range(8) for c in "xyz"]
    path = write_lines(tmp_path / "votes.jsonl", rows)

    wide = measure(path, "--domain", "a,tie,b")

    assert wide["read"]["domain"] == ["a", "tie", "b"]
    assert wide["consensus"]["dawid_skene"]["class_marginals"]["tie"] == 0
    assert wide["consensus"]["dawid_skene"]["error_rates"]["x"]["tie"] is None


def test_texts_of_one_number_are_two_values_where_no_number_is_needed(tmp_path):
    path = as_table(tmp_path / "values.csv", "1", "1.0", "1_0")

    assert measure(path)["read"]["domain"] == ["1", "1.0", "1_0"]
    ordered = measure(path, "--level", "ordinal", "--domain", "1_0,1.0,1")
    assert ordered["read"]["domain"] == ["1_0", "1.0", "1"]


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
