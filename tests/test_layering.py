"""Imports go downwards only, between apps and inside an app."""

import ast
from pathlib import Path

import pytest

BASE = Path(__file__).resolve().parent.parent
APPS = ["feedback_platform", "annotation", "quality", "training_bridge"]
# What wires the project together may import everything; nobody imports it.
WIRING = {"feedback_platform.urls", "feedback_platform.celery", "feedback_platform.settings"}

# From the bottom up. Whatever is not named here is a pure module.
LAYERS = {
    "models": 1,
    "access": 2,
    "selectors": 2,
    "templatetags": 3,
    "services": 3,
    "tokens": 3,
    "tasks": 4,
    "forms": 4,
    "views": 5,
    "api": 5,
    "admin": 5,
    "management": 5,
    "urls": 6,
    "api_urls": 6,
}
PURE_FOLDERS = [
    "annotation/formats",
    "quality/metrics",
    "quality/curation",
    "quality/formats",
    "quality/charts",
    "training_bridge/reward_model",
]


def modules() -> dict[str, Path]:
    paths = [p for app in APPS for p in (BASE / app).rglob("*.py") if "migrations" not in p.parts]
    return {".".join(p.relative_to(BASE).with_suffix("").parts): p for p in paths}


def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return found


def layer_of(module: str) -> int:
    parts = module.split(".")
    return LAYERS.get(parts[1], 0) if len(parts) > 1 else 0


MODULES = modules()


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_module_imports_only_what_lies_below_it(module: str) -> None:
    app = module.split(".")[0]
    if module in WIRING or module in {"feedback_platform", "feedback_platform.__init__"}:
        return

    upwards = []
    for name in imports_of(MODULES[module]):
        other = name.split(".")[0]
        if other not in APPS:
            continue
        if APPS.index(other) > APPS.index(app) or name in WIRING:
            upwards.append(name)
        if other == app != "feedback_platform" and layer_of(name) > layer_of(module):
            upwards.append(name)

    assert not upwards, f"{module} imports upwards: {sorted(upwards)}"


@pytest.mark.parametrize("folder", PURE_FOLDERS)
def test_pure_packages_know_no_django(folder: str) -> None:
    for path in (BASE / folder).rglob("*.py"):
        roots = {name.split(".")[0] for name in imports_of(path)}
        assert not roots & {"django", "rest_framework", "celery"}, f"{path} is not pure"


def test_web_processes_never_load_torch() -> None:
    loaders = [
        module
        for module, path in MODULES.items()
        if not module.startswith("training_bridge.reward_model")
        and {"torch", "transformers"} & {name.split(".")[0] for name in imports_of(path)}
    ]

    assert not loaders


def test_metrics_take_arrays_and_no_frames() -> None:
    for path in (BASE / "quality/metrics").rglob("*.py"):
        roots = {name.split(".")[0] for name in imports_of(path)}
        assert not roots & {"pandas", "torch"}, f"{path} is not a plain NumPy module"


def test_imports_stand_at_the_top_of_their_module() -> None:
    """One exception: what trains imports the reward model locally."""
    hidden = []
    for module, path in MODULES.items():
        for function in ast.walk(ast.parse(path.read_text())):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            for node in ast.walk(function):
                name = getattr(node, "module", None) or ""
                is_import = isinstance(node, ast.Import | ast.ImportFrom)
                if is_import and not name.startswith("training_bridge.reward_model"):
                    hidden.append(f"{module}:{node.lineno}")

    assert not hidden
