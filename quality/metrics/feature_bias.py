"""Features of form that go along with being preferred, alone and beside length."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quality.metrics.clustered_shares import clustered_share
from quality.metrics.estimates import Estimate
from quality.metrics.paired_logit import paired_logit

# Log-odds per standard deviation below which an effect is not worth a look: 52.5 of 100 pairs.
MIN_EFFECT = 0.1
N_FOLDS = 5
# A feature that hardly ever differs, or only one way, would leave some fold without an estimate.
MIN_EACH_WAY = 10
NO_FORM = "too few pairs, or their form never differs"
NOT_ALONE = "it has no effect by itself to compare with"
LENGTH_ITSELF = "this is length"

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FeatureEffect:
    """How a feature goes along with being preferred.

    Attributes:
        in_preferred: Share of preferred responses that have any of it.
        in_rejected: Share of rejected ones.
        effect: Change of the log-odds of being preferred for one standard deviation (about 0)
            of the difference between the two responses.
        adjusted: The same beside the difference in length.
        p: Of ``effect``, two-sided; None where there is no interval.
        is_notable: Whether the effect reaches MIN_EFFECT.
    """

    in_preferred: float
    in_rejected: float
    effect: Estimate
    adjusted: Estimate
    p: float | None
    is_notable: bool


def feature_effects(
    preferred: Floats, rejected: Floats, cluster: NDArray[np.int64]
) -> list[FeatureEffect]:
    """The effect of each feature.

    Args:
        preferred: Features of the preferred responses, shape (n_pairs, n_features); the first
            one is length.
        rejected: Those of the rejected ones, same shape.
        cluster: The prompt of each pair, any integers, shape (n_pairs,).

    Differences are divided by their root mean square. Their mean is not subtracted: that would
    give swapped responses another value than the opposite one.
    """
    difference = preferred - rejected
    spread = np.sqrt((difference**2).mean(axis=0)) if len(difference) else np.zeros(0)
    spread = np.resize(spread, preferred.shape[1])
    scaled = difference / np.where(spread > 1e-12, spread, 1.0)
    found = []
    for column in range(preferred.shape[1]):
        n_different = int((difference[:, column] != 0).sum())
        if 0 < n_different < MIN_EACH_WAY:
            found.append(_rare(preferred[:, column], rejected[:, column], n_different))
            continue
        alone = paired_logit(scaled[:, [column]], cluster)
        value = alone.effects[0].value
        adjusted = Estimate.undefined(LENGTH_ITSELF if not column else NOT_ALONE)
        if column and value is not None:
            adjusted = paired_logit(scaled[:, [column, 0]], cluster).effects[0]
        found.append(
            FeatureEffect(
                in_preferred=_share(preferred[:, column]),
                in_rejected=_share(rejected[:, column]),
                effect=alone.effects[0],
                adjusted=adjusted,
                p=alone.p[0],
                is_notable=value is not None and abs(value) >= MIN_EFFECT,
            )
        )
    return found


def _rare(preferred: Floats, rejected: Floats, n_different: int) -> FeatureEffect:
    reason = Estimate.undefined(f"it differs in {n_different} of {preferred.size:,} pairs only")
    return FeatureEffect(_share(preferred), _share(rejected), reason, reason, None, False)


def accuracy_of_form(
    difference: Floats, cluster: NDArray[np.int64], *, rng: np.random.Generator
) -> Estimate:
    """How often the features alone name the preferred response, on prompts not fitted on.

    Args:
        difference: Features of the preferred minus those of the rejected response, shape
            (n_pairs, n_features).
        cluster: The prompt of each pair, any integers; a prompt is in one of five folds.
        rng: Source of the folds.
    """
    known, group = np.unique(cluster, return_inverse=True)
    if known.size < N_FOLDS:
        return Estimate.undefined(NO_FORM)
    fold = rng.permutation(known.size)[group] % N_FOLDS
    signs = np.sign(difference)
    both_ways = np.minimum((signs > 0).sum(axis=0), (signs < 0).sum(axis=0))
    kept = difference[:, both_ways >= MIN_EACH_WAY]
    scaled = kept / np.sqrt((kept**2).mean(axis=0))
    score = np.zeros(group.size)
    for held_out in range(N_FOLDS):
        fit = paired_logit(scaled[fold != held_out], cluster[fold != held_out])
        score[fold == held_out] = scaled[fold == held_out] @ fit.coefficients
    decided = score != 0
    return clustered_share((score > 0)[decided], group[decided], undefined_because=NO_FORM)


def _share(values: Floats) -> float:
    return float((values > 0).mean()) if values.size else 0.0
