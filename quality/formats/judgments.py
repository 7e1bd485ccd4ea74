"""The one-row-per-judgment file."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from quality.curation.curate import Comparisons, Curation
from quality.curation.judgments import OUTCOMES, UNKNOWN, StoredJudgments
from quality.curation.normalisation import Z_FLAGS
from quality.curation.splits import SPLITS

BATCH = 10_000


def judgment_rows(
    stored: StoredJudgments,
    curation: Curation,
    comparisons: Comparisons,
    annotators: Sequence[str],
) -> Iterator[dict[str, Any]]:
    """Every current judgment in own order, held-out annotators' and repeats included.

    ``scaled_preference`` and ``z`` are null where the judgment has no usable value; "both good"
    is a tie, so there they are those of a preference of 0.
    """
    coded = stored.coded
    for start in range(0, len(stored.outcome), BATCH):
        part = slice(start, start + BATCH)
        comparison, annotator = coded.comparison[part], coded.annotator[part]
        preference = coded.preference[part]
        columns = (
            comparison.tolist(),
            annotator.tolist(),
            curation.is_held_out[annotator].tolist(),
            coded.occasion[part].tolist(),
            stored.outcome[part].tolist(),
            preference.tolist(),
            coded.is_usable[part].tolist(),
            stored.raw_strength[part].tolist(),
            stored.swapped[part].tolist(),
            stored.active_ms[part].tolist(),
            curation.scaling.scaled(annotator, preference).tolist(),
            curation.scaling.z(annotator, preference).tolist(),
            curation.scaling.z_flag[annotator].tolist(),
            np.asarray(curation.split)[comparison].tolist(),
        )
        for c, a, held, occasion, outcome, p, usable, strength, swap, ms, scaled, z, flag, s in zip(
            *columns, strict=True
        ):
            yield {
                "comparison_id": comparisons.ids[c],
                "annotator": annotators[a],
                "held_out": held,
                "occasion": occasion,
                "outcome": OUTCOMES[outcome],
                "preference": p if OUTCOMES[outcome] == "preference" else None,
                "raw_strength": None if strength != strength else strength,
                "swapped": None if swap == UNKNOWN else bool(swap),
                "active_ms": None if ms == UNKNOWN else ms,
                "scaled_preference": scaled if usable else None,
                "z": z if usable else None,
                "z_flag": Z_FLAGS[flag],
                "prompt_group": curation.groups[c],
                "split": SPLITS[s],
            }
