"""Reliability data: who gave which value to which unit, as three parallel arrays."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MISSING = -1


@dataclass(frozen=True, slots=True)
class Reliability:
    """Judgments in the long form of agreement measures.

    Attributes:
        unit: The comparison of each judgment, codes 0..n_units-1, shape (n_judgments,).
        coder: The annotator of each judgment, codes 0..n_coders-1, same shape. A coder has at
            most one judgment of a unit.
        value: Codes 0..n_values-1 into an ordered domain, or MISSING (-1), same shape.
        n_units: Comparisons in the frame, those without a judgment included.
        n_coders: Annotators in the frame.
        n_values: Size of the value domain, unused values included.

    Raises:
        ValueError: the shapes differ, or a code lies outside its domain.
    """

    unit: NDArray[np.int64]
    coder: NDArray[np.int64]
    value: NDArray[np.int64]
    n_units: int
    n_coders: int
    n_values: int

    def __post_init__(self) -> None:
        shapes = {self.unit.shape, self.coder.shape, self.value.shape}
        if len(shapes) != 1 or self.unit.ndim != 1:
            raise ValueError(f"expected three equal 1-d shapes, got {sorted(shapes)}")
        for name, codes, lowest, size in (
            ("unit", self.unit, 0, self.n_units),
            ("coder", self.coder, 0, self.n_coders),
            ("value", self.value, MISSING, self.n_values),
        ):
            if codes.size and (codes.min() < lowest or codes.max() >= size):
                raise ValueError(f"{name} codes must be {lowest}..{size - 1}")

    def usable(self) -> "Reliability":
        """The same data without the judgments whose value is missing."""
        keep = self.value != MISSING
        if keep.all():
            return self
        return Reliability(
            unit=self.unit[keep],
            coder=self.coder[keep],
            value=self.value[keep],
            n_units=self.n_units,
            n_coders=self.n_coders,
            n_values=self.n_values,
        )

    def counts(self) -> NDArray[np.int64]:
        """How often each value was given to each unit, shape (n_units, n_values)."""
        data = self.usable()
        cells = np.bincount(
            data.unit * self.n_values + data.value, minlength=self.n_units * self.n_values
        )
        return cells.reshape(self.n_units, self.n_values)


def positions_of_coders(coder: NDArray[np.int64], n_coders: int) -> list[NDArray[np.int64]]:
    """Where each coder's judgments stand in ``coder``, in the order of the codes."""
    if not n_coders:
        return []
    order = np.argsort(coder, kind="stable")
    return np.split(order, np.cumsum(np.bincount(coder, minlength=n_coders))[:-1])
