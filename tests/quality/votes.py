"""Random and simulated votes for tests of models with hidden true values."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from quality.metrics.votes import Votes


@dataclass(frozen=True)
class Sample:
    """Votes as arrays, and the truth where they were simulated."""

    unit: np.ndarray
    coder: np.ndarray
    value: np.ndarray
    n_units: int
    n_coders: int
    n_values: int
    truth: np.ndarray | None = None

    @property
    def sizes(self) -> dict[str, int]:
        return {"n_units": self.n_units, "n_coders": self.n_coders, "n_values": self.n_values}

    def fit(self, model: Any, **options: Any) -> Any:
        return model(self.unit, self.coder, self.value, **self.sizes, **options)

    @property
    def votes(self) -> Votes:
        return Votes(self.unit, self.coder, self.value, **self.sizes)


def random_sample(seed: int, *, informative: bool = False) -> Sample:
    """Few or many votes of coders of any quality, some units and coders without any."""
    rng = np.random.default_rng(seed)
    n_units, n_coders = int(rng.integers(2, 40)), int(rng.integers(1, 7))
    n_values = int(rng.integers(2, 5))
    if informative:
        n_units, n_coders = n_units + 40, n_coders + 3
    cells = n_units * n_coders
    n_votes = int(rng.integers(cells // 2 if informative else 1, cells + 1))
    place = rng.choice(cells, n_votes, replace=False)
    unit, coder = place // n_coders, place % n_coders
    truth = rng.integers(0, n_values, n_units)
    accuracy = rng.uniform(0.6 if informative else 0.2, 0.95, n_coders)
    guess = rng.integers(0, n_values, n_votes)
    value = np.where(rng.random(n_votes) < accuracy[coder], truth[unit], guess)
    return Sample(unit, coder, value, n_units, n_coders, n_values, truth)


def simulated(
    rates: np.ndarray, shares: np.ndarray, *, n_units: int, per_unit: int, seed: int = 0
) -> Sample:
    """Votes that follow error rates, shape (n_coders, n_values true, n_values given)."""
    rng = np.random.default_rng(seed)
    n_coders, n_values, _ = rates.shape
    truth = rng.choice(n_values, n_units, p=shares)
    coder = rng.random((n_units, n_coders)).argsort(axis=1)[:, :per_unit].ravel()
    unit = np.repeat(np.arange(n_units), per_unit)
    steps = rates[coder, truth[unit]].cumsum(axis=1)
    value = (rng.random(unit.size)[:, None] > steps[:, :-1]).sum(axis=1)
    return Sample(unit, coder, value, n_units, n_coders, n_values, truth)


def joint_by_hand(sample: Sample, marginals: np.ndarray, rates: np.ndarray) -> np.ndarray:
    """Probability of each unit's votes together with each true value, vote by vote."""
    joint = np.tile(marginals, (sample.n_units, 1))
    for unit, coder, value in zip(sample.unit, sample.coder, sample.value, strict=True):
        joint[unit] *= rates[coder, :, value]
    return joint
