"""How strongly each annotator's preferences follow length and form, beside the project's."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotation.intervals import Z_95
from quality.metrics.em import Floats
from quality.metrics.estimates import Estimate

Codes = NDArray[np.int64]

# An annotator's slope is drawn towards the project's as if it were known to lie within about
# one of it (a normal prior in log-odds per standard deviation), so that few judgments that all
# happen to agree do not make it infinite.
PRIOR_SD = 1.0
# The project's own slopes: nearly free.
POOL_SD = 10.0
LARGEST_STEP, TOLERANCE, MAX_ITER = 2.0, 1e-8, 50
FEWEST = 10
TOO_FEW = f"fewer than {FEWEST} judgments for one of two responses that differ in it"
NO_OTHERS = "nobody else judged"


@dataclass(frozen=True, slots=True)
class Slopes:
    """Of every annotator, in log-odds per standard deviation of each feature.

    Attributes:
        pool: Slope of all annotators together, by feature.
        own: Slope of each annotator, by annotator and feature.
        against_others: The same less that of all the others.
        converged: Whether every fit had settled.
    """

    pool: list[Estimate]
    own: list[list[Estimate]]
    against_others: list[list[Estimate]]
    converged: bool


def standardised(differences: Floats) -> Floats:
    """Differences (response B less A) over their root mean square, shape (n, n_features).

    The mean is not taken off: swapping the responses of a comparison must turn its sign. Features
    that never differ stay 0.
    """
    size = np.sqrt((differences**2).mean(axis=0)) if differences.size else np.ones(1)
    return np.asarray(differences / np.where(size > 1e-12, size, 1.0))


def slopes(
    feature: Floats,
    prefers_b: NDArray[np.bool_],
    swapped: Codes,
    coder: Codes,
    *,
    n_coders: int,
) -> Slopes:
    """Logistic regression of the direction on feature differences and the shown side.

    No intercept: the order of A and B is no property of the responses. The shown side enters as
    +1 where B was on the left, -1 where A was, 0 where it is unknown. First all annotators
    together; then each annotator's departure from that, as an interaction. The departure from the
    others alone divides it by their part of the information.

    Args:
        feature: Standardised differences of each judgment's comparison, shape (n, n_features).
        prefers_b: Whether B was preferred, ties left out, shape (n,).
        swapped: 1 where B was on the left, 0 where A was, -1 where it is unknown, same shape.
        coder: Annotator of each judgment, same shape.
        n_coders: Annotators in the frame.

    Undefined with fewer than FEWEST judgments of responses that differ in the feature.
    """
    n_features = feature.shape[1]
    side = np.where(swapped < 0, 0, 2 * swapped - 1)
    design = np.column_stack([feature, side]).astype(np.float64)
    together = np.zeros(coder.size, dtype=np.int64)
    offset = np.zeros(coder.size)
    pool, pool_information, settled = _fit(design, prefers_b, offset, together, 1, POOL_SD)
    offset = design @ pool[0]
    departure, information, all_settled = _fit(design, prefers_b, offset, coder, n_coders, PRIOR_SD)
    pool_error = np.sqrt(np.diag(np.linalg.inv(pool_information[0])))
    error = np.sqrt(np.diagonal(np.linalg.inv(information), axis1=1, axis2=2))
    own_part = np.diagonal(information, axis1=1, axis2=2) - PRIOR_SD**-2
    total = np.maximum(np.diag(pool_information[0]), 1e-12)
    rest = 1 - np.minimum(own_part / total, 1.0)
    n = np.stack(
        [np.bincount(coder[column != 0], minlength=n_coders) for column in feature.T], axis=1
    )
    found = Slopes([], [], [], settled and all_settled)
    for at in range(n_features):
        found.pool.append(_estimate(pool[0, at], pool_error[at], int(n[:, at].sum())))
    for one in range(n_coders):
        found.own.append([])
        found.against_others.append([])
        for at in range(n_features):
            size, change = int(n[one, at]), departure[one, at]
            found.own[one].append(_estimate(pool[0, at] + change, error[one, at], size))
            found.against_others[one].append(
                _against(change, error[one, at], pool_error[at], float(rest[one, at]), size)
            )
    return found


def _fit(
    design: Floats,
    prefers_b: NDArray[np.bool_],
    offset: Floats,
    group: Codes,
    n_groups: int,
    prior_sd: float,
) -> tuple[Floats, Floats, bool]:
    """Newton's method for every group at once; coefficients, information and whether it settled."""
    n_columns = design.shape[1]
    beta = np.zeros((n_groups, n_columns))
    ridge = np.eye(n_columns) / prior_sd**2
    information = np.broadcast_to(ridge, (n_groups, n_columns, n_columns)).copy()
    for _ in range(MAX_ITER):
        predictor = offset.copy()
        for at in range(n_columns):
            predictor += beta[group, at] * design[:, at]
        probability = 1 / (1 + np.exp(-np.clip(predictor, -30, 30)))
        missed, weight = prefers_b - probability, probability * (1 - probability)
        gradient = -beta / prior_sd**2
        for at in range(n_columns):
            column = design[:, at]
            gradient[:, at] += np.bincount(group, weights=missed * column, minlength=n_groups)
            for also in range(at + 1):
                products = weight * column * design[:, also]
                sums = np.bincount(group, weights=products, minlength=n_groups) + ridge[at, also]
                information[:, at, also] = information[:, also, at] = sums
        step = np.linalg.solve(information, gradient[:, :, None])[:, :, 0]
        beta += np.clip(step, -LARGEST_STEP, LARGEST_STEP)
        if not step.size or np.abs(step).max() < TOLERANCE:
            return beta, information, True
    return beta, information, False


def _estimate(value: float, error: float, n: int) -> Estimate:
    if n < FEWEST:
        return Estimate.undefined(TOO_FEW, n)
    return Estimate(float(value), float(value - Z_95 * error), float(value + Z_95 * error), n)


def _against(change: float, error: float, pool_error: float, rest: float, n: int) -> Estimate:
    if rest < 0.05:
        return Estimate.undefined(NO_OTHERS, n)
    # What the others leave open: their information is the rest of the pool's.
    total = float(np.hypot(error, pool_error / rest**0.5))
    return _estimate(change / rest, total, n)
