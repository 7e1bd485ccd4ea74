"""The guide to the API names every route, and its example runs as it is written."""

import json
import os
import re
import shutil
import subprocess
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command

from annotation.models import Import, Judgment, Project
from annotation.services.arranging import arrange_seats
from feedback_platform.api.errors import REASONS
from feedback_platform.models import ApiToken, User
from feedback_platform.tokens import create_token
from quality.models import DatasetVersion, Report
from tests import factories

GUIDE = (Path(__file__).resolve().parents[1] / "docs/api.md").read_text()


def test_the_guide_lists_every_route() -> None:
    out = StringIO()
    call_command("spectacular", stdout=out)
    paths = yaml.safe_load(out.getvalue())["paths"]

    offered = {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, item in paths.items()
        for method in item
    }
    assert (
        set(re.findall(r"^\| `((?:GET|PATCH|POST|PUT) [^`]+)` \|", GUIDE, re.MULTILINE)) == offered
    )


def test_the_guide_lists_every_refusal_and_scope() -> None:
    assert {int(code) for code in re.findall(r"^\| (\d{3}) \|", GUIDE, re.MULTILINE)} == {*REASONS}
    assert re.findall(r"^\| `(\w+)` \|", GUIDE, re.MULTILINE) == ApiToken.Scope.values


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.django_db(transaction=True)
def test_the_example_runs_as_it_is_written(
    live_server: Any, project: Project, carol: User, tmp_path: Path
) -> None:
    factories.make_comparison(project)
    arrange_seats(project=project)
    row = {"prompt": "Say hello.", "response_a": "Hello.", "response_b": "Hello, you."}
    (tmp_path / "rows.jsonl").write_text(json.dumps(row))
    _, token = create_token(user=carol, name="guide", scope="manage", days=1)
    script = re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL)[0]
    places = {"PLATFORM": live_server.url, "TOKEN": token, "PROJECT": project.slug}

    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path,
        env={**os.environ, **places},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert [job.check_only for job in Import.objects.order_by("pk")] == [False, True]
    assert abs(Judgment.objects.get().preference or 0) == 2
    assert (Report.objects.count(), DatasetVersion.objects.count()) == (1, 1)
