"""What the import command adds, reports and leaves alone."""

import json
import math
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from annotation.models import Comparison, Import, Judgment, Membership, Project, Seat
from tests.annotation.importing import json_lines, row, row_counts, run_import
from tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)


class Importer:
    """Writes rows to a file and imports it."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._folder = folder
        self._capsys = capsys

    def __call__(self, *rows: dict[str, Any], options: tuple[str, ...] = ()) -> dict[str, Any]:
        path = self._folder / "f.jsonl"
        path.write_bytes(json_lines(*rows))
        return self.file(path, *options)

    def file(self, path: Path, *options: str) -> dict[str, Any]:
        return run_import(self._capsys, path, "--create", *options)


@pytest.fixture
def import_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Importer:
    return Importer(tmp_path, capsys)


def imported() -> Project:
    return Project.objects.get(slug="imported")


@pytest.mark.parametrize(
    ("name", "n_comparisons", "n_judgments", "n_annotators", "choices"),
    [
        ("pandalm", 999, 2997, 3, (1255, 326, 1416)),
        ("rankgen", 200, 609, 8, (292, 0, 317)),
        ("typing_comfort", 165, 4490, 61, (2605, 0, 1885)),
    ],
)
def test_a_real_file_is_imported_once(
    shared_data: Path,
    import_rows: Importer,
    name: str,
    n_comparisons: int,
    n_judgments: int,
    n_annotators: int,
    choices: tuple[int, int, int],
) -> None:
    path = shared_data / f"{name}_annotations.jsonl.gz"

    first = import_rows.file(path)
    after_first = row_counts()
    second = import_rows.file(path)

    assert (first["comparisons"], first["judgments"]) == (n_comparisons, n_judgments)
    assert (first["duplicates"], first["rejected"]) == (0, [])
    assert (second["comparisons"], second["judgments"]) == (0, 0)
    assert second["duplicates"] == n_judgments
    assert row_counts() == {**after_first, "annotation.Import": 2}
    assert imported().offers_tie is (choices[1] > 0)
    assert Membership.objects.filter(user=None).count() == n_annotators
    assert set(Seat.objects.values_list("state", flat=True)) == {"filled"}
    signs = Counter(
        (preference > 0) - (preference < 0)
        for preference in Judgment.objects.values_list("preference", flat=True)
    )
    assert (signs[-1], signs[0], signs[1]) == choices


def test_real_strengths_become_thirds_of_the_maximum(
    shared_data: Path, import_rows: Importer
) -> None:
    import_rows.file(shared_data / "typing_comfort_annotations.jsonl.gz")

    job = Import.objects.get()
    assert job.strength_maximum == 1.0
    for preference, strength in Judgment.objects.values_list("preference", "raw_strength"):
        thirds = 3 * Fraction(str(strength))
        assert abs(preference) == max(1, math.ceil(thirds))


def test_a_strength_on_the_edge_of_a_third_stays_below_it(import_rows: Importer) -> None:
    # As binary fractions 3 * 0.2 / 0.3 is above 2.
    strengths = [0, 0.1, 0.2, 0.2000001, 0.3]

    import_rows(*(row(item_id=f"q{n}", strength=one) for n, one in enumerate(strengths)))

    stored = Judgment.objects.order_by("pk").values_list("preference", flat=True)
    assert list(stored) == [-1, -1, -2, -3, -3]


def test_a_row_is_stored_as_the_file_says_it(import_rows: Importer) -> None:
    import_rows(
        row(
            choice="b",
            strength=2,
            swapped=True,
            ts="2022-05-10T08:42:35Z",
            duration_s=125,
            rationale="Right.",
            group="space",
            model_a="m1",
            model_b="m2",
            topic="sky",
        ),
        row(annotator="second", choice="tie", strength=1),
        row(annotator="third", choice="cannot_judge"),
        row(annotator="fourth"),
    )

    comparison = Comparison.objects.get()
    assert (comparison.external_id, comparison.group) == ("q1", "space")
    assert (comparison.model_a, comparison.model_b) == ("m1", "m2")
    assert comparison.metadata == {"topic": "sky"}
    first, second, third, fourth = Judgment.objects.order_by("pk")
    assert (first.preference, first.raw_strength, first.swapped) == (3, 2.0, True)
    assert first.submitted_at.isoformat() == "2022-05-10T08:42:35+00:00"
    assert (first.active_ms, first.rationale) == (125_000, "Right.")
    assert (second.preference, second.raw_strength, second.swapped) == (0, 1.0, None)
    assert (third.outcome, third.preference) == ("cannot_judge", None)
    assert (fourth.preference, fourth.raw_strength) == (-1, None)
    assert len({one.seat_id for one in (first, second, third, fourth)}) == 4


def test_repeats_of_an_annotator_are_occasions_in_one_seat(import_rows: Importer) -> None:
    import_rows(row(choice="a"), row(annotator="other"), row(choice="b"), row(choice="b"))

    repeats = Judgment.objects.filter(annotator__name="ann").order_by("occasion")
    assert [(one.occasion, one.preference) for one in repeats] == [(1, -1), (2, 1), (3, 1)]
    assert len({one.seat_id for one in repeats}) == 1
    assert Seat.objects.count() == 2


def test_a_longer_file_adds_only_what_is_new(import_rows: Importer) -> None:
    old = [row(), row(choice="b"), row(item_id="q2", annotator="other")]
    import_rows(*old)

    answer = import_rows(*old, row(choice="tie"), row(item_id="q3"))

    assert (answer["comparisons"], answer["judgments"], answer["duplicates"]) == (1, 2, 3)
    repeats = Judgment.objects.filter(comparison__external_id="q1", annotator__name="ann")
    assert sorted(repeats.values_list("occasion", flat=True)) == [1, 2, 3]
    assert repeats.values("seat").distinct().count() == 1


def test_a_file_that_contradicts_a_stored_judgment_is_refused(import_rows: Importer) -> None:
    import_rows(row())
    before = row_counts()

    answer = import_rows(row(choice="b"))

    assert answer["exit"] == 2
    assert answer["rejected"][0]["field"] == "choice"
    assert row_counts() == before


def test_a_file_that_contradicts_a_stored_comparison_is_refused(import_rows: Importer) -> None:
    import_rows(row())

    answer = import_rows(row(item_id="q0"), row(annotator="new", response_a="Other."))

    assert answer["exit"] == 2
    (problem,) = answer["rejected"]
    assert (problem["line"], problem["field"]) == (2, "external_id")
    assert "in the project" in problem["reason"]
    assert Comparison.objects.count() == 1


def test_judgments_join_comparisons_that_are_there(import_rows: Importer) -> None:
    import_rows(row(annotator=None, choice=None, model_a="m1"))

    answer = import_rows(row())

    assert (answer["comparisons"], answer["judgments"]) == (0, 1)
    assert Judgment.objects.get().comparison.model_a == "m1"


def test_unjudged_comparisons_are_released_in_file_order(import_rows: Importer) -> None:
    rows = [row(item_id=f"q{n}", annotator=None, choice=None) for n in (3, 1, 2)]

    answer = import_rows(*rows, rows[0])

    assert (answer["comparisons"], answer["duplicates"]) == (3, 1)
    first_round = Seat.objects.filter(turn=0).order_by("position")
    assert [seat.comparison.external_id for seat in first_round] == ["q3", "q1", "q2"]
    assert Seat.objects.filter(state="free").count() == 3 * imported().overlap


def test_preference_rows_keep_their_label_in_the_metadata(import_rows: Importer) -> None:
    answer = import_rows({"prompt": "p", "chosen": "yes", "rejected": "no", "margin": 0.4})

    assert (answer["comparisons"], answer["judgments"]) == (1, 0)
    comparison = Comparison.objects.get()
    better = {"a": comparison.response_a, "b": comparison.response_b}
    assert better[comparison.metadata["imported_label"]] == "yes"
    assert comparison.metadata["margin"] == 0.4


def test_bad_rows_are_skipped_on_request_and_listed_in_a_file(import_rows: Importer) -> None:
    answer = import_rows(
        row(), row(item_id="q2", strength=-1), row(item_id="q3"), options=("--skip-bad",)
    )

    assert answer["exit"] == 0
    assert (answer["comparisons"], answer["judgments"]) == (2, 2)
    assert [(one["line"], one["field"]) for one in answer["rejected"]] == [(2, "strength")]
    (listed,) = Path(answer["rejects_file"]).read_text().splitlines()
    assert json.loads(listed)["reason"] == answer["rejected"][0]["reason"]
    assert '"q2"' in json.loads(listed)["raw"]


def test_a_skipped_row_leaves_no_comparison_behind(import_rows: Importer) -> None:
    import_rows(row(item_id="q0"))
    make_user("dora", project=imported())

    answer = import_rows(
        row(annotator="dora"),
        row(item_id="q2", annotator="dora"),
        row(item_id="q3"),
        row(annotator="x"),
        options=("--skip-bad",),
    )

    assert (answer["comparisons"], answer["judgments"]) == (2, 2)
    assert [one["field"] for one in answer["rejected"]] == ["annotator", "annotator"]
    assert not Comparison.objects.filter(external_id="q2").exists()
    assert not Judgment.objects.filter(annotator__name="dora").exists()


def test_a_file_with_nothing_but_bad_rows_is_refused_even_when_they_may_be_skipped(
    import_rows: Importer,
) -> None:
    before = row_counts()

    answer = import_rows(row(choice="x"), row(choice="y"), options=("--skip-bad",))

    assert answer["exit"] == 2
    assert row_counts() == before


def test_a_check_reports_everything_and_writes_nothing(import_rows: Importer) -> None:
    before = row_counts()

    answer = import_rows(row(), row(item_id="q2", annotator="other"), options=("--check",))
    refused = import_rows(row(strength=-1), options=("--check",))

    assert (answer["exit"], answer["comparisons"], answer["judgments"]) == (0, 2, 2)
    assert (refused["exit"], refused["rejected"][0]["field"]) == (2, "strength")
    assert row_counts() == before


def test_the_format_and_columns_can_be_given(import_rows: Importer) -> None:
    answer = import_rows(
        {"q": "p", "response_a": "a", "response_b": "b", "annotator": "x", "choice": "a"},
        options=("--map", "prompt=q", "--format", "judgments"),
    )

    assert (answer["format"], answer["judgments"]) == ("judgments", 1)
    assert Comparison.objects.get().prompt == "p"


def test_an_unknown_field_in_a_mapping_is_refused(import_rows: Importer) -> None:
    answer = import_rows(row(), options=("--map", "promt=q"))

    assert answer["exit"] == 2
    assert "response_a" in answer["stderr"]
