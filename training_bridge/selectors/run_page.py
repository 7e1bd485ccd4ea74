"""What the page of a run says about its model."""

from dataclasses import dataclass
from typing import Any

from training_bridge.models import Run

SETS = (
    (
        "validation",
        "Validation rows",
        "Rows on prompts kept out of training. They passed the recipe: the clearer ones.",
    ),
    (
        "heldout_annotators",
        "Held-out annotators on new prompts",
        "Unfiltered judgments of people whom training never heard, on prompts it never saw.",
    ),
    (
        "heldout_annotators_seen_prompts",
        "Held-out annotators on seen prompts",
        "Judgments of the same people on prompts that are in the training rows.",
    ),
)
OPTIONS = (
    ("epochs", "Epochs"),
    ("batch_size", "Rows in a step"),
    ("learning_rate", "Learning rate"),
    ("max_length", "Tokens at most"),
    ("seed", "Seed"),
    ("precision", "Precision"),
)


@dataclass(frozen=True, slots=True)
class MeasuredSet:
    """A set of pairs, with the model and the baseline on the very same pairs."""

    label: str
    meaning: str
    accuracy: dict[str, Any]
    longer: dict[str, Any]
    log_loss: float | None
    n_ties: int

    @property
    def is_measured(self) -> bool:
        return self.accuracy["value"] is not None

    @property
    def beats_longer(self) -> bool:
        return self.is_measured and self.accuracy["value"] > self.longer["value"]


def measured_sets(run: Run) -> list[MeasuredSet]:
    """The sets that a succeeded run was measured on, in the order of the page."""
    found = []
    for key, label, meaning in SETS:
        metrics = (run.metrics or {}).get(key)
        if metrics is not None:
            found.append(
                MeasuredSet(
                    label,
                    meaning,
                    metrics["pairwise_accuracy"],
                    metrics["baselines"]["longer"],
                    metrics["log_loss"],
                    metrics["n_ties"],
                )
            )
    return found


def not_beaten(sets: list[MeasuredSet]) -> list[str]:
    """The names of the sets on which the model is no better than picking the longer response."""
    return [found.label.lower() for found in sets if found.is_measured and not found.beats_longer]


def options_in_force(run: Run) -> list[tuple[str, Any]]:
    parameters = (run.record or {})["parameters"]
    return [(label, parameters[name]) for name, label in OPTIONS]


def longer_baseline(run: Run) -> float | None:
    """Accuracy of picking the longer response on the validation rows, once it is known."""
    if not run.metrics:
        return None
    value: float | None = run.metrics["baselines"]["longer"]["value"]
    return value
