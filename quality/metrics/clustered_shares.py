"""Shares of trials that come in groups, such as comparisons of one prompt."""

import numpy as np
from numpy.typing import NDArray
from scipy import special

from quality.metrics.estimates import Estimate


def clustered_share(
    is_success: NDArray[np.bool_], cluster: NDArray[np.int64], *, undefined_because: str
) -> Estimate:
    """A share with Wilson's interval for as many trials as the groups are worth.

    Args:
        is_success: Of each trial, shape (n,).
        cluster: The group of each trial, any integers, same shape.

    The design effect is the variance of the groups' sums over that of independent trials, at
    least 1; the interval is Wilson's for n / design effect trials. Undefined without trials.

    Source: Korn and Graubard (1998), Survey Methodology 24, 193-201 (effective sample size).
    """
    n = int(is_success.size)
    if n == 0:
        return Estimate.undefined(undefined_because)
    share = float(is_success.mean())
    variance = share * (1 - share) * n
    effect = 1.0
    if 0 < share < 1:
        sums = np.bincount(np.unique(cluster, return_inverse=True)[1], weights=is_success - share)
        effect = max(1.0, float((sums**2).sum()) / variance)
    worth = n / effect
    z = float(special.ndtri(0.975))
    middle = (share * worth + z**2 / 2) / (worth + z**2)
    half = z / (worth + z**2) * float(np.sqrt(worth * share * (1 - share) + z**2 / 4))
    low = 0.0 if share == 0 else max(middle - half, 0.0)
    high = 1.0 if share == 1 else min(middle + half, 1.0)
    return Estimate(share, low, high, n)


def at_least(
    wins: NDArray[np.float64], losses: NDArray[np.float64], likely: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The probability of at least so many wins, where each trial is one with ``likely``.

    A regularised incomplete beta function, which also says what to do between whole numbers.
    """
    found = special.betainc(np.maximum(wins, 1e-9), losses + 1, likely)
    return np.asarray(found, dtype=np.float64)


def sign_tests(
    wins: NDArray[np.float64], losses: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Exact sign tests, and Jeffreys' intervals of the log-odds of a win.

    Args:
        wins: Of each test; whole numbers, or what they are worth after a design effect.
        losses: The same of losses, same shape.

    Returns:
        Two-sided p-values of "as likely as not", and the ends of 95 % intervals of
        log(wins / losses). A test without a trial has p = 1.

    The p-value is the exact one, not the mid-p: at the ends of the distribution, which is where
    thousands of tests are decided, the mid-p is half of the probability that it stands for.

    Source: McNemar (1947), Psychometrika 12, 153-157; Brown, Cai and DasGupta (2001),
    Statistical Science 16, 101-133 (Jeffreys' interval).
    """
    trials = wins + losses
    larger = np.maximum(wins, losses)
    p = np.minimum(2 * at_least(larger, trials - larger, np.full(larger.shape, 0.5)), 1.0)
    low = special.betaincinv(wins + 0.5, losses + 0.5, 0.025)
    high = special.betaincinv(wins + 0.5, losses + 0.5, 0.975)
    return (
        np.where(trials > 0, p, 1.0).astype(np.float64),
        special.logit(low).astype(np.float64),
        special.logit(high).astype(np.float64),
    )
