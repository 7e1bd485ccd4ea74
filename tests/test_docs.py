"""What the documents name exists, and what exists is documented."""

import ast
import re
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

BASE = Path(__file__).resolve().parent.parent
APPS = ["feedback_platform", "annotation", "quality", "training_bridge"]
README = (BASE / "README.md").read_text()
# Read by a child process or by the tests only, so the reader of the README has no use for them.
INTERNAL = {"EMBEDDED_POSTGRES_OPTIONS", "PLAIN_STATIC"}


def environment_settings() -> set[str]:
    """The names that settings.py asks the environment for."""
    tree = ast.parse((BASE / "feedback_platform/settings.py").read_text())
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "environment"
        and call.args
        and isinstance(call.args[0], ast.Constant)
    } - INTERNAL


def commands() -> dict[str, str]:
    return {name: app for name, app in get_commands().items() if app in APPS}


def test_the_settings_table_is_the_settings() -> None:
    rows = set(re.findall(r"^\| `([A-Z_]+)` \|", README, flags=re.MULTILINE))

    assert rows == environment_settings()


@pytest.mark.parametrize("name", sorted(commands()))
def test_each_command_is_in_the_readme_and_has_one_line_of_help(name: str) -> None:
    command = load_command_class(commands()[name], name)

    assert f"`{name}" in README or f"manage.py {name}" in README
    assert command.help and "\n" not in command.help


def test_the_readme_names_no_command_that_is_missing() -> None:
    named = set(re.findall(r"manage\.py ([a-z_]+)", README))

    assert named <= set(get_commands())


@pytest.mark.parametrize("document", sorted(BASE.glob("*.md")) + sorted(BASE.glob("*/*.md")))
def test_links_inside_the_repository_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", document.read_text())

    missing = [link for link in links if not (document.parent / link).exists()]

    assert not missing
