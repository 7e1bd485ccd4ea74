"""Guidelines: versions, who has read them, and what changed."""

import pytest
from django.db import Error, transaction
from django.test import Client
from django.urls import reverse

from annotation.differences import Line, differences
from annotation.models import Guidelines, Membership, Project
from annotation.selectors.guidelines import guidelines_in_force, guidelines_text, reading_of
from annotation.services.guidelines import acknowledge_guidelines, publish_guidelines
from feedback_platform.errors import BadInput, Conflict
from feedback_platform.models import User


def url(name: str = "guidelines", *more: int) -> str:
    return reverse(f"annotation:{name}", args=["project", *more])


def test_each_publication_is_a_new_version_in_force(project: Project, carol: User) -> None:
    publish_guidelines(project=project, text=" Be fair.\r\n", person=carol)
    publish_guidelines(project=project, text="Be fair and kind.", note="kind", person=carol)

    stored = Project.objects.get()
    texts = Guidelines.objects.order_by("number").values_list("number", "text", "note")
    assert list(texts) == [(1, "Be fair.", ""), (2, "Be fair and kind.", "kind")]
    assert (stored.guidelines_number, guidelines_text(stored)) == (2, "Be fair and kind.")


def test_a_version_is_never_edited(project: Project) -> None:
    publish_guidelines(project=project, text="Be fair.")

    with pytest.raises(Error, match="never edited"), transaction.atomic():
        Guidelines.objects.update(text="Be unfair.")


@pytest.mark.parametrize(("text", "reason"), [(" \n", "Write"), ("x" * 100_001, "at most")])
def test_guidelines_need_a_text_of_bounded_length(project: Project, text: str, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        publish_guidelines(project=project, text=text)

    assert guidelines_in_force(project) is None


def test_the_text_in_force_is_not_published_again(project: Project) -> None:
    publish_guidelines(project=project, text="Be fair.")

    with pytest.raises(Conflict, match="version 1, in force already"):
        publish_guidelines(project=project, text="Be fair.\n")


def test_who_wrote_on_an_older_version_is_told(project: Project) -> None:
    publish_guidelines(project=project, text="Be fair.", based_on=0)

    with pytest.raises(Conflict, match="published version 1"):
        publish_guidelines(project=project, text="Be kind.", based_on=0)

    assert guidelines_text(project) == "Be fair."


def test_reading_is_noted_and_an_older_version_takes_nothing_back(
    project: Project, alice: User, carol: User
) -> None:
    for text in ("one", "two"):
        publish_guidelines(project=project, text=text, person=carol)
    reader = Membership.objects.select_related("project").get(user=alice)

    acknowledge_guidelines(membership=reader, number=1)
    assert reading_of(reader.project).n_read == 1
    acknowledge_guidelines(membership=reader, number=2)
    acknowledge_guidelines(membership=reader, number=1)

    stored = Membership.objects.get(user=alice)
    assert stored.guidelines_number == 2
    assert stored.guidelines_read_at is not None
    reading = reading_of(reader.project)
    assert (reading.n_read, reading.n_people) == (2, 2)


@pytest.mark.parametrize("number", [0, 2, -1])
def test_nobody_has_read_what_does_not_exist(project: Project, alice: User, number: int) -> None:
    publish_guidelines(project=project, text="one")
    reader = Membership.objects.select_related("project").get(user=alice)

    with pytest.raises(BadInput):
        acknowledge_guidelines(membership=reader, number=number)


def test_the_editor_publishes_and_lists_who_has_read(
    client: Client, project: Project, carol: User, alice: User
) -> None:
    client.force_login(carol)
    client.post(url(), {"text": "# Rules\n\nBe **fair**.", "note": "first", "based_on": "0"})

    page = client.get(url()).content.decode()

    assert Guidelines.objects.get().created_by == carol
    assert "1 of 2 people have read it" in page
    assert "Not read" in page
    assert "<strong>fair</strong>" in page
    assert "Publish as version 2" in page


def test_a_second_writer_keeps_the_text_and_can_publish_on_top(
    client: Client, project: Project, carol: User
) -> None:
    publish_guidelines(project=project, text="theirs")
    client.force_login(carol)

    answer = client.post(url(), {"text": "mine & ours", "note": "", "based_on": "0"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Somebody published version 1" in page
    assert "mine &amp; ours" in page
    assert 'name="based_on" value="1"' in page


def test_the_preview_is_safe_and_stores_nothing(client: Client, carol: User) -> None:
    client.force_login(carol)

    answer = client.post(
        url("guidelines_preview"), {"text": "**x** <script>alert(1)</script> [a](javascript:b)"}
    )

    page = answer.content.decode()
    assert "<strong>x</strong>" in page
    assert "<script" not in page
    assert 'href="javascript' not in page
    assert not Guidelines.objects.exists()


def test_the_history_shows_what_changed(client: Client, project: Project, carol: User) -> None:
    publish_guidelines(project=project, text="Be fair.\nRead all.", person=carol)
    publish_guidelines(project=project, text="Be kind.\nRead all.\n<b>New</b>", person=carol)
    client.force_login(carol)

    page = client.get(url("guidelines_version", 2)).content.decode()

    assert "<del>fair</del>" in page
    assert "<ins>kind</ins>" in page
    assert "&lt;b&gt;New&lt;/b&gt;" in page
    assert "Changes since" not in client.get(url("guidelines_version", 1)).content.decode()
    assert client.get(url("guidelines_version", 3)).status_code == 404


def test_unchanged_lines_far_from_a_change_are_folded() -> None:
    before = "\n".join(f"line {number}" for number in range(20))

    lines = differences(before, before.replace("line 10", "line ten"))

    assert [line.kind for line in lines] == [
        *["gap", "same", "same", "removed", "added", "same", "same", "gap"]
    ]
    assert (lines[0].n_hidden, lines[-1].n_hidden) == (8, 7)
    assert lines[4] == Line("added", (("line ", False), ("ten", True)))


def test_texts_too_long_for_words_are_compared_by_line() -> None:
    before, after = "a " * 15_000, "b " * 15_000

    assert [line.parts for line in differences(before, after)] == [
        ((before, False),),
        ((after, False),),
    ]
