"""Inviting a list of people at once."""

import csv
import io
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from annotation.formats.invitations import links_as_csv
from annotation.models import Invitation, Project, Team, TeamMember
from feedback_platform.models import User
from tests import factories

LIST = "name,role,team\nAda Lovelace,reviewer,Poets\nbob@example.org,,\n"


def send(client: Client, project: Project, text: str) -> tuple[int, str]:
    answer = client.post(reverse("annotation:invite_list", args=[project.slug]), {"text": text})
    return answer.status_code, answer.content.decode()


def downloaded(page: str) -> list[dict[str, str]]:
    """The rows of the CSV that a page offers."""
    _, _, rest = page.partition('href="data:text/csv;charset=utf-8,')
    return list(csv.DictReader(io.StringIO(unquote(rest.partition('"')[0]))))


def test_each_row_becomes_a_link_in_a_file_that_is_shown_once(
    client: Client, project: Project, carol: User
) -> None:
    Team.objects.create(project=project, name="Poets")
    client.force_login(carol)

    status, page = send(client, project, LIST)

    rows = downloaded(page)
    assert status == 200
    assert [(row["name"], row["role"], row["team"]) for row in rows] == [
        ("Ada Lovelace", "reviewer", "Poets"),
        ("bob@example.org", "annotator", ""),
    ]
    listed = client.get(reverse("annotation:invitations", args=[project.slug])).content.decode()
    assert "Ada Lovelace" in listed
    assert rows[0]["link"].rsplit("/", 2)[1] not in listed + str(list(Invitation.objects.values()))


def test_whoever_accepts_joins_with_role_and_team(
    client: Client, project: Project, carol: User
) -> None:
    team = Team.objects.create(project=project, name="Poets")
    client.force_login(carol)
    link = downloaded(send(client, project, LIST)[1])[0]["link"]
    erin = factories.make_user("erin")
    client.force_login(erin)

    client.post(link.removeprefix("http://testserver"))

    member = erin.memberships.get()
    assert member.role == "reviewer"
    assert TeamMember.objects.filter(team=team, membership=member).exists()


@pytest.mark.parametrize(
    ("text", "line", "field", "remedy"),
    [
        ("", 1, "list", "the first row names the columns"),
        ("role,team\nannotator,\n", 1, "list", "has no column name or email"),
        ("name,wage\nAda,9\n", 1, "wage", "is no column of such a list"),
        ("name,name\nAda,Ada\n", 1, "name", "is there twice"),
        ("name\n", 2, "list", "names nobody"),
        ("name,role\nAda,owner\n", 2, "role", "use annotator, reviewer or manager"),
        ("name,role\n,annotator\n", 2, "name", "is empty"),
        ("name\nAda\nada\n", 3, "name", "stands in line 2 too"),
        ("name,team\nAda,Nobody\n", 2, "team", "create it first"),
        ("name\nAda,reviewer\n", 2, "row", "2 cells for 1 columns"),
        ("name\n" + "a" * 151 + "\n", 2, "name", "shorten it"),
        ('name\n"Ada\n', 2, "row", "check its quotes"),
    ],
)
def test_a_bad_row_is_named_with_its_remedy_and_nobody_is_invited(
    client: Client,
    project: Project,
    carol: User,
    text: str,
    line: int,
    field: str,
    remedy: str,
) -> None:
    client.force_login(carol)

    # A pasted text that is empty is no list; a file that is says the same in its own words.
    file = SimpleUploadedFile("people.csv", (text or "\n").encode())
    answer = client.post(reverse("annotation:invite_list", args=[project.slug]), {"file": file})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'<td class="number">{line}</td><td><code>{field}</code></td>' in page
    assert remedy in page
    assert not Invitation.objects.exists()


def test_good_rows_beside_a_bad_one_are_not_invited_either(
    client: Client, project: Project, carol: User
) -> None:
    client.force_login(carol)

    status, page = send(client, project, "name,role\nAda,annotator\nBob,boss\n")

    assert status == 422
    assert "nobody was invited" in page
    assert not Invitation.objects.exists()


def test_the_same_list_again_invites_nobody_twice(
    client: Client, project: Project, carol: User
) -> None:
    client.force_login(carol)
    send(client, project, "name\nAda\n")

    status, page = send(client, project, "name\nADA\n")

    assert status == 422
    assert "has an open invitation" in page
    assert Invitation.objects.count() == 1


def test_more_than_a_thousand_rows_are_refused_whole(
    client: Client, project: Project, carol: User, django_assert_max_num_queries: object
) -> None:
    client.force_login(carol)
    thousand = "name\n" + "".join(f"person {n}\n" for n in range(1000))

    status, page = send(client, project, thousand + "one more\n")
    assert (status, "more than 1,000 rows" in page) == (422, True)

    with django_assert_max_num_queries(16):  # type: ignore[operator]
        status, page = send(client, project, thousand)
    assert (status, len(downloaded(page))) == (200, 1000)


def test_semicolons_and_a_byte_order_mark_are_read(
    client: Client, project: Project, carol: User
) -> None:
    client.force_login(carol)
    file = SimpleUploadedFile("people.csv", "\ufeffE-mail;Role\n".encode())
    url = reverse("annotation:invite_list", args=[project.slug])
    assert client.post(url, {"file": file}).status_code == 422

    file = SimpleUploadedFile("people.csv", "\ufeffEmail;Role\nada@x.org;Manager\n".encode())
    assert client.post(url, {"file": file}).status_code == 200

    assert Invitation.objects.get().role == "manager"


def test_a_file_that_is_no_text_is_refused(client: Client, project: Project, carol: User) -> None:
    client.force_login(carol)

    answer = client.post(
        reverse("annotation:invite_list", args=[project.slug]),
        {"file": SimpleUploadedFile("people.csv", b"\xff\xfe\x00\x81")},
    )

    assert answer.status_code == 422
    assert "no UTF-8 text" in answer.content.decode()


def test_a_label_stays_text_on_the_page_and_in_a_spreadsheet(
    client: Client, project: Project, carol: User
) -> None:
    client.force_login(carol)

    _, page = send(client, project, 'name\n<script>x</script>\n"=cmd|calc"\n')

    assert "<script>x" not in page
    assert downloaded(page)[1]["name"] == "'=cmd|calc"
    assert links_as_csv([("@x", "", "", "", "")]).splitlines()[1].startswith("'@x")


def test_all_open_invitations_are_withdrawn_at_once(
    client: Client, project: Project, carol: User
) -> None:
    client.force_login(carol)
    send(client, project, LIST.replace("Poets", ""))

    client.post(reverse("annotation:invitations_revoke", args=[project.slug]))

    assert not Invitation.objects.filter(revoked_at=None).exists()
    assert send(client, project, LIST.replace("Poets", ""))[0] == 200


def test_the_list_of_invitations_is_searched_and_paged(
    client: Client, project: Project, carol: User
) -> None:
    client.force_login(carol)
    send(client, project, "name\n" + "".join(f"person {n}\n" for n in range(30)))
    url = reverse("annotation:invitations", args=[project.slug])

    first = client.get(url).content.decode()
    found = client.get(url, {"q": "person 29"}).content.decode()
    nothing = client.get(url, {"q": "nobody"}).content.decode()

    assert "25 of 30 open invitations" in first and 'rel="next"' in first
    assert "person 29" in found and "person 28" not in found
    assert "Nothing found" in nothing
