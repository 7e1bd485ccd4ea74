"""The same agreement in parts of the data: by batch, topic, week, or any other label."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quality.metrics.alpha import Level
from quality.metrics.coefficients import PERCENT, Coefficient, coefficients
from quality.metrics.reliability import MISSING, Reliability

# More rows than this are not read, and fewer comparisons than this say nothing by themselves.
MAX_STRATA = 50
MIN_COMPARISONS = 10
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Stratum:
    """One part of the data and how far annotators agree on it.

    Attributes:
        name: The label; OTHER for small parts taken together.
        n_judgments: Usable judgments in it.
        n_pooled: Labels taken together, 0 where the part is one label.
        percent: Percent agreement.
        alpha: Krippendorff's alpha.
    """

    name: str
    n_judgments: int
    n_pooled: int
    percent: Coefficient
    alpha: Coefficient


def strata(
    data: Reliability,
    prompt: NDArray[np.int64],
    label: NDArray[np.int64],
    names: tuple[str, ...],
    *,
    level: Level,
    rng: Callable[[], np.random.Generator],
    keep_last: bool = False,
    step: Callable[[str], None] = lambda name: None,
) -> list[Stratum]:
    """Agreement within each label, in the order of the names; the pooled rest comes last.

    A pair of judgments counts where both have the label: units that carry one label each lose
    no pair, judgments of different weeks are not compared.

    Args:
        data: Judgments; missing values are left out.
        prompt: Code of each unit's prompt, shape (n_units,).
        label: Index into ``names`` of each judgment, -1 for none, shape (n_judgments,).
        names: The labels.
        level: Of alpha.
        rng: Makes the source of the draws, the same each time it is called.
        keep_last: Whether the last labels are kept where there are too many, else the largest.
        step: Called with the name before each part.
    """
    usable = (data.value != MISSING) & (label >= 0)
    columns = (data.unit, data.coder, data.value, label)
    if not usable.all():
        unit, coder, value, label = (column[usable] for column in columns)
        columns = (unit, coder, value, label)
    labelled = _Labelled(*columns, prompt).apart()
    pooled = _pooled(labelled.pairable(len(names)), labelled.n_of(len(names)), keep_last=keep_last)
    group = np.where(pooled, len(names), np.arange(len(names)))[labelled.label]
    order = np.argsort(group, kind="stable")
    ends = np.cumsum(np.bincount(group, minlength=len(names) + 1)).tolist()
    found = []
    for place, name in enumerate((*names, OTHER)):
        start, end = ends[place - 1] if place else 0, ends[place]
        if start == end:
            continue
        step(name)
        part, its_prompt = labelled.part(order[start:end], like=data)
        measured = coefficients(
            part, its_prompt, level=level, rng=rng, only=(PERCENT, "krippendorff_alpha")
        )
        n_pooled = int(pooled.sum()) if place == len(names) else 0
        found.append(
            Stratum(name, end - start, n_pooled, measured[PERCENT], measured["krippendorff_alpha"])
        )
    return found


@dataclass(frozen=True, slots=True)
class _Labelled:
    """Usable judgments with a label each; ``prompt`` is one code per unit."""

    unit: NDArray[np.int64]
    coder: NDArray[np.int64]
    value: NDArray[np.int64]
    label: NDArray[np.int64]
    prompt: NDArray[np.int64]

    def apart(self) -> "_Labelled":
        """Units under several labels become a unit under each of them."""
        n_units = self.prompt.shape[0]
        label_of = np.zeros(n_units, dtype=np.int64)
        label_of[self.unit] = self.label
        if (label_of[self.unit] == self.label).all():
            return self
        keys, unit = np.unique(self.label * n_units + self.unit, return_inverse=True)
        return _Labelled(unit, self.coder, self.value, self.label, self.prompt[keys % n_units])

    def n_of(self, n_labels: int) -> NDArray[np.int64]:
        """Judgments under each label."""
        return np.bincount(self.label, minlength=n_labels)

    def pairable(self, n_labels: int) -> NDArray[np.int64]:
        """Units with at least two judgments under each label."""
        label_of = np.zeros(self.prompt.shape[0], dtype=np.int64)
        label_of[self.unit] = self.label
        n_judgments = np.bincount(self.unit, minlength=self.prompt.shape[0])
        return np.bincount(label_of[n_judgments >= 2], minlength=n_labels)

    def part(
        self, mine: NDArray[np.int64], *, like: Reliability
    ) -> tuple[Reliability, NDArray[np.int64]]:
        """Some of the judgments as reliability data of their own, and their units' prompts."""
        units, unit = np.unique(self.unit[mine], return_inverse=True)
        data = Reliability(
            unit=unit,
            coder=self.coder[mine],
            value=self.value[mine],
            n_units=units.shape[0],
            n_coders=like.n_coders,
            n_values=like.n_values,
        )
        return data, self.prompt[units]


def _pooled(
    n_pairable: NDArray[np.int64], n_judgments: NDArray[np.int64], *, keep_last: bool
) -> NDArray[np.bool_]:
    """Which labels are taken together: the small ones, and the smallest of too many."""
    pooled = (n_judgments > 0) & (n_pairable < MIN_COMPARISONS)
    kept = np.flatnonzero((n_judgments > 0) & ~pooled)
    if kept.size + pooled.any() > MAX_STRATA:
        rank = kept if keep_last else kept[np.argsort(n_pairable[kept], kind="stable")]
        pooled[rank[: 1 + kept.size - MAX_STRATA]] = True
    # One label taken together with nothing is better called by its name.
    return pooled if pooled.sum() > 1 else np.zeros_like(pooled)
