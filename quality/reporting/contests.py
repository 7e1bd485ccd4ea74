"""What contradicts itself: triads that go round, and disagreement beyond noise."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quality.metrics.ambiguity import FALSE_DISCOVERIES, Contested, contested
from quality.metrics.bootstrap import (
    MIN_GROUPS,
    DrawnOver,
    Frame,
    drawn_sums,
    percentile_interval,
)
from quality.metrics.compositions import (
    compositions,
    multinomial_probabilities,
    shares_given_first,
)
from quality.metrics.estimates import Estimate
from quality.metrics.evidence import NONE, Evidence
from quality.metrics.judged import TIE, A
from quality.metrics.reliability import MISSING
from quality.metrics.triads import CHANCE, Triads, triads
from quality.reporting.players import Players

Document = dict[str, Any]
MAX_ROWS = 100
MAX_SPLITS = 12
# An annotator with fewer triads is left out of the list.
MIN_TRIADS = 10
NO_TRIAD = "no three players were compared with each other with a winner each time"
NO_INTERVAL = "triads share comparisons, and there are fewer than five prompts to draw"


def triads_among(evidence: Evidence, players: Players, *, rng: np.random.Generator) -> Document:
    """Triads of what all annotators together prefer."""
    judged = evidence.judged
    kept = _decided(evidence, players)
    unit = judged.unit[kept]
    known, group = np.unique(players.group[unit], return_inverse=True)
    found = _triads(judged.direction[kept], players, unit, group, int(known.size))
    n_complete = int(found.is_complete.sum())
    return {
        "n_circular": int(found.n_circular.sum()),
        "n_triads": int(found.n_triads.sum()),
        "share": _share(found, rng).as_dict(),
        "chance": CHANCE,
        "zeta": float(found.zeta[found.is_complete].mean()) if n_complete else None,
        "n_complete": n_complete,
        "n_left_out": found.n_left_out,
    }


def triads_of_annotators(evidence: Evidence, players: Players) -> list[Document]:
    """Triads within what each annotator alone prefers, the most circular first."""
    judged = evidence.judged
    kept = _decided(evidence, players)
    unit, coder = judged.unit[kept], judged.coder[kept]
    n = int(players.group.max(initial=0)) + 1
    known, group = np.unique(coder * n + players.group[unit], return_inverse=True)
    found = _triads(judged.direction[kept], players, unit, group, int(known.size))
    of_group = known // n
    circular, total = (
        np.bincount(of_group, weights=values, minlength=judged.n_coders)
        for values in (found.n_circular, found.n_triads)
    )
    enough = np.flatnonzero(total >= MIN_TRIADS)
    order = enough[np.argsort(-circular[enough] / total[enough], kind="stable")]
    return [
        {
            "annotator": evidence.annotators[place].name,
            "pseudonym": evidence.annotators[place].pseudonym,
            "n_circular": int(circular[place]),
            "n_triads": int(total[place]),
            "share": float(circular[place] / total[place]),
        }
        for place in order.tolist()
    ]


def contests(
    evidence: Evidence, votes: NDArray[np.int64], *, accuracy: float, per_prompt: bool
) -> Document:
    """Comparisons, or prompts with all theirs, whose disagreement noise does not explain."""
    judged = evidence.judged
    n_units = judged.n_units
    group = np.arange(n_units)
    if per_prompt:
        _, group = np.unique(judged.prompt, return_inverse=True)
    n_groups = int(group.max(initial=-1)) + 1
    found = contested(votes, group, n_groups=n_groups, accuracy=accuracy)
    tested, called = found.n_pairs > 0, found.is_contested
    differs = tested & ~called & (found.n_differing > 0)
    rows = np.flatnonzero(called)
    rows = rows[np.lexsort((-found.n_differing[rows], found.p_value[rows]))][:MAX_ROWS]
    example = _worst_units(votes, group, n_groups)
    return {
        "accuracy": accuracy,
        "false_discoveries": FALSE_DISCOVERIES,
        "n_tested": int(tested.sum()),
        "n_contested": int(called.sum()),
        "n_explained": int((differs & found.can_tell).sum()),
        "n_few_votes": int((differs & ~found.can_tell).sum()),
        "n_unanimous": int((tested & (found.n_differing == 0)).sum()),
        "rows": [_row(found, place, int(evidence.key[example[place]])) for place in rows.tolist()],
    }


def splits(votes: NDArray[np.int64], *, accuracy: float) -> Document:
    """How often votes split in each way, against noise alone; for the usual number of votes."""
    n_votes = votes.sum(axis=1)
    paired = n_votes >= 2
    if not paired.any():
        return {"n_votes": None, "n_comparisons": 0, "rows": []}
    usual = int(np.bincount(n_votes[paired]).argmax())
    mine = np.sort(votes[n_votes == usual], axis=1)[:, ::-1]
    rows = compositions(usual, votes.shape[1])
    chance = multinomial_probabilities(rows, shares_given_first(accuracy, votes.shape[1]))
    kinds, kind = np.unique(np.sort(rows, axis=1)[:, ::-1], axis=0, return_inverse=True)
    expected = np.bincount(kind.ravel(), weights=chance, minlength=len(kinds)) * len(mine)
    # Sorted rows, read as numbers, are in the order of the kinds.
    weights = (usual + 1) ** np.arange(votes.shape[1])[::-1]
    seen = np.bincount(np.searchsorted(kinds @ weights, mine @ weights), minlength=len(kinds))
    order = np.argsort(-(kinds**2).sum(axis=1), kind="stable")[:MAX_SPLITS]
    return {
        "n_votes": usual,
        "n_comparisons": len(mine),
        "rows": [
            {
                "split": _split(kinds[place].tolist()),
                "n": int(seen[place]),
                "expected": float(expected[place]),
            }
            for place in order.tolist()
        ],
    }


def _split(counts: list[int]) -> str:
    """3, 0, 0 is "3-0"; 1, 1, 1 is "1-1-1"."""
    return "-".join(str(n) for place, n in enumerate(counts) if n or place < 2)


def worst_first(evidence: Evidence, votes: NDArray[np.int64]) -> list[Document]:
    """The comparisons that annotators disagree on most; more votes go first."""
    n_votes = votes.sum(axis=1)
    pairs = n_votes * (n_votes - 1) // 2
    differing = (n_votes**2 - (votes**2).sum(axis=1)) // 2
    share = np.divide(differing, pairs, out=np.zeros(pairs.size), where=pairs > 0)
    candidates = np.flatnonzero(differing > 0)
    if candidates.size > MAX_ROWS:
        at = candidates.size - MAX_ROWS
        lowest = np.partition(share[candidates], at)[at]
        candidates = candidates[share[candidates] >= lowest]
    order = np.lexsort((candidates, -n_votes[candidates], -share[candidates]))[:MAX_ROWS]
    return [
        {
            "comparison": int(evidence.key[unit]),
            "votes": votes[unit].tolist(),
            "disagreement": float(share[unit]),
        }
        for unit in candidates[order].tolist()
    ]


def _decided(evidence: Evidence, players: Players) -> NDArray[np.bool_]:
    """Judgments that prefer one of two players."""
    direction = evidence.judged.direction
    playing = players.first[evidence.judged.unit] != NONE
    return np.asarray(playing & (direction != TIE) & (direction != MISSING))


def _triads(
    direction: NDArray[np.int64],
    players: Players,
    unit: NDArray[np.int64],
    group: NDArray[np.int64],
    n_groups: int,
) -> Triads:
    is_a = direction == A
    first, second = players.first[unit], players.second[unit]
    return triads(
        group,
        np.where(is_a, first, second),
        np.where(is_a, second, first),
        n_groups=n_groups,
        n_players=players.n,
    )


def _share(found: Triads, rng: np.random.Generator) -> Estimate:
    """The share of circular triads; its interval draws the groups, which are prompts."""
    with_triads = found.n_triads > 0
    circular, total = found.n_circular[with_triads], found.n_triads[with_triads]
    n = int(total.sum())
    if not n:
        return Estimate.undefined(NO_TRIAD)
    value = float(circular.sum() / n)
    if total.size < MIN_GROUPS:
        return Estimate(value, None, None, n, NO_INTERVAL)
    if not circular.any():
        return Estimate(value, None, None, n, "no triad goes round, so draws would not differ")
    rows, row = np.unique(circular * (total.max() + 1) + total, return_inverse=True)
    statistics = np.stack(np.divmod(rows, total.max() + 1), axis=1).astype(np.float64)
    frame = Frame(np.arange(total.size), int(total.size), DrawnOver.COMPARISONS)
    sums = drawn_sums(row, statistics, frame, rng=rng)
    return Estimate(value, *percentile_interval(sums[:, 0] / sums[:, 1]), n)


def _row(found: Contested, place: int, key: int) -> Document:
    return {
        "comparison": key,
        "n_comparisons": int(found.n_units[place]),
        "n_pairs": int(found.n_pairs[place]),
        "n_differing": int(found.n_differing[place]),
        "expected": float(found.expected[place]),
        "p_value": float(found.p_value[place]),
        "q_value": float(found.q_value[place]),
    }


def _worst_units(
    votes: NDArray[np.int64], group: NDArray[np.int64], n_groups: int
) -> NDArray[np.int64]:
    """The comparison of each group with the most differing pairs of votes."""
    differing = votes.sum(axis=1) ** 2 - (votes**2).sum(axis=1)
    order = np.lexsort((np.arange(group.size)[::-1], differing))
    worst = np.zeros(n_groups, dtype=np.int64)
    worst[group[order]] = order
    return worst
