"""Shares of many coders at once, each drawn towards all of them as far as its own data leave open.

The shares come from one Beta distribution, whose mean and spread are unknown as well. All three
layers are integrated over grids, so that few judgments, few coders and a spread that the data
hardly tell all widen the intervals instead of being overlooked.

Source: Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., section 5.3 (the beta-binomial).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit, logsumexp

from quality.metrics.em import Floats

# Shares at which densities are kept: even in the logit, so that those near 0 and 1 have room.
GRID = expit(np.linspace(-9, 9, 361))
# Means and sizes (pseudo-judgments) of the Beta distribution that are looked at: first all over,
# then where this part of the highest evidence is reached.
N_MEANS, N_SIZES = 16, 10
SMALLEST_SIZE, LARGEST_SIZE = 1.5, 500.0
NEGLIGIBLE = 1e-4
TAIL = 0.025


@dataclass(frozen=True, slots=True)
class Shrunk:
    """Posterior of each coder's share, shape (n_coders,) each.

    Attributes:
        mean: Expectation of the share.
        low: Lower end of the 95 % interval (equal tails).
        high: Its upper end.
        typical: Posterior mean of the distribution's mean, one number.
        size: Posterior mean of its size: so many judgments weigh as much as all the others' do.
    """

    mean: Floats
    low: Floats
    high: Floats
    typical: float
    size: float


def shrunk_shares(successes: Floats, n: Floats) -> Shrunk:
    """Shares of trials, such as gold comparisons answered correctly.

    Args:
        successes: Of each coder, shape (n_coders,).
        n: Trials of each coder, same shape; without any, the result is what the others suggest.
    """
    log_likelihood = np.outer(successes, np.log(GRID)) + np.outer(n - successes, np.log1p(-GRID))
    return shrunk(log_likelihood)


def shrunk(
    log_likelihood: Floats, *, lowest_mean: float = 0.0, widening: Floats | None = None
) -> Shrunk:
    """Posteriors from any likelihood of one share per coder.

    Args:
        log_likelihood: At the shares of GRID, up to a constant per coder, shape (n_coders, n_grid).
        lowest_mean: The distribution's mean lies above it.
        widening: Factor of each coder's posterior variance for what the likelihood took for known,
            1 or more, shape (n_coders,): the posterior is raised to the power of its inverse.
    """
    likelihood = np.exp(log_likelihood - log_likelihood.max(axis=1, keepdims=True))
    margin = (1 - lowest_mean) / (2 * N_MEANS)
    means = np.linspace(lowest_mean + margin, 1 - margin, N_MEANS)
    sizes = np.geomspace(SMALLEST_SIZE, LARGEST_SIZE, N_SIZES)
    coarse, _, _ = _weights(likelihood, means, sizes)
    means, sizes = _around(means, sizes, coarse)
    weight, evidence, priors = _weights(likelihood, means, sizes)
    posterior = likelihood * ((weight.reshape(-1, 1) / evidence).T @ priors)
    if widening is not None:
        # Of the density in the logit, which the even grid stands for.
        posterior = np.exp(np.log(np.maximum(posterior, 1e-300)) / widening[:, None])
    posterior /= posterior.sum(axis=1, keepdims=True)
    return Shrunk(
        mean=posterior @ GRID,
        low=_quantiles(posterior, TAIL),
        high=_quantiles(posterior, 1 - TAIL),
        typical=float(weight.sum(axis=1) @ means),
        size=float(weight.sum(axis=0) @ sizes),
    )


def _weights(likelihood: Floats, means: Floats, sizes: Floats) -> tuple[Floats, Floats, Floats]:
    """Posterior of each mean and size, shape (n_means, n_sizes), all being equally likely before;
    the evidence of each coder for each; and these Beta distributions as masses on the grid."""
    mean, size = np.repeat(means, sizes.size)[:, None], np.tile(sizes, means.size)[:, None]
    # In the logit the density has one power more of p and of 1 - p.
    logs = mean * size * np.log(GRID) + (1 - mean) * size * np.log1p(-GRID)
    priors = np.exp(logs - logs.max(axis=1, keepdims=True))
    priors /= priors.sum(axis=1, keepdims=True)
    evidence = np.maximum(priors @ likelihood.T, 1e-300)
    weight = np.log(evidence).sum(axis=1)
    weight = np.exp(weight - logsumexp(weight))
    return weight.reshape(means.size, sizes.size), evidence, priors


def _around(means: Floats, sizes: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Finer means and sizes, from the last negligible ones on either side of the rest."""
    counts = weight > NEGLIGIBLE * weight.max()
    rows, columns = np.flatnonzero(counts.any(axis=1)), np.flatnonzero(counts.any(axis=0))
    lowest, highest = max(rows[0] - 1, 0), min(rows[-1] + 1, means.size - 1)
    least, most = max(columns[0] - 1, 0), min(columns[-1] + 1, sizes.size - 1)
    return (
        np.linspace(means[lowest], means[highest], N_MEANS),
        np.geomspace(sizes[least], sizes[most], N_SIZES),
    )


def _quantiles(posterior: Floats, tail: float) -> Floats:
    """The share below which this much of each posterior lies, between grid points in the logit."""
    reached = np.cumsum(posterior, axis=1)
    at = np.minimum((reached < tail).sum(axis=1), GRID.size - 1)
    rows = np.arange(posterior.shape[0])
    before = reached[rows, at] - posterior[rows, at]
    part = np.clip((tail - before) / np.maximum(posterior[rows, at], 1e-300), 0, 1)
    places = logit(GRID)
    step = places[1] - places[0]
    return np.asarray(expit(places[at] + (part - 0.5) * step))
