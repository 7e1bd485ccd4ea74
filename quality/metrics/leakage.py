"""What the splits of a dataset version share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from annotation.content import Messages, last_user_turn
from quality.metrics.near_duplicates import near_duplicates
from quality.metrics.prompt_overlap import (
    STORED,
    Digests,
    exact_digest,
    is_among,
    normalised_digest,
)

TRAIN = "train"
# Prompts of each split whose texts are kept for the search of near duplicates.
MAX_TEXTS = 10_000
MAX_SHOWN = 5
SHOWN_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class SharedPrompts:
    """What one split shares with the training split.

    Attributes:
        split: The split that is not for training.
        n_rows: Its rows.
        n_prompts: Its different prompts, without case and spacing.
        n_exact: Those that training has in exactly the same spelling.
        n_normalised: Those that training has without case and spacing.
        n_compared: Those whose text was compared with ``n_train_compared`` of training.
        n_near: Of these, those that training has nearly the same, but not the same.
        examples: A few of the latter: the prompt and training's.
    """

    split: str
    n_rows: int
    n_prompts: int
    n_exact: int
    n_normalised: int
    n_compared: int
    n_train_compared: int
    n_near: int
    examples: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Leakage:
    """What the splits of a version share.

    Attributes:
        version: Its key.
        split_by: What its recipe kept together.
        shared: By split that is not for training.
        n_annotators: Annotators by split.
        n_shared_annotators: Those who judged training rows and rows of another split.
        n_held_out: Annotators whose judgments no training row counts.
        undefined_because: Why the files could not be read, if so.
    """

    version: int
    split_by: str = ""
    shared: list[SharedPrompts] = field(default_factory=list)
    n_annotators: dict[str, int] = field(default_factory=dict)
    n_shared_annotators: int = 0
    n_held_out: int = 0
    undefined_because: str = ""


class SplitPrompts:
    """Digests of all prompts of one split, and the texts of the first different ones.

    ``add`` takes them in the order of the file, which says nothing about their content.
    """

    def __init__(self) -> None:
        self.n_rows = 0
        self._normalised: set[int] = set()
        self._exact: set[int] = set()
        self.texts: dict[int, str] = {}

    def add(self, prompt: str | Messages) -> None:
        self.n_rows += 1
        digest = normalised_digest(prompt)
        self._exact.add(exact_digest(prompt))
        if digest not in self._normalised:
            self._normalised.add(digest)
            if len(self.texts) < MAX_TEXTS:
                is_text = isinstance(prompt, str)
                self.texts[digest] = prompt if is_text else last_user_turn(prompt)  # type: ignore[assignment, arg-type]

    @property
    def normalised(self) -> Digests:
        return np.unique(np.fromiter(self._normalised, dtype=STORED))

    @property
    def exact(self) -> Digests:
        return np.unique(np.fromiter(self._exact, dtype=STORED))


def shared_prompts(
    splits: Mapping[str, SplitPrompts], *, step: Callable[[str], None]
) -> list[SharedPrompts]:
    """What every other split shares with training."""
    train = splits[TRAIN]
    known, exact = train.normalised, train.exact
    found = []
    for name, split in splits.items():
        if name == TRAIN:
            continue
        is_shared = is_among(split.normalised, known)
        n_near, examples = _near(list(train.texts.values()), split, known, step)
        found.append(
            SharedPrompts(
                split=name,
                n_rows=split.n_rows,
                n_prompts=int(is_shared.size),
                n_exact=int(is_among(split.exact, exact).sum()),
                n_normalised=int(is_shared.sum()),
                n_compared=len(split.texts),
                n_train_compared=len(train.texts),
                n_near=n_near,
                examples=examples,
            )
        )
    return found


def _near(
    training: Sequence[str], split: SplitPrompts, known: Digests, step: Callable[[str], None]
) -> tuple[int, list[tuple[str, str]]]:
    """Prompts of a split that training has nearly the same."""
    digests = np.fromiter(split.texts, dtype=STORED, count=len(split.texts))
    texts = list(split.texts.values())
    own = [texts[at] for at in np.flatnonzero(~is_among(digests, known)).tolist()]
    cluster = near_duplicates([*training, *own], step=step).cluster
    example_of = {code: at for at, code in enumerate(cluster[: len(training)].tolist())}
    pairs = [
        (text, training[example_of[code]])
        for text, code in zip(own, cluster[len(training) :].tolist(), strict=True)
        if code in example_of
    ]
    shown = [(one[:SHOWN_CHARACTERS], other[:SHOWN_CHARACTERS]) for one, other in pairs[:MAX_SHOWN]]
    return len(pairs), shown
