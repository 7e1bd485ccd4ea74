"""What a report is computed from, for annotators who judge by rules that are known."""

from typing import Any

import numpy as np

from quality.metrics.evidence import (
    Annotator,
    Evidence,
    KnownAnswers,
    Labels,
    Ratings,
    Repeats,
    Texts,
)
from quality.metrics.judged import TIE, Judged
from quality.reporting.document import measured_document
from quality.reporting.sections.base import Context

START = 1_700_000_000
MINUTE = 60
EMPTY = np.zeros(0, dtype=np.int64)


def evidence_of(
    preference: np.ndarray,
    *,
    unit: np.ndarray,
    coder: np.ndarray,
    swapped: np.ndarray | None = None,
    active_ms: np.ndarray | None = None,
    lengths: tuple[np.ndarray, np.ndarray] | None = None,
    strength_known: bool = True,
    ratings: list[Ratings] | None = None,
    **parts: Any,
) -> Evidence:
    """Judgments a minute apart, in the order given; one prompt for each comparison."""
    n, n_units, n_coders = unit.size, int(unit.max()) + 1, int(coder.max()) + 1
    a, b = lengths or (np.full(n_units, 500), np.full(n_units, 500))
    none = Labels(np.full(n_units, -1), ())
    judged = Judged(
        unit=unit,
        coder=coder,
        outcome=np.sign(preference) + TIE,
        preference=preference,
        strength_known=np.full(n, strength_known),
        swapped=np.full(n, -1) if swapped is None else swapped,
        active_ms=np.full(n, -1) if active_ms is None else active_ms,
        prompt=np.arange(n_units),
        longer=np.sign(b - a),
        n_coders=n_coders,
    )
    everything: dict[str, Any] = {
        "judged": judged,
        "annotators": [Annotator(f"a{one:03}", f"p{one:03}") for one in range(n_coders)],
        "at": START + MINUTE * np.arange(n),
        "key": np.arange(n_units),
        **dict.fromkeys(("batch", "topic", "language", "model_a", "model_b"), none),
        "length_a": a,
        "length_b": b,
        "criteria": [],
        "ratings": ratings or [],
        "known_answers": KnownAnswers(EMPTY, EMPTY, EMPTY.astype(bool), EMPTY.astype(bool)),
        "repeats": Repeats(EMPTY, EMPTY, EMPTY, EMPTY.astype(bool), EMPTY),
        "texts": Texts(EMPTY, [], [], [], n_units),
        "offers_tie": True,
        **parts,
    }
    known = {name: everything[name] for name in Evidence.__dataclass_fields__ if name in everything}
    return Evidence(**known)


def context_of(evidence: Evidence) -> Context:
    """A context whose overview was measured on the same evidence."""
    overview = measured_document(
        evidence.judged,
        [{"annotator": one.name, "pseudonym": one.pseudonym} for one in evidence.annotators],
        offers_tie=evidence.offers_tie,
        seed=1,
        step=_ignored,
    )
    return Context(seed=1, step=_ignored, earlier={}, overview=overview)


def everybody_judges_everything(n_units: int, n_coders: int) -> tuple[np.ndarray, np.ndarray]:
    """Units and annotators of all judgments, in the order of the units."""
    unit = np.repeat(np.arange(n_units), n_coders)
    return unit, np.tile(np.arange(n_coders), n_units)


def _ignored(_: str) -> None:
    """Nobody watches."""
