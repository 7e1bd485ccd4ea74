"""What a dataset version leaves behind, and what it never does."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pyarrow.parquet as pq
import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection
from django.utils import timezone

from annotation.models import Comparison, Exclusion, Judgment
from feedback_platform.jobs import claims
from feedback_platform.jobs.services import STALE_AFTER, request_cancel, rescue_work
from quality.curation.recipe import Recipe
from quality.models import DatasetVersion
from quality.services.datasets import (
    build_dataset,
    create_dataset,
    remove_unfinished_datasets,
    request_dataset,
)
from tests import factories
from tests.quality.stored import add, build, read_lines, store

pytestmark = pytest.mark.django_db(transaction=True)

ANNOTATORS = [f"annotator{i}" for i in range(6)]


def made_up(n=60, prefix="item"):
    """Comparisons of ``n`` prompts, judged by six annotators who mostly agree."""
    lines = []
    for item in range(n):
        for number, annotator in enumerate(ANNOTATORS):
            choice = "a" if (item * 7 + number * 3) % 10 < 7 else "tie" if item % 3 else "b"
            lines.append(
                {
                    "item_id": f"{prefix}{item}",
                    "prompt": f"Prompt {prefix} {item}",
                    "response_a": f"First {item}",
                    "response_b": f"Second {item}",
                    "annotator": annotator,
                    "choice": choice,
                    "strength": (item + number) % 4 + 1,
                }
            )
    return lines


def table(folder, name):
    return {row["comparison_id"]: row for row in read_lines(folder / name)}


def all_rows(folder):
    return {
        row["comparison_id"]: row
        for split in ("train", "validation", "test")
        for row in read_lines(folder / "preference" / f"{split}.jsonl")
    }


def datasets_folder(settings):
    return Path(settings.VAR_DIR) / "datasets"


def database_url():
    """The database of this test, for another process."""
    at = connection.settings_dict
    parts = [at["USER"], at["PASSWORD"], at["NAME"], at["HOST"]]
    user, password, name, host = (quote(str(part), safe="") for part in parts)
    return f"postgresql://{user}:{password}@/{name}?host={host}"


def test_the_same_judgments_and_recipe_give_the_same_bytes(tmp_path):
    project = store(made_up())

    first = build(project, tmp_path / "first", "--seed", "4")
    second = build(project, tmp_path / "second", "--seed", "4")

    # The card and the manifest name their version; the data do not.
    differing = {
        name for name in first["sha256"] if first["sha256"][name] != second["sha256"][name]
    }
    assert differing == {"README.md", "manifest.json"}
    assert second["version"] != first["version"]


def test_every_file_has_the_digest_that_the_manifest_and_the_row_say(tmp_path):
    project = store(made_up())

    document = build(project, tmp_path / "out")

    for name, digest in document["sha256"].items():
        for folder in (tmp_path / "out", Path(document["path"])):
            assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    on_disk = {p.relative_to(tmp_path / "out").as_posix() for p in (tmp_path / "out").rglob("*.*")}
    assert on_disk == set(document["sha256"])
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["version"] == document["version"]
    assert DatasetVersion.objects.get().manifest == manifest


def test_jsonl_and_parquet_hold_the_same_rows(tmp_path):
    project = store(made_up())

    document = build(project, tmp_path / "out")

    names = [name for name in document["sha256"] if name.endswith(".jsonl")]
    assert len(names) == 8
    for name in names:
        parquet = pq.read_table(tmp_path / "out" / name.replace(".jsonl", ".parquet"))
        assert parquet.to_pylist() == read_lines(tmp_path / "out" / name)


def test_splits_have_one_schema_even_when_one_is_empty(tmp_path):
    project = store(made_up(3))

    document = build(project, tmp_path / "out")

    assert 0 in document["splits"].values()
    for kind in ("preference", "unpaired"):
        schemas = [
            pq.read_schema(tmp_path / "out" / kind / f"{split}.parquet")
            for split in ("train", "validation", "test")
        ]
        assert schemas[0] == schemas[1] == schemas[2]
    card = (tmp_path / "out" / "README.md").read_text()
    for split, rows in document["splits"].items():
        # A split without rows is left out, because load_dataset refuses it.
        assert (f"path: preference/{split}.parquet" in card) == bool(rows)


def test_one_conversation_makes_the_whole_version_conversational(tmp_path):
    project = store(made_up())
    turns = [
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": "Hello to you."},
        {"role": "user", "content": "Tell me more"},
    ]
    Comparison.objects.filter(external_id="item0").update(messages=turns)

    build(project, tmp_path / "out")

    comparisons = table(tmp_path / "out", "comparisons/comparisons.jsonl")
    assert comparisons["item0"]["prompt"] == turns
    assert comparisons["item1"]["prompt"] == [{"role": "user", "content": "Prompt item 1"}]
    for row in all_rows(tmp_path / "out").values():
        assert [turn["role"] for turn in row["chosen"]] == ["assistant"]


def test_unpaired_rows_are_both_responses_of_each_row(tmp_path):
    project = store(made_up())

    build(project, tmp_path / "out")

    for split in ("train", "validation", "test"):
        expected = []
        for row in read_lines(tmp_path / "out" / "preference" / f"{split}.jsonl"):
            for response, label in ((row["chosen"], True), (row["rejected"], False)):
                expected.append({"prompt": row["prompt"], "completion": response, "label": label})
        assert read_lines(tmp_path / "out" / "unpaired" / f"{split}.jsonl") == expected


def test_what_held_out_annotators_say_changes_no_training_row(tmp_path):
    lines = made_up()
    before = build(store(lines), tmp_path / "before")
    project = DatasetVersion.objects.get().project
    held_out = {
        member.name
        for member in project.memberships.all()
        if member.pseudonym in before["holdout_annotators"]
    }
    turned = {"a": "b", "b": "tie", "tie": "a"}
    other = [
        {**line, "choice": turned[line["choice"]]} if line["annotator"] in held_out else line
        for line in lines
    ]
    # The same people under the same pseudonyms, in another project.
    twin = factories.make_project(slug="twin", pseudonym_key=project.pseudonym_key)
    add(twin, other)

    after = build(twin, tmp_path / "after")

    assert held_out
    assert after["holdout_annotators"] == before["holdout_annotators"]
    for kind in ("preference", "unpaired"):
        for split in ("train", "validation", "test"):
            name = f"{kind}/{split}.parquet"
            assert after["sha256"][name] == before["sha256"][name]
    assert (
        after["sha256"]["judgments/judgments.jsonl"]
        != before["sha256"]["judgments/judgments.jsonl"]
    )


def test_more_data_moves_no_comparison_to_another_split(tmp_path):
    project = store(made_up())
    build(project, tmp_path / "before")
    add(project, made_up(40, prefix="later"))

    build(project, tmp_path / "after")

    before = table(tmp_path / "before", "comparisons/comparisons.jsonl")
    after = table(tmp_path / "after", "comparisons/comparisons.jsonl")
    assert len(after) == len(before) + 40
    for item, row in before.items():
        assert after[item]["split"] == row["split"]


def test_repeats_revised_and_excluded_judgments_count_nowhere(tmp_path, carol):
    lines = made_up()
    # Everybody judges again, the other way round: a second occasion.
    again = [{**line, "choice": {"a": "b", "b": "a"}.get(line["choice"], "a")} for line in lines]
    project = store(lines + again)
    first = Judgment.objects.filter(comparison__external_id="item0", occasion=1).order_by("pk")
    revised, excluded = first[0], first[1]
    Judgment.objects.create(
        project=project,
        comparison=revised.comparison,
        annotator=revised.annotator,
        seat=revised.seat,
        occasion=1,
        outcome="cannot_judge",
        supersedes=revised,
    )
    Exclusion.objects.create(judgment=excluded, reason="Clicked through", person=carol)

    build(project, tmp_path / "out", "--holdout-annotators", "0", "--min-votes", "1")

    judgments = read_lines(tmp_path / "out" / "judgments" / "judgments.jsonl")
    of_item = [row for row in judgments if row["comparison_id"] == "item0"]
    assert len(of_item) == 2 * len(ANNOTATORS) - 1
    assert [row["outcome"] for row in of_item].count("cannot_judge") == 1
    # Six first judgments, one of them revised to no value, one excluded.
    assert all_rows(tmp_path / "out")["item0"]["n_judgments"] == 4


def test_the_judgments_file_is_in_own_order_with_scaled_values(tmp_path):
    project = store(made_up())

    build(project, tmp_path / "out")

    stored = Judgment.objects.values_list(
        "comparison__external_id", "annotator__pseudonym", "preference"
    )
    rows = read_lines(tmp_path / "out" / "judgments" / "judgments.jsonl")
    written = {(row["comparison_id"], row["annotator"]): row for row in rows}
    assert len(rows) == len(stored) == len(written)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    for item, annotator, preference in stored:
        row = written[item, annotator]
        fitted = manifest["normalisation"]["annotators"][annotator]
        assert row["preference"] == preference
        assert row["scaled_preference"] == pytest.approx(preference / fitted["scale"])
        assert row["held_out"] == (annotator in manifest["holdout_annotators"])
        # Held-out annotators have no training judgment, so nothing to centre by.
        expected = 0 if fitted["z_flag"] else (preference - fitted["mean"]) / fitted["sd"]
        assert row["z"] == pytest.approx(expected)
        assert row["z_flag"] == ("too_few_judgments" if row["held_out"] else "")


def test_one_prompt_is_refused_and_leaves_nothing(tmp_path, settings, capsys):
    lines = [{**line, "prompt": "The same"} for line in made_up()]
    project = store(lines)
    before = set(datasets_folder(settings).glob("*"))

    with pytest.raises(SystemExit) as left:
        build(project, tmp_path / "out")

    assert left.value.code == 2
    assert "--split-by comparison" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert set(datasets_folder(settings).glob("*")) == before
    assert DatasetVersion.objects.get().state == "failed"


def test_one_prompt_can_be_split_by_comparison(tmp_path):
    project = store([{**line, "prompt": "The same"} for line in made_up()])

    document = build(project, tmp_path / "out", "--split-by", "comparison")

    assert all(document["splits"].values())


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--min-judgments", "0"], "min-judgments"),
        (["--min-votes", "-1"], "min-votes"),
        (["--min-confidence", "1.5"], "min-confidence"),
        (["--min-confidence", "often"], "often"),
        (["--min-confidence", "nan"], "min-confidence"),
        (["--min-confidence", "1e999999"], "min-confidence"),
        (["--min-confidence", "0.1234567"], "6 decimal places"),
        (["--holdout-annotators", "0.9"], "holdout-annotators"),
        (["--seed", "-1"], "seed"),
    ],
)
def test_options_out_of_range_are_bad_input(project, capsys, options, named):
    with pytest.raises(SystemExit) as left:
        call_command("build_dataset", project.slug, *options)

    assert left.value.code == 2
    assert named in capsys.readouterr().err
    assert not DatasetVersion.objects.exists()


def test_an_unknown_project_is_bad_input(db, capsys):
    with pytest.raises(SystemExit) as left:
        call_command("build_dataset", "nowhere")

    assert left.value.code == 2
    assert "nowhere" in capsys.readouterr().err


def test_an_occupied_folder_is_not_overwritten(tmp_path, capsys):
    project = store(made_up())
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "README.md").write_text("mine")

    with pytest.raises(SystemExit) as left:
        build(project, tmp_path / "out")

    assert left.value.code == 2
    assert "not an empty folder" in capsys.readouterr().err
    assert (tmp_path / "out" / "README.md").read_text() == "mine"


def test_a_cancelled_build_leaves_no_folder(settings, carol):
    project = store(made_up())
    version = request_dataset(project=project, recipe=Recipe(), requested_by=carol)
    request_cancel(version)

    build_dataset(version_id=version.pk)

    version.refresh_from_db()
    assert version.state == "cancelled"
    assert not version.folder.exists()


def test_a_build_cancelled_while_it_runs_leaves_no_folder(settings, monkeypatch):
    monkeypatch.setattr(claims, "FLUSH_SECONDS", 0.01)
    version = create_dataset(project=store(made_up(300)), recipe=Recipe())
    request_cancel(version)

    with pytest.raises(claims.Cancelled):
        build_dataset(version_id=version.pk, fence=version.fence)

    version.refresh_from_db()
    assert version.state == "cancelled"
    assert not version.folder.exists()
    assert not list(datasets_folder(settings).glob(f".building-{version.pk}-*"))


def test_a_second_delivery_does_nothing(carol):
    project = store(made_up())
    version = request_dataset(project=project, recipe=Recipe(), requested_by=carol)
    build_dataset(version_id=version.pk)
    written = version.folder.stat().st_mtime_ns

    build_dataset(version_id=version.pk)

    assert version.folder.stat().st_mtime_ns == written


@pytest.mark.parametrize("change", ["update", "delete"])
def test_a_succeeded_version_is_never_edited_or_deleted(tmp_path, change):
    build(store(made_up()), tmp_path / "out")
    version = DatasetVersion.objects.all()

    with pytest.raises(IntegrityError, match="never edited"):
        version.update(manifest_digest="") if change == "update" else version.delete()

    assert DatasetVersion.objects.get().manifest_digest


def test_what_killed_builds_left_is_removed_and_the_rest_stays(settings, carol):
    project = store(made_up())
    kept = request_dataset(project=project, recipe=Recipe(), requested_by=carol)
    build_dataset(version_id=kept.pk)
    # Killed after the folder was moved and before the row said so; and while writing.
    moved = DatasetVersion.objects.create(project=project, state="failed", fence=1)
    moved.folder.mkdir()
    running = DatasetVersion.objects.create(project=project, state="running", fence=2)
    old, new = (datasets_folder(settings) / f".building-{running.pk}-{n}" for n in (1, 2))
    old.mkdir()
    new.mkdir()

    removed = remove_unfinished_datasets()

    assert removed == 2
    assert kept.folder.is_dir() and new.is_dir()
    assert not moved.folder.exists() and not old.exists()
    new.rmdir()


def test_a_killed_build_leaves_no_version_and_is_cleared_by_the_next(settings, tmp_path):
    project = store(made_up(1_500))
    build_process = subprocess.Popen(
        [sys.executable, "manage.py", "build_dataset", project.slug],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": database_url()},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    written = []
    give_up = time.monotonic() + 60
    while not written and time.monotonic() < give_up:
        written = list(datasets_folder(settings).glob(".building-*/comparisons/*.jsonl"))
        time.sleep(0.01)
    build_process.send_signal(signal.SIGKILL)
    build_process.wait()

    killed = DatasetVersion.objects.get()
    assert written, "the build ended before it was seen"
    assert killed.state == "running" and killed.manifest is None
    assert not killed.folder.exists()

    stale = timezone.now() - STALE_AFTER - timedelta(seconds=1)
    DatasetVersion.objects.filter(pk=killed.pk).update(heartbeat_at=stale)
    rescue_work()
    document = build(project, tmp_path / "out")

    killed.refresh_from_db()
    assert killed.state == "failed" and "Run it again" in killed.error
    left = {folder.name for folder in datasets_folder(settings).glob(".*")}
    assert not {name for name in left if name.startswith(f".building-{killed.pk}-")}
    assert not killed.folder.exists()
    assert Path(document["path"]).is_dir()
