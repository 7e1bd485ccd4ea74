"""Every consensus method on the same judgments, in a form in which they can be compared."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from quality.metrics.consensus import Consensus, consensus_of
from quality.metrics.dawid_skene import DawidSkene, fitted
from quality.metrics.mace import Mace, mace
from quality.metrics.majority import majority
from quality.metrics.one_coin import OneCoin, one_coin
from quality.metrics.posteriors import posteriors
from quality.metrics.reliability import Reliability
from quality.metrics.votes import Votes
from quality.metrics.weighted import accuracy_of_all, weighted_majority

# Values that join each coder's own, spread as all coders' are. With fewer, coders of a few dozen
# judgments pull rare values out of the air; with more, nobody differs from anybody.
SMOOTHING = 10.0
# Few votes can be read in several ways; of many the first start finds the best one, and the second
# is there to be told.
MANY_STARTS, FEW_VOTES = 10, 200_000
SWITCHED = "the most consistent annotators contradict it, so its directions may be exchanged"


def all_methods(
    data: Reliability, *, rng: np.random.Generator, step: Callable[[str], None]
) -> Iterator[tuple[str, Consensus]]:
    """Name and decisions of each method, from the simplest to the most elaborate.

    Args:
        data: At least one usable value, at least two values in the domain.
        rng: Source of MACE's random starts.
        step: Called before each part of the work with what it is; may raise to stop it.
    """
    step("Majority")
    yield "majority", _majority(data)
    step("Weighted majority")
    votes = Votes(
        data.unit,
        data.coder,
        data.value,
        n_units=data.n_units,
        n_coders=data.n_coders,
        n_values=data.n_values,
        noted=lambda: step("Estimating who is right"),
    )
    weighted = weighted_majority(data)
    yield (
        "weighted",
        consensus_of(
            weighted.posteriors, is_judged=votes.is_voted, note=weighted.undefined_because
        ),
    )
    yield "one_coin", _estimated(one_coin(votes, smoothing=SMOOTHING), votes)
    yield "dawid_skene", _estimated(fitted(votes, smoothing=SMOOTHING), votes)
    n_restarts = MANY_STARTS if votes.n_votes <= FEW_VOTES else 2
    yield "mace", _estimated(mace(votes, rng=rng, n_restarts=n_restarts), votes)


def _majority(data: Reliability) -> Consensus:
    """The single most frequent value; how sure it is follows from one accuracy for all."""
    counts = data.counts()
    probable = posteriors(
        counts,
        accuracy=accuracy_of_all(counts, n_values=data.n_values),
        offered=np.ones(data.n_values, dtype=np.bool_),
    )
    decided = consensus_of(probable, is_judged=counts.sum(axis=1) > 0)
    # The same winners, but where coders agree by chance only: then no vote means anything.
    return replace(decided, value=majority(counts).value.astype(np.int8))


def _estimated(model: OneCoin | DawidSkene | Mace, votes: Votes) -> Consensus:
    switched = not isinstance(model, Mace) and model.label_switched
    return consensus_of(
        model.posteriors,
        is_judged=votes.is_voted,
        n_iter=model.n_iter,
        converged=model.converged,
        note=SWITCHED if switched else "",
    )
