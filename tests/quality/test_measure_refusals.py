"""What `manage.py measure` refuses, with the place and the remedy, before it prints anything."""

import pytest

from tests.quality.measuring import as_table, refusal, write_lines


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
