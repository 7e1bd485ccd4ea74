"""Each format read into comparisons and judgments."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotation.formats.limits import Limits
from annotation.formats.problems import BadFile, BadRow
from annotation.formats.reading import FileReader
from annotation.formats.rows import ParsedRow
from tests.annotation.importing import csv_text, json_lines, parquet, row, zipped


def read(folder: Path, content: bytes, name: str = "f.jsonl", **options: Any) -> list[ParsedRow]:
    """Every row of a file without bad rows."""
    rows = read_all(folder, content, name, **options)
    assert not [one for one in rows if isinstance(one, BadRow)]
    return [one for one in rows if isinstance(one, ParsedRow)]


def read_all(
    folder: Path, content: bytes, name: str = "f.jsonl", **options: Any
) -> list[ParsedRow | BadRow]:
    path = folder / "stored"
    path.write_bytes(content)
    reader = FileReader(path, name=name, limits=Limits(), **options)
    try:
        return list(reader.rows())
    finally:
        reader.close()


JUDGED = row(
    choice="B",
    strength=0.5,
    swapped=True,
    ts="2026-11-23T15:05:00+01:00",
    duration_s=2.5,
    rationale="Clearer.",
    group="space",
    model_a="m1",
    source="forum",
)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("f.jsonl", json_lines(JUDGED)),
        ("f.jsonl", b"\xef\xbb\xbf" + json_lines(JUDGED).replace(b"\n", b"\r\n")),
        ("f", json_lines(JUDGED)),
        ("f.json", json.dumps([JUDGED], indent=2).encode()),
        ("f.csv", csv_text(JUDGED)),
        ("f.csv", b"\xef\xbb\xbf" + csv_text(JUDGED, delimiter=";")),
        ("f.tsv", csv_text(JUDGED, delimiter="\t")),
        ("f.parquet", parquet([JUDGED])),
    ],
    ids=["jsonl", "mark and CRLF", "no ending", "array", "csv", "semicolons", "tabs", "parquet"],
)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_a_judgment_reads_the_same_from_every_container(
    tmp_path: Path, name: str, content: bytes, packed: bool
) -> None:
    if packed:
        content, name = zipped(content), f"{name}.gz"

    (parsed,) = read(tmp_path, content, name)

    assert parsed.comparison.external_id == "q1"
    assert parsed.comparison.prompt == "What is a comet?"
    assert (parsed.comparison.group, parsed.comparison.model_a) == ("space", "m1")
    assert parsed.comparison.metadata == {"source": "forum"}
    assert parsed.judgment is not None
    assert parsed.judgment._asdict() == {
        "annotator": "ann",
        "outcome": "preference",
        "direction": 1,
        "strength": "0.5",
        "swapped": True,
        "submitted_at": datetime(2026, 11, 23, 14, 5, tzinfo=UTC),
        "active_ms": 2500,
        "rationale": "Clearer.",
    }


def test_a_conversation_is_a_prompt(tmp_path: Path) -> None:
    turns = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]
    turns.append({"role": "user", "content": "What is a comet?"})
    comparison = {"messages": turns, "response_a": "Ice.", "response_b": "Fire."}

    (parsed,) = read(tmp_path, json_lines(comparison))

    assert parsed.judgment is None
    assert parsed.comparison.messages == turns
    assert parsed.comparison.prompt == "What is a comet?"


def test_without_an_id_the_content_is_the_identity(tmp_path: Path) -> None:
    comparison = {"prompt": "p", "response_a": "a", "response_b": "b"}

    first, second, other = read(
        tmp_path, json_lines(comparison, comparison, {**comparison, "response_b": "c"})
    )

    assert first.comparison.external_id == second.comparison.external_id
    assert first.comparison.external_id == first.comparison.content_hash
    assert other.comparison.external_id != first.comparison.external_id


PROMPT = [{"role": "user", "content": "What is a comet?"}]
ICE, STAR = ({"role": "assistant", "content": text} for text in ("Ice.", "A star."))


@pytest.mark.parametrize(
    ("pair", "prompt", "is_conversation"),
    [
        (
            {"prompt": "What is a comet?", "chosen": "Ice.", "rejected": "A star."},
            "What is a comet?",
            False,
        ),
        (
            {"chosen": "What is a comet? Ice.", "rejected": "What is a comet? A star."},
            "What is a comet?",
            False,
        ),
        ({"prompt": PROMPT, "chosen": [ICE], "rejected": [STAR]}, "What is a comet?", True),
        ({"chosen": [*PROMPT, ICE], "rejected": [*PROMPT, STAR]}, "What is a comet?", True),
        (
            {"prompt": PROMPT, "chosen": [*PROMPT, ICE], "rejected": [*PROMPT, STAR]},
            "What is a comet?",
            True,
        ),
        (
            {
                "chosen": "\n\nHuman: What is a comet?\n\nAssistant: Ice.",
                "rejected": "\n\nHuman: What is a comet?\n\nAssistant: A star.",
            },
            "What is a comet?",
            True,
        ),
    ],
    ids=["explicit", "implicit", "conversation", "implicit conversation", "repeated", "transcript"],
)
def test_preference_data_becomes_an_unjudged_comparison(
    tmp_path: Path, pair: dict[str, Any], prompt: str, is_conversation: bool
) -> None:
    (parsed,) = read(tmp_path, json_lines({**pair, "margin": 0.5}))

    comparison = parsed.comparison
    responses = {"a": comparison.response_a.strip(), "b": comparison.response_b.strip()}
    assert parsed.judgment is None
    assert comparison.prompt == prompt
    assert (comparison.messages == PROMPT) is is_conversation
    assert sorted(responses.values()) == ["A star.", "Ice."]
    assert responses[comparison.label] == "Ice."
    assert comparison.metadata == {"margin": 0.5}


def test_the_place_of_a_response_does_not_tell_which_was_chosen(tmp_path: Path) -> None:
    pairs = [{"prompt": f"p{n}", "chosen": "yes", "rejected": "no"} for n in range(400)]
    turned = [{**pair, "chosen": "no", "rejected": "yes"} for pair in pairs]

    labels = [parsed.comparison.label for parsed in read(tmp_path, json_lines(*pairs))]
    others = [parsed.comparison for parsed in read(tmp_path, json_lines(*turned))]

    assert 150 < labels.count("a") < 250
    assert [one.label for one in others] == ["b" if label == "a" else "a" for label in labels]


def label_studio_task(**annotation: Any) -> dict[str, Any]:
    verdict = {"type": "pairwise", "value": {"selected": "right"}}
    return {
        "id": 7,
        "data": {"prompt": "What is a comet?", "answer1": "Ice.", "answer2": "A star."},
        "annotations": [
            {"completed_by": 3, "result": [verdict], "lead_time": 4.2, **annotation},
            {"completed_by": {"id": 4, "email": "b@example.org"}, "result": [verdict]},
        ],
    }


def test_a_label_studio_export_gives_one_judgment_per_annotation(tmp_path: Path) -> None:
    content = json.dumps([label_studio_task()], indent=1).encode()

    first, second = read(tmp_path, content, "export.json")

    assert first.comparison == second.comparison
    assert first.comparison.external_id == "7"
    assert (first.comparison.response_a, first.comparison.response_b) == ("Ice.", "A star.")
    assert first.judgment and second.judgment
    assert (first.judgment.annotator, second.judgment.annotator) == ("3", "b@example.org")
    assert (first.judgment.direction, first.judgment.active_ms) == (1, 4200)


def test_a_cancelled_label_studio_annotation_is_no_judgment(tmp_path: Path) -> None:
    task = label_studio_task(was_cancelled=True, result=[])

    (only,) = read(tmp_path, json.dumps([task]).encode(), "export.json")

    assert only.judgment and only.judgment.annotator == "b@example.org"


def test_a_mapping_names_the_columns_of_fields(tmp_path: Path) -> None:
    content = csv_text({"question": "p", "left": "a", "right": "b", "prompt": "taken"})
    mapping = {"prompt": "question", "response_a": "left", "response_b": "right"}

    (parsed,) = read(tmp_path, content, "f.csv", mapping=mapping)

    assert (parsed.comparison.prompt, parsed.comparison.response_b) == ("p", "b")
    assert parsed.comparison.metadata == {"file.prompt": "taken"}


def test_good_rows_around_a_bad_one_are_still_read(tmp_path: Path) -> None:
    rows = [row(item_id=f"q{n}", strength=-1 if n == 150 else 1) for n in range(300)]

    found = read_all(tmp_path, json_lines(*rows))

    bad = [one for one in found if isinstance(one, BadRow)]
    assert [(one.line, one.field) for one in bad] == [(151, "strength")]
    assert len(found) == 300


@pytest.mark.parametrize("size", [65_530, 65_536, 131_072, 300_000])
def test_an_array_is_read_across_the_edges_of_its_pieces(tmp_path: Path, size: int) -> None:
    rows = [row(item_id="long", prompt='[{\\"' * (size // 4)), row(item_id="é" * 50)]

    parsed = read(tmp_path, json.dumps(rows, ensure_ascii=False).encode(), "f.json")

    assert [one.comparison.prompt for one in parsed] == [one["prompt"] for one in rows]


def test_a_file_is_read_row_by_row(tmp_path: Path) -> None:
    path = tmp_path / "f.jsonl"
    path.write_bytes(json_lines(*(row(item_id=f"q{n}") for n in range(40_000))))
    reader = FileReader(path, name="f.jsonl", limits=Limits())

    next(reader.rows())

    assert reader.position < reader.size / 4
    reader.close()


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
NAME = TEXT.map(str.strip).filter(bool)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "external_id": NAME,
            "prompt": TEXT,
            "response_a": TEXT,
            "response_b": TEXT,
            "annotator": NAME,
            "choice": st.sampled_from(["a", "b", "tie", "both_good", "both_bad", "cannot_judge"]),
            "rationale": TEXT,
        }
    ),
    min_size=1,
    max_size=5,
)


@given(rows=ROWS)
@pytest.mark.parametrize("container", ["jsonl", "json", "csv", "parquet"])
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_texts_come_through_a_container_unchanged(
    tmp_path: Path, container: str, rows: list[dict[str, str]]
) -> None:
    write = {
        "jsonl": lambda: json_lines(*rows),
        "json": lambda: json.dumps(rows).encode(),
        "csv": lambda: csv_text(*rows),
        "parquet": lambda: parquet(rows),
    }

    parsed = read(tmp_path, write[container](), f"f.{container}")

    for given_row, found in zip(rows, parsed, strict=True):
        assert found.judgment is not None
        assert found.comparison.external_id == given_row["external_id"]
        assert found.comparison.prompt == given_row["prompt"]
        assert found.comparison.response_a == given_row["response_a"]
        assert found.comparison.response_b == given_row["response_b"]
        assert found.judgment.rationale == given_row["rationale"]


@given(content=st.binary(max_size=400), name=st.sampled_from(["f.jsonl", "f.csv", "f.json", "f"]))
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_end_in_rows_or_in_a_reason(tmp_path: Path, content: bytes, name: str) -> None:
    try:
        rows = read_all(tmp_path, content, name)
    except BadFile as problem:
        assert problem.reason
    else:
        assert all(one.reason for one in rows if isinstance(one, BadRow))
