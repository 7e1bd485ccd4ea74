"""Evidence of a report without a database: arrays in, everything not named is left empty."""

from dataclasses import replace

import numpy as np

from quality.metrics.evidence import Annotator, Evidence, KnownAnswers, Labels, Repeats, Texts
from quality.metrics.judged import Judged


def none_of(n_units):
    """Labels of comparisons that have none."""
    return Labels(np.full(n_units, -1), ())


def labels(codes, *names):
    return Labels(np.asarray(codes), names)


def made_evidence(unit, coder, outcome, *, preference=None, prompt=None, n_units=None, **fields):
    """Evidence of these judgments.

    Args:
        unit: Comparison of each judgment.
        coder: Annotator of each judgment.
        outcome: Code into OUTCOME_NAMES: 0 A, 1 tie, 2 B.
        preference: -3..3 of each judgment where strengths were given.
        prompt: Prompt of each comparison; all different where it is not given.
        n_units: Comparisons, judged or not.
        fields: Any other field of ``Evidence``.
    """
    unit, coder, outcome = (np.asarray(each, dtype=np.int64) for each in (unit, coder, outcome))
    n_units = n_units or int(unit.max(initial=-1)) + 1
    n_coders = int(coder.max(initial=-1)) + 1
    nothing = np.zeros(0, dtype=np.int64)
    judged = Judged(
        unit=unit,
        coder=coder,
        outcome=outcome,
        preference=np.sign(outcome - 1) if preference is None else np.asarray(preference),
        strength_known=np.full(unit.shape, preference is not None),
        swapped=np.full(unit.shape, -1),
        active_ms=np.full(unit.shape, -1),
        prompt=np.arange(n_units) if prompt is None else np.asarray(prompt),
        longer=np.zeros(n_units, dtype=np.int64),
        n_coders=n_coders,
    )
    evidence = Evidence(
        judged=judged,
        annotators=[Annotator(f"annotator {code}", f"p{code}") for code in range(n_coders)],
        at=np.zeros(unit.shape, dtype=np.int64),
        key=np.arange(n_units) + 1,
        batch=none_of(n_units),
        topic=none_of(n_units),
        language=none_of(n_units),
        model_a=none_of(n_units),
        model_b=none_of(n_units),
        length_a=np.zeros(n_units, dtype=np.int64),
        length_b=np.zeros(n_units, dtype=np.int64),
        criteria=[],
        ratings=[],
        known_answers=KnownAnswers(nothing, nothing, nothing > 0, nothing > 0),
        repeats=Repeats(nothing, nothing, nothing, nothing.astype(bool), nothing),
        texts=Texts(nothing, [], [], [], 0),
        offers_tie=True,
    )
    return replace(evidence, **fields)
