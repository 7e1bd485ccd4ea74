import csv
import gzip
import json

import pyarrow as pa
import pyarrow.parquet
import pytest

from tests.training_bridge.builders import planted_rows, version_folder, write_rows
from training_bridge.reward_model.errors import TrainingRefused
from training_bridge.reward_model.pairs import Pair
from training_bridge.reward_model.sources import load_source
from training_bridge.reward_model.splits import split_by_groups

GOOD = {"prompt": "p", "chosen": "c", "rejected": "r"}


def load(path, **options):
    return load_source(path, **{"validation_groups": None, "seed": 0, **options})


def test_jsonl_csv_parquet_and_gzip_give_the_same_rows(tmp_path):
    rows = [{**row, "margin": 0.4, "group": f"g{n % 8}"} for n, row in enumerate(planted_rows(24))]
    plain = write_rows(tmp_path / "rows.jsonl", rows)
    packed = tmp_path / "rows.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    table = tmp_path / "rows.csv"
    with table.open("w", newline="") as out:
        writer = csv.DictWriter(out, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    columns = tmp_path / "rows.parquet"
    pyarrow.parquet.write_table(pa.Table.from_pylist(rows), columns)

    found = [load(path) for path in (plain, packed, table, columns)]

    assert all(data.train == found[0].train for data in found)
    assert all(data.validation == found[0].validation for data in found)
    assert found[0].train[0].margin == 0.4


def test_a_tenth_of_the_groups_validates_and_no_prompt_crosses(tmp_path):
    data = load(write_rows(tmp_path / "rows.jsonl", planted_rows(400, prompts=40)))

    assert len(data.validation_groups) == 4
    assert not {p.prompt for p in data.train} & {p.prompt for p in data.validation}
    assert len(data.train) + len(data.validation) == 400


def test_groups_that_share_a_prompt_stay_together():
    pairs = [
        Pair("shared", "a", "b", "one"),
        Pair("shared", "c", "d", "two"),
        Pair("own", "e", "f", "two"),
        Pair("other", "g", "h", "three"),
    ]

    for seed in range(20):
        split = split_by_groups(pairs, validation_groups=1, seed=seed)
        assert {len(split.train), len(split.validation)} == {1, 3}


def test_rows_with_a_validation_response_are_set_aside_and_counted():
    pairs = [Pair(f"p{n}", f"own {n}", "common" if n < 3 else "", f"g{n}") for n in range(6)]

    for seed in range(20):
        split = split_by_groups(pairs, validation_groups=1, seed=seed)
        texts = {text for p in split.validation for text in (p.chosen, p.rejected)} - {""}
        assert not texts & {text for p in split.train for text in (p.chosen, p.rejected)}
        assert len(split.train) + split.set_aside == 5
        assert split.set_aside == (2 if "common" in texts else 0)


def test_another_row_moves_no_group_to_the_other_side():
    pairs = [Pair(f"p{n}", f"c{n}", f"r{n}", f"g{n}") for n in range(30)]

    before = split_by_groups(pairs, validation_groups=3, seed=1)
    after = split_by_groups([*pairs, Pair("p0", "new", "newer", "g0")], validation_groups=3, seed=1)

    assert before.validation_groups == after.validation_groups


def test_messages_are_read_as_one_text(tmp_path):
    rows = [
        {
            "prompt": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": q}],
            "chosen": [{"role": "assistant", "content": f"yes\r\n{q}"}],
            "rejected": [{"role": "assistant", "content": f"no {q}"}],
        }
        for q in ("Really?", "Truly?")
    ]

    data = load(write_rows(tmp_path / "rows.jsonl", rows))

    (one,) = data.validation
    question = one.prompt.removeprefix("system: Be brief.\n\nuser: ")
    assert question in {"Really?", "Truly?"}
    assert one.chosen == f"yes\n{question}"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (
            json.dumps({"prompt": "p", "chosen": "c"}).encode(),
            "line 1: field 'rejected' is missing",
        ),
        (json.dumps({**GOOD, "chosen": 3}).encode(), "field 'chosen': expected a text"),
        (json.dumps({**GOOD, "margin": -1}).encode(), "'margin' is no number of 0 or more"),
        (json.dumps({**GOOD, "margin": float("nan")}).encode(), "'margin' is no number"),
        (b'{"prompt": "p", "chosen": "\\ud800", "rejected": "r"}', "surrogate"),
        (json.dumps(GOOD).encode() + b"\n{cut", "line 2: not JSON"),
        (b"{" + b'"a":[' * 100_000, "line 1: not JSON"),
        (b'{"prompt": "\xff"}', "not UTF-8"),
        (b"just words\nmore", "neither JSONL nor a CSV"),
        (b'prompt,chosen,rejected\n"open,', "line 2"),
        (b"prompt,chosen,rejected\np,c,r,x\n", "too many columns"),
        (b"prompt,chosen,rejected\n", "has no rows"),
        (b"PAR1 and nothing more", "damaged Parquet"),
        (gzip.compress(json.dumps(GOOD).encode() * 50, mtime=0)[:-12], "damaged or cut-off gzip"),
        (json.dumps(GOOD).encode(), "has 1 groups"),
    ],
)
def test_a_broken_file_is_refused_with_the_place_and_the_reason(tmp_path, content, message):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(content)

    with pytest.raises(TrainingRefused, match=message):
        load(path)


def test_a_changed_file_of_a_version_is_refused(tmp_path):
    rows = [{**row, "split": "train", "prompt_group": "g"} for row in planted_rows(4)]
    folder = version_folder(tmp_path / "version", rows=rows)
    with (folder / "preference/train.jsonl").open("a") as out:
        out.write(json.dumps(rows[0]) + "\n")

    with pytest.raises(TrainingRefused, match="changed after the version was built"):
        load(folder)


@pytest.mark.parametrize("damage", ["missing", "empty", "not json", "no files"])
def test_a_folder_without_a_usable_manifest_is_refused(tmp_path, damage):
    folder = version_folder(tmp_path / "version", rows=[])
    manifest = folder / "manifest.json"
    contents = {"empty": "", "not json": "{", "no files": "{}"}
    if damage == "missing":
        manifest.unlink()
    else:
        manifest.write_text(contents[damage])

    with pytest.raises(TrainingRefused, match="manifest"):
        load(folder)


def test_a_version_without_training_rows_is_refused(tmp_path):
    with pytest.raises(TrainingRefused, match="no training rows"):
        load(version_folder(tmp_path / "version", rows=[]))


def test_validation_groups_are_for_preference_files_only(tmp_path):
    with pytest.raises(TrainingRefused, match="has its validation rows already"):
        load(version_folder(tmp_path / "version", rows=[]), validation_groups=2)
