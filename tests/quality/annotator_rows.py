"""Rows of the section of annotators, of people who stand out by nothing."""

from typing import Any


def estimate(value=None, low=None, high=None, n=100) -> dict[str, Any]:
    return {"value": value, "low": low, "high": high, "n": n, "undefined_because": ""}


def slope(value=0.0, low=-0.2, high=0.2, own=(0.3, 0.1, 0.5)) -> dict[str, Any]:
    return {"own": estimate(*own), "against_others": estimate(value, low, high)}


def drift(p=0.5, before=0.7, after=0.7) -> dict[str, Any]:
    return {"p": p, "before": before, "after": after}


def run(p=0.5) -> dict[str, Any]:
    return {"length": 40, "value": "the left response", "n": 200, "expected": 7, "p": p}


def annotator(name="alice", **figures: Any) -> dict[str, Any]:
    """An annotator like the others, but for these figures."""
    return {
        "annotator": name,
        "pseudonym": f"p-{name}",
        "agreement_with_others": estimate(0.7, 0.65, 0.75),
        "competence": estimate(0.8, 0.75, 0.85),
        "gold": estimate(0.9, 0.8, 0.95),
        "gold_p": 0.5,
        "self_consistency": {"direction": estimate(0.9, 0.8, 0.95)},
        "self_p": 0.5,
        "left_share": estimate(0.5, 0.4, 0.6),
        "left_p": 1.0,
        "longer_share": estimate(0.6, 0.5, 0.7),
        "slopes": {"length": slope()},
        "median_active_ms": 20_000.0,
        "n_timed": 50,
        "speed": {"deviation": 0.0},
        "run": run(),
        "drift": drift(),
        "gold_drift": drift(p=None),
        "look_alikes": [],
        **figures,
    }


def project(**figures: Any) -> dict[str, Any]:
    """What all annotators of such a project have in common."""
    return {
        "agreement": 0.7,
        "chance": 0.5,
        "typical_competence": 0.8,
        "gold": estimate(0.9, 0.85, 0.95),
        "self_consistency": {"direction": estimate(0.9, 0.85, 0.95)},
        "typical_ms": 20_000.0,
        **figures,
    }
