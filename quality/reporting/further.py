"""What further judgments would buy, as a part of a report."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from quality.metrics.bootstrap import DrawnOver, drawn_sums, frame_of, percentile_interval
from quality.metrics.estimates import Estimate
from quality.metrics.evidence import Evidence
from quality.metrics.gain import best_to_ask, gain_curve
from quality.metrics.leads import Leads, leads_of
from quality.metrics.posteriors import accuracy_from

Document = dict[str, Any]
N_DRAWS = 200
MAX_ROWS = 100
HEADLINE = 1_000
# The curve ends where every comparison could have one more judgment, but not before the headline.
PARTS = 8
NO_COMPARISON = "there is no comparison"
NO_INTERVAL = "fewer than five comparisons"


def further_judgments(
    evidence: Evidence, votes: NDArray[np.int64], *, accuracy: float, rng: np.random.Generator
) -> Document:
    """Comparisons that are right now and after further judgments, and where to ask first.

    Args:
        evidence: What the report is computed from.
        votes: Usable votes by offered direction, shape (n_units, n_values).
        accuracy: The annotators' accuracy under which votes are read.
        rng: Source of the draws of comparisons, or of prompts where they recur.
    """
    n_units, n_values = votes.shape
    if not n_units:
        return {"undefined_because": NO_COMPARISON}
    leads = leads_of(accuracy, n_values=n_values)
    state = leads.states_of(votes)
    n_votes = votes.sum(axis=1)
    budget = _budgets(n_units)
    drawn = _draws(evidence, votes, leads, state, rng)
    curve = gain_curve([one for one, _ in drawn], np.stack([mass for _, mass in drawn]), budget)
    # A draw of prompts holds more or fewer comparisons than there are.
    drawn_units = np.array([[mass.sum()] for _, mass in drawn])
    shares = {"best": curve.best_first / drawn_units, "even": curve.evenly / drawn_units}
    now = shares["even"][:, :1]
    at = budget.tolist().index(HEADLINE)
    n_unjudged = int((n_votes == 0).sum())
    return {
        "undefined_because": "",
        "accuracy": accuracy,
        "n_comparisons": n_units,
        "n_unjudged": n_unjudged,
        "right_now": _estimate(now[:, 0], n_units),
        "budget": HEADLINE,
        "at_budget": {
            name: _estimate(n_units * (values - now)[:, at], n_units)
            for name, values in shares.items()
        },
        "curve": [
            {
                "budget": int(one),
                **{name: _estimate(values[:, place], n_units) for name, values in shares.items()},
            }
            for place, one in enumerate(budget)
        ],
        "unjudged_gain": float(leads.gain[0]) if n_unjudged else None,
        "ask": _ask(evidence, votes, leads, state),
    }


def _budgets(n_units: int) -> NDArray[np.int64]:
    last = max(HEADLINE, n_units)
    return np.unique([*(last * part // PARTS for part in range(PARTS + 1)), HEADLINE])


def _draws(
    evidence: Evidence,
    votes: NDArray[np.int64],
    leads: Leads,
    state: NDArray[np.int64],
    rng: np.random.Generator,
) -> list[tuple[Leads, NDArray[np.float64]]]:
    """States under the accuracy, and comparisons in each; first as they are, then drawn anew.

    Each draw estimates the accuracy again, from the comparisons that it holds.
    """
    n_states, n_values = leads.right.size, votes.shape[1]
    n_votes = votes.sum(axis=1)
    pairs = n_votes * (n_votes - 1)
    agreeing = (votes * (votes - 1)).sum(axis=1)
    share = np.divide(agreeing, pairs, out=np.zeros(pairs.size), where=pairs > 0)
    kinds, row = _kinds(state, pairs, share)
    frame = frame_of(evidence.judged.prompt)
    counts = [np.bincount(row, minlength=kinds.shape[0]).astype(np.float64)]
    if frame.over is not DrawnOver.NOTHING:
        identity = sparse.eye_array(kinds.shape[0], format="csr")
        counts += list(drawn_sums(row, identity, frame, rng=rng, n_draws=N_DRAWS))
    answers = []
    for n_of in counts:
        paired = float(n_of @ kinds[:, 1])
        accuracy = accuracy_from(
            mean_agreement=min(float(n_of @ kinds[:, 2]) / max(paired, 1.0), 1.0),
            n_comparisons=round(paired),
            n_values=n_values,
        ).value
        places = kinds[:, 0].astype(np.int64)
        mass = np.bincount(places, weights=n_of, minlength=n_states).astype(np.float64)
        answers.append((leads_of(accuracy, n_values=n_values), mass))
    return answers


def _kinds(
    state: NDArray[np.int64], pairs: NDArray[np.int64], share: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Comparisons alike in state and agreement: (state, has pairs, agreement) of each kind."""
    code = state * 2_000_003 + (pairs > 0) * 1_000_001 + np.rint(share * 1e6).astype(np.int64)
    _, first, row = np.unique(code, return_index=True, return_inverse=True)
    return np.stack([state[first], pairs[first] > 0, share[first]], axis=1).astype(float), row


def _estimate(values: NDArray[np.float64], n: int) -> dict[str, Any]:
    """The first value, with the percentile interval of the others."""
    values = np.round(values, 9) + 0.0  # no "-0"
    if values.size < 2:
        return {**Estimate(float(values[0]), None, None, n, NO_INTERVAL).as_dict()}
    return {**Estimate(float(values[0]), *percentile_interval(values[1:]), n).as_dict()}


def _ask(
    evidence: Evidence, votes: NDArray[np.int64], leads: Leads, state: NDArray[np.int64]
) -> list[Document]:
    chosen = best_to_ask(leads, state, votes.sum(axis=1), most=MAX_ROWS)
    return [
        {
            "comparison": int(evidence.key[unit]),
            "votes": votes[unit].tolist(),
            "right": float(leads.right[state[unit]]),
            "gain": float(leads.gain[state[unit]]),
            "ahead": int(leads.ahead[state[unit]]),
        }
        for unit in chosen.tolist()
    ]
