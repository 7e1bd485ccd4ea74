"""Krippendorff's alpha of measurements on any scale, before and after the scale is changed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotation.intervals import Z_95
from quality.metrics.estimates import Estimate

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]

FEWEST_CLUSTERS = 5
NO_PAIR = "nothing was measured twice"
CONSTANT = "every value is the same"
FEW_CLUSTERS = f"fewer than {FEWEST_CLUSTERS} prompts"


@dataclass(frozen=True, slots=True)
class AlphaChange:
    """Alpha of two measurements of the same things by the same people.

    Attributes:
        before: Of the first values.
        after: Of the second ones.
        gain: After less before, from the same draws of prompts.
    """

    before: Estimate
    after: Estimate
    gain: Estimate


def alpha_change(unit: Codes, before: Floats, after: Floats, cluster: Codes) -> AlphaChange:
    """Interval alpha of both, and of their difference.

    With m values x of a unit and N values in all, over units with at least two,

        D_o = sum_u (2 m sum x^2 - 2 (sum x)^2) / (m - 1) / N
        D_e = (2 N sum x^2 - 2 (sum x)^2) / (N (N - 1))       alpha = 1 - D_o / D_e

    Intervals by the delta method: alpha is a smooth function of four totals, and clusters are
    independent. The gain has its own, much narrower than the distance of two intervals suggests.

    Args:
        unit: What was measured, codes from 0, shape (n,).
        before: The values, same shape.
        after: The changed values, same shape.
        cluster: Code of each unit's prompt, shape (n_units,).

    n counts units. Undefined where no unit has two values, or all values are equal; no interval
    below FEWEST_CLUSTERS prompts.

    Source: Krippendorff (2019), Content Analysis, 4th ed., chapter 12.
    """
    # Prompts come as hashes, far too large to count by.
    _, cluster = np.unique(cluster, return_inverse=True)
    n_of = np.bincount(unit, minlength=cluster.size)
    n_units = int((n_of > 1).sum())
    parts = [_influences(unit, values, n_of, cluster) for values in (before, after)]
    clusters = np.unique(cluster[n_of > 1]).size
    first, second = (_estimate(part, n_units, clusters) for part in parts)
    if first.value is None or second.value is None:
        reason = first.undefined_because or second.undefined_because
        return AlphaChange(first, second, Estimate.undefined(reason, n_units))
    change = (parts[1][0] or 0.0) - (parts[0][0] or 0.0), parts[1][1] - parts[0][1], ""
    return AlphaChange(first, second, _estimate(change, n_units, clusters))


def _influences(
    unit: Codes, values: Floats, n_of: Codes, cluster: Codes
) -> tuple[float | None, Floats, str]:
    """Alpha, and by how much each cluster moves it; or why it is undefined."""
    size = int(cluster.max()) + 1 if cluster.size else 0
    nothing = np.zeros(size)
    paired = n_of[unit] > 1
    if not paired.any():
        return None, nothing, NO_PAIR
    unit = unit[paired]
    # Alpha does not depend on where zero is; squares of centred values lose fewer digits.
    x = values[paired] - values[paired].mean()
    m = np.where(n_of > 1, n_of, 0)
    total = np.bincount(unit, weights=x, minlength=n_of.size)
    squares = np.bincount(unit, weights=x * x, minlength=n_of.size)
    apart = np.divide(2 * (m * squares - total**2), m - 1, out=np.zeros(m.size), where=m > 1)
    n, s, q, d = float(m.sum()), float(total.sum()), float(squares.sum()), float(apart.sum())
    expected = 2 * (n * q - s**2) / (n * (n - 1))
    if expected <= 1e-18 * max(q, 1.0):
        return None, nothing, CONSTANT
    observed = d / n
    # Derivatives of D_o and D_e by the totals of each cluster.
    by_n = -observed / n
    expected_by_n = 2 * q / (n * (n - 1)) - expected * (2 * n - 1) / (n * (n - 1))
    per_unit = (apart / n + m * by_n) / expected - observed / expected**2 * (
        m * expected_by_n + 2 * squares / (n - 1) - 4 * s * total / (n * (n - 1))
    )
    influence = np.bincount(cluster, weights=-per_unit, minlength=size).astype(np.float64)
    return 1 - observed / expected, influence, ""


def _estimate(part: tuple[float | None, Floats, str], n_units: int, n_clusters: int) -> Estimate:
    value, influence, reason = part
    if value is None:
        return Estimate.undefined(reason, n_units)
    if n_clusters < FEWEST_CLUSTERS:
        return Estimate(value, None, None, n_units, FEW_CLUSTERS)
    spread = float((influence**2).sum()) * n_clusters / (n_clusters - 1)
    half = Z_95 * spread**0.5
    return Estimate(value, value - half, value + half, n_units)
