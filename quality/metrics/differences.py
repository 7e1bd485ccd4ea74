"""How far two estimates lie apart, from their intervals alone."""

from math import hypot

from quality.metrics.estimates import Estimate

NO_INTERVAL = "one of the two has no interval"
NO_VALUE = "one of the two has no value"


def difference(earlier: Estimate, later: Estimate) -> Estimate:
    """Later minus earlier with its 95 % interval, by the squared distances of both intervals.

    The interval is exact enough for skewed intervals and needs no data beyond them. It takes the
    estimates for independent. Where the later one was measured on the judgments of the earlier
    and more, the truth lies in a narrower one, so what excludes zero here does so all the more.

    Args:
        earlier: An estimate in any unit.
        later: An estimate in the same unit.

    Returns:
        The difference; n is the smaller of both. Undefined without two values; without an
        interval where one of both has none.

    Source: Zou and Donner (2008), Statistics in Medicine 27(10), 1693-1702 (MOVER); for two
        shares with Wilson's intervals it is method 10 of Newcombe (1998), ibid. 17, 873-890.
    """
    n = min(earlier.n, later.n)
    if earlier.value is None or later.value is None:
        return Estimate.undefined(NO_VALUE, n)
    change = later.value - earlier.value
    if earlier.low is None or earlier.high is None or later.low is None or later.high is None:
        return Estimate(change, None, None, n, NO_INTERVAL)
    low = change - hypot(later.value - later.low, earlier.high - earlier.value)
    high = change + hypot(later.high - later.value, earlier.value - earlier.low)
    return Estimate(change, low, high, n)
