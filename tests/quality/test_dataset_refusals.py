"""Dataset versions that are refused, and how the refusal reads."""

from pathlib import Path

import pytest
from django.core.management import call_command

from quality.models import DatasetVersion
from tests.quality.stored import build, store

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


def datasets_folder(settings):
    return Path(settings.VAR_DIR) / "datasets"


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
