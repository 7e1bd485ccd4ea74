"""What somebody asks of a dataset version: the thresholds, the hold-out, the splits, the seed."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, Self

from feedback_platform.errors import BadInput

SPLIT_BY = ("prompt", "group", "comparison")

MOST_PLACES = 6
LARGEST_COUNT = 1_000
LARGEST_HOLDOUT = Decimal("0.5")
LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Recipe:
    """The options of a dataset version; the same recipe on the same judgments gives the same files.

    Shares are decimals, because thresholds are compared as exact fractions: three of five
    judgments reach 0.6, whatever 3 / 5 is in binary.

    Raises:
        BadInput: an option lies outside its range; the message names it.
    """

    min_judgments: int = 3
    min_votes: int = 3
    min_confidence: Decimal = Decimal("0.6")
    holdout_annotators: Decimal = Decimal("0.2")
    split_by: str = "prompt"
    seed: int = 0
    # Whether the decisions of reviewers go before those of the filter.
    adjudications: bool = True

    def __post_init__(self) -> None:
        for name, value in (
            ("min-judgments", self.min_judgments),
            ("min-votes", self.min_votes),
        ):
            if not 1 <= value <= LARGEST_COUNT:
                raise BadInput(f"{name} must lie between 1 and {LARGEST_COUNT}, not {value}.")
        if not (self.min_confidence.is_finite() and 0 < self.min_confidence <= 1):
            raise BadInput(
                f"min-confidence must lie above 0 and at most at 1, not {self.min_confidence}."
            )
        held_out = self.holdout_annotators
        if not (held_out.is_finite() and 0 <= held_out <= LARGEST_HOLDOUT):
            raise BadInput(
                f"holdout-annotators must lie between 0 and {LARGEST_HOLDOUT}, not {held_out}: "
                "it is the share of annotators kept out of the training rows."
            )
        if self.split_by not in SPLIT_BY:
            raise BadInput(f"split-by must be one of {', '.join(SPLIT_BY)}, not {self.split_by!r}.")
        if not 0 <= self.seed <= LARGEST_SEED:
            raise BadInput(f"seed must lie between 0 and {LARGEST_SEED}, not {self.seed}.")

    @property
    def confidence_threshold(self) -> Fraction:
        """``min_confidence`` as an exact fraction."""
        return Fraction(self.min_confidence)

    @property
    def holdout_share(self) -> Fraction:
        """``holdout_annotators`` as an exact fraction."""
        return Fraction(self.holdout_annotators)

    def as_dict(self) -> dict[str, int | float | str]:
        """The recipe as JSON; ``from_dict`` reads it back without loss."""
        return {
            "min_judgments": self.min_judgments,
            "min_votes": self.min_votes,
            "min_confidence": float(self.min_confidence),
            "holdout_annotators": float(self.holdout_annotators),
            "split_by": self.split_by,
            "seed": self.seed,
            "adjudications": self.adjudications,
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """The recipe that ``as_dict`` wrote."""
        return cls(
            min_judgments=int(stored["min_judgments"]),
            min_votes=int(stored["min_votes"]),
            min_confidence=exact_decimal(str(stored["min_confidence"])),
            holdout_annotators=exact_decimal(str(stored["holdout_annotators"])),
            split_by=str(stored["split_by"]),
            seed=int(stored["seed"]),
            # Versions from before there were any have no such entry.
            adjudications=bool(stored.get("adjudications", True)),
        )


def exact_decimal(text: str) -> Decimal:
    """A share as it was typed, without a detour through binary.

    At most six places, so that the stored JSON number gives the same decimal back.
    """
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise BadInput(f"{text!r} is not a decimal number such as 0.6.") from error
    exponent = value.normalize().as_tuple().exponent
    if isinstance(exponent, int) and exponent < -MOST_PLACES:
        raise BadInput(f"{text} has more than {MOST_PLACES} decimal places.")
    return value
