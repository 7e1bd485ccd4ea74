"""What differs between the preferred and the rejected response: logistic regression of pairs."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from quality.metrics.estimates import Estimate

MIN_PAIRS = 10
MIN_CLUSTERS = 5
MAX_ITERATIONS = 50
# Newton's steps are quadratic: below this the next one changes nothing that is shown.
TOLERANCE = 1e-10
# A smaller difference is one of rounding.
TINY = 1e-12
# Coefficients per standard deviation beyond this only occur where a feature decides every pair.
SEPARATED = 15.0

NO_PAIRS = f"fewer than {MIN_PAIRS} pairs with a preference"
NO_DIFFERENCE = "the responses never differ in it"
DECIDES_ALL = "wherever it differs it decides the pair, so the effect has no bound"
FEW_CLUSTERS = f"fewer than {MIN_CLUSTERS} prompts"

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PairedFit:
    """Effects of features on which of two responses is preferred.

    Attributes:
        effects: The change of the log-odds for one unit of each feature, or why there is none.
        z: Each effect over its standard error; None where there is no interval.
        p: Two-sided p-values against Student's t with n_clusters - 1 degrees of freedom.
        coefficients: The values of the effects, 0 where undefined, shape (n_features,).
        n_iter: Newton steps.
        converged: Whether the last step was below TOLERANCE.
        log_likelihoods: The objective after each step; it never falls.
    """

    effects: list[Estimate]
    z: list[float | None]
    p: list[float | None]
    coefficients: Floats
    n_iter: int
    converged: bool
    log_likelihoods: list[float]


def paired_logit(difference: Floats, cluster: NDArray[np.int64]) -> PairedFit:
    """Fit P(preferred) = 1 / (1 + exp(-difference @ effects)), without an intercept.

    Args:
        difference: Features of the preferred minus those of the rejected response, shape
            (n_pairs, n_features). Swapping the two responses of a comparison before anybody
            judged them changes nothing here, so no order of them can leak in.
        cluster: The prompt of each pair, any integers, shape (n_pairs,). Pairs of one prompt
            are not taken for independent: the intervals come from the sandwich estimator with
            sums of scores over prompts, times G / (G - 1), and Student's t.

    Undefined with fewer than ten pairs, for a feature that never differs, for one that only
    differs one way, and where features together separate all pairs: the likelihood then grows
    without bound.

    Raises:
        ValueError: the shapes do not fit, or a difference is not finite.

    Source: Agresti (2013), Categorical Data Analysis, 3rd ed., section 11.2 (matched pairs);
    Liang and Zeger (1986), Biometrika 73, 13-22 (clusters).
    """
    if difference.ndim != 2 or cluster.shape != difference.shape[:1]:
        raise ValueError(f"expected (n, k) and (n,), got {difference.shape} and {cluster.shape}")
    if not np.isfinite(difference).all():
        raise ValueError("expected finite differences")
    n_pairs, n_features = difference.shape
    if n_pairs < MIN_PAIRS:
        return _without(Estimate.undefined(NO_PAIRS, n_pairs), n_features)
    fit = _without(Estimate.undefined(NO_DIFFERENCE, n_pairs), n_features)
    one_way = (difference >= -TINY).all(axis=0) | (difference <= TINY).all(axis=0)
    differs = (np.abs(difference) > TINY).any(axis=0)
    for place in np.flatnonzero(one_way & differs).tolist():
        # Whatever the others do, a larger effect would fit better still.
        fit.effects[place] = Estimate.undefined(DECIDES_ALL, n_pairs)
    usable = np.flatnonzero(~one_way)
    if not usable.size:
        return fit
    spread = np.sqrt((difference[:, usable] ** 2).mean(axis=0))
    scaled = difference[:, usable] / spread
    beta, history, converged = _maximised(scaled)
    if not converged or np.abs(beta).max() > SEPARATED:
        for place in usable.tolist():
            fit.effects[place] = Estimate.undefined(DECIDES_ALL, n_pairs)
        return replace(fit, n_iter=len(history), converged=converged, log_likelihoods=history)
    errors, n_clusters = _clustered_errors(scaled, beta, cluster)
    for at, place in enumerate(usable.tolist()):
        fit.coefficients[place] = beta[at] / spread[at]
        fit.effects[place], fit.z[place], fit.p[place] = _effect(
            beta[at], errors[at], spread[at], n_pairs, n_clusters
        )
    return replace(fit, n_iter=len(history), log_likelihoods=history)


def _without(reason: Estimate, n_features: int) -> PairedFit:
    nothing: list[float | None] = [None] * n_features
    return PairedFit(
        [reason] * n_features, nothing, list(nothing), np.zeros(n_features), 0, True, []
    )


def _maximised(features: Floats) -> tuple[Floats, list[float], bool]:
    """Newton's method with halved steps wherever a whole one would lower the objective."""
    beta = np.zeros(features.shape[1])
    value = _log_likelihood(features, beta)
    history: list[float] = []
    for _ in range(MAX_ITERATIONS):
        missed = 1 / (1 + np.exp(np.clip(features @ beta, -500, 500)))
        gradient = features.T @ missed
        curvature = (features * (missed * (1 - missed))[:, None]).T @ features
        step = np.linalg.lstsq(curvature, gradient, rcond=None)[0]
        while (found := _log_likelihood(features, beta + step)) < value and np.abs(
            step
        ).max() > TOLERANCE:
            step /= 2
        beta, value = beta + step, max(value, found)
        history.append(value)
        if np.abs(step).max() < TOLERANCE:
            return beta, history, True
        if np.abs(beta).max() > SEPARATED:
            return beta, history, False
    return beta, history, False


def _log_likelihood(features: Floats, beta: Floats) -> float:
    return -float(np.logaddexp(0, -(features @ beta)).sum())


def _clustered_errors(
    features: Floats, beta: Floats, cluster: NDArray[np.int64]
) -> tuple[Floats, int]:
    known, group = np.unique(cluster, return_inverse=True)
    n_clusters = known.size
    missed = 1 / (1 + np.exp(np.clip(features @ beta, -500, 500)))
    scores = features * missed[:, None]
    sums = np.stack(
        [np.bincount(group, weights=column, minlength=n_clusters) for column in scores.T], axis=1
    )
    bread = np.linalg.pinv((features * (missed * (1 - missed))[:, None]).T @ features)
    variance = bread @ (sums.T @ sums) @ bread * n_clusters / max(n_clusters - 1, 1)
    return np.sqrt(np.maximum(np.diag(variance), 0)), n_clusters


def _effect(
    beta: float, error: float, spread: float, n_pairs: int, n_clusters: int
) -> tuple[Estimate, float | None, float | None]:
    value = float(beta / spread)
    if n_clusters < MIN_CLUSTERS or error <= 0:
        return Estimate(value, None, None, n_pairs, FEW_CLUSTERS), None, None
    half = float(special.stdtrit(n_clusters - 1, 0.975) * error / spread)
    z = float(beta / error)
    p = float(2 * special.stdtr(n_clusters - 1, -abs(z)))
    return Estimate(value, value - half, value + half, n_pairs), z, p
