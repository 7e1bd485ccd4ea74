"""Intervals of simple shares."""

from math import sqrt
from typing import Any

# 97.5 % point of the standard normal distribution: two-sided 95 % intervals.
Z_95 = 1.959963984540054


def wilson_interval(successes: int, n: int) -> tuple[float, float]:
    """95 % score interval of a share of independent trials, both ends within 0..1.

    Raises:
        ValueError: n is not positive, or successes lie outside 0..n.

    Source: Wilson (1927), Journal of the American Statistical Association 22, 209-212.
    """
    if n <= 0 or not 0 <= successes <= n:
        raise ValueError(f"expected 0 <= successes <= n and n > 0, got {successes} of {n}")
    square = Z_95**2
    middle = (successes + square / 2) / (n + square)
    half = Z_95 / (n + square) * sqrt(successes * (n - successes) / n + square / 4)
    # At the ends the interval touches 0 or 1 exactly, but for rounding.
    low = 0.0 if successes == 0 else middle - half
    high = 1.0 if successes == n else middle + half
    return low, high


def shown_share(successes: int, n: int, *, undefined_because: str) -> dict[str, Any]:
    """A share of independent trials with its interval, in the form that pages show."""
    if n == 0:
        nothing = {"value": None, "low": None, "high": None, "n": 0}
        return {**nothing, "undefined_because": undefined_because}
    low, high = wilson_interval(successes, n)
    return {"value": successes / n, "low": low, "high": high, "n": n, "undefined_because": ""}
