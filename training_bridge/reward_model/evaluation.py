"""How well rewards agree with preferences, beside the rule that picks the longer response."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quality.metrics.estimates import Estimate
from training_bridge.reward_model.pairs import Pair

N_DRAWS = 1_000
FEWEST_GROUPS = 5


@dataclass(frozen=True, slots=True)
class PairMetrics:
    """What a set of pairs says about a reward model.

    ``log_loss`` is in nats: log 2 = 0.693 for a model that knows nothing; None without pairs.
    ``longer`` is the accuracy of picking the longer response on the very same pairs.
    ``n_ties`` counts equal rewards, ``n_equal_lengths`` equal lengths: each is half a hit.
    """

    pairwise_accuracy: Estimate
    log_loss: float | None
    longer: Estimate
    n_ties: int
    n_equal_lengths: int
    n_groups: int

    def as_dict(self) -> dict[str, Any]:
        return {
            "pairwise_accuracy": self.pairwise_accuracy.as_dict(),
            "log_loss": self.log_loss,
            "baselines": {"longer": self.longer.as_dict()},
            "n_ties": self.n_ties,
            "n_equal_lengths": self.n_equal_lengths,
            "n_groups": self.n_groups,
        }


def measure(
    pairs: Sequence[Pair], differences: NDArray[np.floating], *, seed: int, none_because: str
) -> PairMetrics:
    """Measure rewards on pairs.

    Args:
        pairs: The pairs.
        differences: Reward of chosen minus reward of rejected, shape (n_pairs,), finite.
        seed: Of the draws of the intervals.
        none_because: Why there are no pairs, for when there are none.

    Raises:
        ValueError: the shapes differ or a reward is not finite.
    """
    if differences.shape != (len(pairs),):
        raise ValueError(f"expected {len(pairs)} differences, got shape {differences.shape}")
    if not np.isfinite(differences).all():
        raise ValueError("a reward is not finite")
    groups = [pair.group for pair in pairs]
    hits = hits_of(differences)
    lengths = np.array([len(p.chosen) - len(p.rejected) for p in pairs], dtype=np.float64)
    losses = np.logaddexp(0.0, -differences.astype(np.float64))
    return PairMetrics(
        pairwise_accuracy=accuracy(hits, groups, seed=seed, none_because=none_because),
        log_loss=float(losses.mean()) if len(pairs) else None,
        longer=accuracy(hits_of(lengths), groups, seed=seed, none_because=none_because),
        n_ties=int((differences == 0).sum()),
        n_equal_lengths=int((lengths == 0).sum()),
        n_groups=len(set(groups)),
    )


def longer_accuracy(pairs: Sequence[Pair], *, seed: int, none_because: str) -> Estimate:
    """How often the longer response (in characters) is the chosen one; equal ones count half."""
    lengths = np.array([len(p.chosen) - len(p.rejected) for p in pairs], dtype=np.float64)
    groups = [pair.group for pair in pairs]
    return accuracy(hits_of(lengths), groups, seed=seed, none_because=none_because)


def hits_of(differences: NDArray[np.floating]) -> NDArray[np.float64]:
    """1 where chosen comes out ahead, 0 where it does not, 0.5 for a tie."""
    return np.where(differences > 0, 1.0, np.where(differences == 0, 0.5, 0.0))


def accuracy(
    hits: NDArray[np.float64], groups: Sequence[str], *, seed: int, none_because: str
) -> Estimate:
    """The mean of ``hits`` over all pairs, with a 95 % percentile interval over groups.

    Pairs of one group share texts, so whole groups are drawn with replacement (1,000 draws)
    and each draw is the mean over the pairs in it. With fewer than 5 groups there is no
    interval. Undefined, with ``none_because``, where there are no pairs.

    Source: cluster bootstrap, Davison and Hinkley (1997), Bootstrap Methods, section 3.8.
    """
    n = len(hits)
    if n == 0:
        return Estimate.undefined(none_because)
    known = {group: code for code, group in enumerate(dict.fromkeys(groups))}
    codes = np.array([known[group] for group in groups])
    value = float(hits.mean())
    if len(known) < FEWEST_GROUPS:
        reason = f"an interval needs at least {FEWEST_GROUPS} groups of rows, here {len(known)}"
        return Estimate(value, None, None, n, reason)
    sizes = np.bincount(codes).astype(np.float64)
    sums = np.bincount(codes, weights=hits)
    drawn = np.random.default_rng(seed).integers(0, len(known), size=(N_DRAWS, len(known)))
    low, high = np.percentile(sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1), [2.5, 97.5])
    return Estimate(value, float(low), float(high), n)
