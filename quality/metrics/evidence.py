"""All that a report measures: judgments as arrays, and what is known of their comparisons."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from quality.metrics.judged import Judged
from quality.metrics.leakage import Leakage
from quality.metrics.prompt_overlap import PromptOverlap

NONE = -1


@dataclass(frozen=True, slots=True)
class Annotator:
    """Somebody who judged, in the order of the coder codes."""

    name: str
    pseudonym: str


@dataclass(frozen=True, slots=True)
class Labels:
    """One label of each comparison, or none.

    Attributes:
        code: Index into ``names``, NONE (-1) where there is no label, shape (n_units,).
        names: The labels, sorted.
    """

    code: NDArray[np.int64]
    names: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        return not self.names


@dataclass(frozen=True, slots=True)
class CriterionPreferences:
    """Preferences under one criterion, in the comparisons' own order.

    Attributes:
        key: The criterion's key in the project.
        name: What people call it.
        judgment: Place of the judgment in ``Judged``, shape (n,), ascending.
        preference: -3..3, negative where response A is better, same shape.
    """

    key: str
    name: str
    judgment: NDArray[np.int64]
    preference: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ratings:
    """Ratings of single responses under one criterion.

    Attributes:
        key: The criterion's key in the project.
        name: What people call it.
        low: The lowest rating.
        high: The highest one.
        judgment: Place of the judgment in ``Judged``, shape (n,), ascending.
        of_b: Whether response B is rated, else A, same shape.
        value: The rating, low..high, same shape.
    """

    key: str
    name: str
    low: int
    high: int
    judgment: NDArray[np.int64]
    of_b: NDArray[np.bool_]
    value: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class KnownAnswers:
    """First answers to comparisons whose answer is known, silent gold and attention checks alike.

    Attributes:
        coder: The annotator, codes of ``Judged``; those who judged nothing else are left out.
        at: When, in seconds since 1970, same shape.
        is_correct: Whether the answer is an accepted one, same shape.
        is_attention: Whether it was an attention check, same shape.
    """

    coder: NDArray[np.int64]
    at: NDArray[np.int64]
    is_correct: NDArray[np.bool_]
    is_attention: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Repeats:
    """Further answers of an annotator to a comparison that is among ``Judged`` already.

    Attributes:
        first: Place of the first judgment in ``Judged``, shape (n,).
        outcome: Code of the further answer into OUTCOME_NAMES, same shape.
        preference: -3..3, negative where response A is better; 0 where there is none.
        strength_known: Whether a strength was given with the further answer.
        swapped: 1 where response B was on the left, 0 where A was, -1 where it is unknown.
    """

    first: NDArray[np.int64]
    outcome: NDArray[np.int64]
    preference: NDArray[np.int64]
    strength_known: NDArray[np.bool_]
    swapped: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts of judged comparisons: all of them, or a seeded sample of a large project.

    Attributes:
        unit: Code of each comparison, ascending, shape (n,).
        prompt: The prompt, or the last user turn of a conversation.
        response_a: Response A.
        response_b: Response B.
        n_judged: Judged comparisons the sample was drawn from.
    """

    unit: NDArray[np.int64]
    prompt: list[str]
    response_a: list[str]
    response_b: list[str]
    n_judged: int

    @property
    def is_sample(self) -> bool:
        return len(self.prompt) < self.n_judged


@dataclass(frozen=True, slots=True)
class Answers:
    """What a manager said about the task of a project.

    Attributes:
        task: "taste", "mixed", "factual", or empty.
        metric_name: What the metric measures.
        metric_value: Its value today, 0..1; None where none was given.
    """

    task: str = ""
    metric_name: str = ""
    metric_value: float | None = None


@dataclass(frozen=True, slots=True)
class Collection:
    """What database and files say of all texts, beyond the sample of ``Texts``.

    Attributes:
        frequent_prompts: The start of the most frequent prompts, by their code.
        overlaps: What the dataset shares with other sets of prompts.
        leakage: What the splits of the newest dataset version share; None without a version.
        answers: What the manager said of the task.
    """

    frequent_prompts: dict[int, str] = field(default_factory=dict)
    overlaps: list[PromptOverlap] = field(default_factory=list)
    leakage: Leakage | None = None
    answers: Answers = field(default_factory=Answers)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one report is computed from.

    Attributes:
        judged: Each annotator's current first judgment of each comparison.
        annotators: Who judged, in the order of the coder codes.
        at: When each judgment was made, in seconds since 1970, shape (n_judgments,).
        key: Database key of each comparison, ascending, shape (n_units,).
        batch: Name of each comparison's batch.
        topic: Its topic: ``topic``, ``category`` or ``task`` of the metadata, else its group.
        language: ``language`` or ``lang`` of its metadata.
        model_a: The model that made response A.
        model_b: The model that made response B.
        length_a: Octets of response A, shape (n_units,).
        length_b: Octets of response B, same shape.
        criteria: Preferences by criterion.
        ratings: Ratings by criterion.
        known_answers: Answers to gold and attention checks.
        repeats: Second answers to the same comparison.
        texts: Texts of judged comparisons.
        offers_tie: Whether annotators could answer with a tie.
        adjudicated: The direction that reviewers decided on, MISSING where there is none, shape
            (n_units,); None where nobody looked.
        response_a: A hash of the text of response A, equal where texts are, shape (n_units,); None
            where nobody looked.
        response_b: The same of response B.
        collection: Prompts elsewhere, leakage, and what the manager said.
    """

    judged: Judged
    annotators: list[Annotator]
    at: NDArray[np.int64]
    key: NDArray[np.int64]
    batch: Labels
    topic: Labels
    language: Labels
    model_a: Labels
    model_b: Labels
    length_a: NDArray[np.int64]
    length_b: NDArray[np.int64]
    criteria: list[CriterionPreferences]
    ratings: list[Ratings]
    known_answers: KnownAnswers
    repeats: Repeats
    texts: Texts
    offers_tie: bool
    adjudicated: NDArray[np.int64] | None = None
    response_a: NDArray[np.int64] | None = None
    response_b: NDArray[np.int64] | None = None
    collection: Collection = field(default_factory=Collection)

    def model_pairs(self) -> Labels:
        """Both models of each comparison, sorted: "alder vs birch" in either order.

        Comparisons without two models have no pair.
        """
        names = tuple(sorted({*self.model_a.names, *self.model_b.names}))
        place = {name: code for code, name in enumerate(names)}
        first, second = (
            np.array([*(place[name] for name in labels.names), NONE])[labels.code]
            for labels in (self.model_a, self.model_b)
        )
        low, high = np.minimum(first, second), np.maximum(first, second)
        known, code = np.unique(low * len(names) + high, return_inverse=True)
        has_both = low != NONE
        used = np.unique(known[code[has_both]])
        pairs = tuple(f"{names[one // len(names)]} vs {names[one % len(names)]}" for one in used)
        found = np.searchsorted(used, low * len(names) + high)
        return Labels(np.where(has_both, found, NONE), pairs)
