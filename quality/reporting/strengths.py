"""Strengths of models and of recurring responses, as parts of a report."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from quality.metrics.battles import Battles, Components, components_of, distinct, table_of
from quality.metrics.bootstrap import DrawnOver, frame_of
from quality.metrics.bradley_terry import (
    BradleyTerry,
    bradley_terry,
    clustered_covariance,
    errors_of,
)
from quality.metrics.estimates import Estimate
from quality.metrics.evidence import NONE, Evidence
from quality.metrics.judged import TIE, A, B
from quality.metrics.reliability import MISSING
from quality.reporting.players import Players

Document = dict[str, Any]
NORMAL = 1.959964
MAX_ROWS = 200
MAX_COMPONENTS = 10
# Two responses alone are a comparison, not a ranking.
FEWEST_RANKED = {"models": 2, "responses": 3}
# Share of the judgments that a ranking must rest on; a ranking for each of many prompts is none.
FEWEST_JUDGMENTS = 0.1
NOBODY = {
    "models": "no judged comparison names two different models",
    "responses": "no response is compared with two others under the same prompt",
}
NOT_CONNECTED = {
    "models": "no models that wins connect both ways have a tenth of the judgments",
    "responses": "no responses that wins connect both ways, three or more of one prompt, have a "
    "tenth of the judgments",
}
NO_SIDES = "it is not known of every judgment which response was on the left"


def strengths(evidence: Evidence, players: Players) -> Document:
    """The table of strengths of the players that wins connect, and what is known of the others."""
    judged = evidence.judged
    taking_part = players.first != NONE
    usable = (judged.direction != MISSING) & taking_part[judged.unit]
    unit = judged.unit[usable]
    battles = Battles(
        first=players.first[unit].astype(np.int32),
        second=players.second[unit].astype(np.int32),
        direction=judged.direction[usable].astype(np.int8),
        side=_sides(judged.swapped[usable]),
        n_players=players.n,
    )
    document: Document = {
        "n_players": _n_playing(battles),
        "n_judgments": int(unit.size),
        "n_comparisons": int(np.count_nonzero(np.bincount(unit))),
        "connectivity": None,
        "undefined_because": "",
        "players": [],
    }
    if not unit.size:
        return {**document, "undefined_because": NOBODY[players.kind]}
    whole = components_of(table_of(battles))
    document["connectivity"] = _connectivity(whole)
    too_small = whole.n_battles[0] < FEWEST_JUDGMENTS * unit.size
    if whole.n_players[0] < FEWEST_RANKED[players.kind] or too_small:
        return {**document, "undefined_because": NOT_CONNECTED[players.kind]}
    ranked = whole.label == 0
    inner, kept = battles.among(ranked)
    return {**document, **_ranked(evidence, players, inner, unit[kept], usable, kept, ranked)}


def _ranked(
    evidence: Evidence,
    players: Players,
    battles: Battles,
    unit: NDArray[np.int64],
    usable: NDArray[np.bool_],
    kept: NDArray[np.bool_],
    ranked: NDArray[np.bool_],
) -> Document:
    table = table_of(battles)
    has_sides = bool(battles.side.all())
    fit = bradley_terry(table, with_side=has_sides)
    if fit.undefined_because and has_sides:
        fit = bradley_terry(table)
    if fit.undefined_because:
        return {"undefined_because": fit.undefined_because}
    frame = frame_of(evidence.judged.prompt)
    over = frame.over or DrawnOver.COMPARISONS
    groups = frame.group if frame.over else np.arange(evidence.judged.n_units)
    coder = evidence.judged.coder[usable][kept]
    by_group, no_group = clustered_covariance(fit, table, groups[unit])
    by_coder, no_coder = clustered_covariance(fit, table, coder)
    errors = {
        "plain": errors_of(fit.covariance),
        "by_group": None if by_group is None else errors_of(by_group),
        "by_annotator": None if by_coder is None else errors_of(by_coder),
    }
    reasons = {"plain": "", "by_group": no_group, "by_annotator": no_coder}
    rows = _rows(battles, fit, errors, shares=_win_shares(battles, unit, groups))
    codes = np.flatnonzero(ranked)
    for row in rows:
        player = int(codes[row["place"]])
        row |= {"name": players.name_of(player), "comparison": players.example_of(player)}
    return {
        "players": rows,
        "n_ranked": fit.n_players,
        "clustered_over": over.value,
        "no_error": {kind: reason for kind, reason in reasons.items() if reason},
        **_fit(fit, errors, battles.first.size),
    }


def _sides(swapped: NDArray[np.int64]) -> NDArray[np.int8]:
    """Who was on the left, where that is known of every judgment; else of none."""
    if not (swapped >= 0).all():
        return np.zeros(swapped.size, dtype=np.int8)
    return (1 - 2 * swapped).astype(np.int8)


def _n_playing(battles: Battles) -> int:
    plays = np.zeros(battles.n_players, dtype=np.bool_)
    plays[battles.first] = True
    plays[battles.second] = True
    return int(plays.sum())


def _rows(
    battles: Battles,
    fit: BradleyTerry,
    errors: dict[str, Any],
    *,
    shares: list[Estimate],
) -> list[Document]:
    """One row for each player, the strongest first; both ends of a long list."""
    counts = _results(battles)
    order = np.argsort(-fit.strength, kind="stable")
    ranks = np.arange(1, order.size + 1)
    if order.size > MAX_ROWS:
        ends = np.r_[: MAX_ROWS // 2, order.size - MAX_ROWS // 2 : order.size]
        order, ranks = order[ends], ranks[ends]
    rows = []
    for rank, place in zip(ranks.tolist(), order.tolist(), strict=True):
        wins, ties, losses = counts[place].tolist()
        n = wins + ties + losses
        strength = _estimate(fit.strength[place], errors, place, n)
        own = {
            kind: None if values is None else float(values[place])
            for kind, values in errors.items()
        }
        rows.append(
            {
                "rank": rank,
                "place": place,
                "wins": wins,
                "ties": ties,
                "losses": losses,
                "strength": strength.as_dict(),
                "errors": own,
                "win_share": shares[place].as_dict(),
            }
        )
    return rows


def _fit(fit: BradleyTerry, errors: dict[str, Any], n: int) -> Document:
    """What describes all players, and how the estimates were reached."""
    side = Estimate.undefined(NO_SIDES)
    if fit.side is not None:
        side = _estimate(fit.side, errors, -1, n)
    return {
        "side": side.as_dict(),
        "tie": None if fit.tie is None else float(np.exp(fit.tie) / (2 + np.exp(fit.tie))),
        "n_iter": fit.n_iter,
        "converged": fit.converged,
        "log_likelihood": fit.log_likelihood,
    }


def _estimate(value: float, errors: dict[str, Any], at: int, n: int) -> Estimate:
    """With the interval for these annotators, from the larger of the errors that hold for them."""
    own = [errors[kind][at] for kind in ("plain", "by_group") if errors[kind] is not None]
    half = NORMAL * float(max(own))
    return Estimate(float(value), float(value) - half, float(value) + half, n)


def _results(battles: Battles) -> NDArray[np.int64]:
    """Wins, ties and losses of each player, shape (n_players, 3)."""
    n = battles.n_players * 3
    first = np.bincount(battles.first * np.int64(3) + battles.direction, minlength=n)
    second = np.bincount(battles.second * np.int64(3) + B - battles.direction, minlength=n)
    return (first + second).reshape(-1, 3)


def _win_shares(
    battles: Battles, unit: NDArray[np.int64], groups: NDArray[np.int64]
) -> list[Estimate]:
    """Mean over a player's comparisons of the share of votes for it, ties counting half.

    The interval counts comparisons of one group (a prompt, where prompts recur) as one.
    """
    known, place = distinct(unit)
    at = np.zeros(known.size, dtype=np.int64)
    at[place] = np.arange(unit.size)
    n_votes = np.bincount(place)
    won = (battles.direction == A) + (battles.direction == TIE) / 2
    score = np.bincount(place, weights=won) / n_votes
    player = np.concatenate([battles.first[at], battles.second[at]])
    scores = np.concatenate([score, 1 - score])
    n = np.bincount(player, minlength=battles.n_players)
    mean = np.bincount(player, weights=scores, minlength=battles.n_players) / np.maximum(n, 1)
    _, group = np.unique(groups[known], return_inverse=True)
    n_groups = int(group.max(initial=-1)) + 1
    cells, cell = np.unique(player * n_groups + np.tile(group, 2), return_inverse=True)
    off = np.bincount(cell, weights=scores - mean[player])
    owner = cells // max(n_groups, 1)
    spread = np.bincount(owner, weights=off**2, minlength=battles.n_players)
    n_clusters = np.bincount(owner, minlength=battles.n_players)
    answers = []
    for m, mine, clusters, total in zip(n, mean, n_clusters, spread, strict=True):
        if clusters < 5 or total == 0:
            reason = "fewer than five of them" if clusters < 5 else "all of them are the same"
            answers.append(Estimate(float(mine), None, None, int(m), reason))
            continue
        half = NORMAL * float(np.sqrt(total * clusters / (clusters - 1))) / int(m)
        ends = (max(0.0, float(mine) - half), min(1.0, float(mine) + half))
        answers.append(Estimate(float(mine), *ends, int(m)))
    return answers


def _connectivity(found: Components) -> Document:
    playing = found.n_battles > 0
    return {
        "n_components": int(found.n_players.size),
        "n_alone": int(np.count_nonzero(~playing)),
        "largest": [
            {"n_players": int(players), "n_judgments": int(battles)}
            for players, battles in zip(
                found.n_players[playing][:MAX_COMPONENTS],
                found.n_battles[playing][:MAX_COMPONENTS],
                strict=True,
            )
        ],
        "n_between": found.n_between,
    }
