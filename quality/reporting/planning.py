"""A plan in the words of its page."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from quality.metrics.noise import Noise, accuracy_at
from quality.metrics.planning import ASSURANCE, NO_PLAN, Plan, Setting, Wanted, plan_for
from quality.metrics.posteriors import agreement_of

LABELS = {
    Wanted.AGREEMENT: "Agreeing pairs",
    Wanted.ALPHA: "Alpha, direction",
    Wanted.CONSENSUS: "Decisions that are right",
    Wanted.WIN_RATE: "Share of votes won by a model",
}
IS_SHARE = {Wanted.AGREEMENT, Wanted.CONSENSUS, Wanted.WIN_RATE}
# The same question gets the same answer, and at once.
SEED = 1
REMEMBERED = 128


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be planned.

    Attributes:
        wanted: What the interval is of.
        width: From its lower to its upper end.
        budget: Judgments that can be paid, or None.
        least: What the measure itself must reach, or None.
    """

    wanted: Wanted
    width: float
    budget: int | None = None
    least: float | None = None


@lru_cache(maxsize=REMEMBERED)
def planned(question: Question, noise: Noise) -> Plan:
    """The plan; about a second."""
    return plan_for(
        noise,
        wanted=question.wanted,
        width=question.width,
        budget=question.budget,
        least=question.least,
        rng=np.random.default_rng(SEED),
    )


def with_agreement(noise: Noise, agreement: float) -> Noise:
    """The same noise with annotators who agree so often."""
    accuracy = accuracy_at(agreement, n_values=noise.n_values)
    return Noise(**{**noise.as_dict(), "accuracy": accuracy})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class PlanReading:
    """What a plan says."""

    question: Question
    noise: Noise
    plan: Plan

    @property
    def label(self) -> str:
        return LABELS[self.question.wanted]

    @property
    def is_share(self) -> bool:
        return self.question.wanted in IS_SHARE

    @property
    def agreement(self) -> float:
        return agreement_of(self.noise.accuracy, n_values=self.noise.n_values)

    @property
    def sentence(self) -> str:
        """What to do, first."""
        best = self.plan.best
        if best is None or best.n_comparisons is None:
            return f"No setting reaches this: {self._why_not()}."
        if self.plan.affordable is not None:
            return self._over_budget(best)
        return f"{_settings(best)}: {best.cost:,} judgments in all."

    def _over_budget(self, best: Setting) -> str:
        found = self.plan.affordable
        assert found is not None and found.width is not None
        return (
            f"{self.question.budget:,} judgments are not enough: {best.cost:,} are needed. "
            f"{_settings(found)} reach a width of {found.width:.3f}."
        )

    def _why_not(self) -> str:
        highest = max((one.value for one in self.plan.settings), default=0.0)
        if self.question.least is not None and highest < self.question.least:
            return f"with up to nine judgments of a comparison {highest * 100:.0f} % are reached"
        return NO_PLAN

    @property
    def width(self) -> str:
        return f"{self.question.width:g}"

    @property
    def reason(self) -> str:
        """Why this setting."""
        if self.plan.best is None:
            return "Ask for a wider interval or for less."
        return (
            f"It is the cheapest, or within 5 % of it with more comparisons, and in "
            f"{ASSURANCE * 100:.0f} % of 500 simulated projects the 95 % interval was no wider."
        )

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [
            {
                "n_judgments": one.n_judgments,
                "n_comparisons": one.n_comparisons,
                "cost": one.cost,
                "value": one.value,
                "is_best": one == self.plan.best,
                "is_enough": self.question.least is None or one.value >= self.question.least,
            }
            for one in self.plan.settings
        ]


def _settings(setting: Setting) -> str:
    plural = "" if setting.n_judgments == 1 else "s"
    return (
        f"{setting.n_judgments} judgment{plural} of each of {setting.n_comparisons:,} comparisons"
    )
