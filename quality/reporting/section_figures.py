"""What the figures of a report's sections are called, where keys lead to them."""

from dataclasses import dataclass

from quality.reporting import agreement
from quality.reporting.annotator_figures import EXPLAINED, pool_slope

SLOPES = ("length", "lists", "code", "markdown")
SELF = {
    "direction": "self",
    "same_sides": "self_same_sides",
    "swapped_sides": "self_swapped_sides",
    "strength": "self_strength",
}
# The same under a second key.
TWICE = frozenset({"annotators.gold"})


@dataclass(frozen=True, slots=True)
class Named:
    """A figure's name, and whether it is a share of 0..1."""

    label: str
    is_share: bool = True


def _agreement() -> dict[str, Named]:
    found = {
        f"{kind}.{name}.estimate": Named(f"{explained.label}, {kind}", explained.is_share)
        for kind in ("direction", "strength")
        for name, explained in agreement.EXPLAINED.items()
    }
    for place, label in (("without_ties", "among A and B"), ("with_ties", "ties included")):
        found[f"ceiling.{place}.estimate"] = Named(f"As good as people get, {label}")
        found[f"ceiling.{place}.clear"] = Named(
            f"As good as people get, {label}, where the others are not split"
        )
    return found


def _annotators() -> dict[str, Named]:
    found = {f"{name}_accuracy": Named(EXPLAINED[name].label) for name in ("gold", "attention")}
    found |= {f"self_consistency.{key}": Named(EXPLAINED[name].label) for key, name in SELF.items()}
    return found | {f"slopes.{name}": Named(pool_slope(name).label, False) for name in SLOPES}


_SECTIONS = {
    "agreement": _agreement(),
    "annotators": _annotators(),
    "consensus": {
        "alike": Named("Decided alike by all methods"),
        "sure": Named("Decided with 90 % certainty or more"),
    },
    "comparisons": {
        "further.right_now": Named("Decisions that are right now"),
        "further.at_budget.best": Named("Right by 1,000 more judgments, best first", False),
        "further.at_budget.even": Named("Right by 1,000 more judgments, spread evenly", False),
        "models.side": Named("Advantage of the left side, between models", False),
        "responses.side": Named("Advantage of the left side, between responses", False),
        "triads.models.share": Named("Triads of models that go round"),
        "triads.responses.share": Named("Triads of responses that go round"),
    },
    "bias": {
        "length.longer": Named("Longer preferred"),
        "length.per_doubling": Named("Twice as long, log-odds", False),
        "side.left": Named("Left preferred"),
        "side.effect": Named("Left preferred, log-odds", False),
        "form_alone": Named("Form alone predicts"),
    },
}
# In the order in which the sections show them.
FIGURES = {f"{name}.{key}": one for name, found in _SECTIONS.items() for key, one in found.items()}
ORDER = {name: place for place, name in enumerate(FIGURES)}
