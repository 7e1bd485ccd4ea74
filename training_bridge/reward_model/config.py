"""What a training is asked to do."""

from dataclasses import asdict, dataclass, fields
from math import ceil
from pathlib import Path
from typing import Any

from training_bridge.reward_model.errors import TrainingRefused

SCRATCH_TINY = "scratch-tiny"
PRECISIONS = ("auto", "float32", "bfloat16")

# A model from scratch needs larger steps and more of them than one that knows language.
SCRATCH_LEARNING_RATE, PRETRAINED_LEARNING_RATE = 1e-3, 1e-5
SCRATCH_LENGTH, PRETRAINED_LENGTH = 256, 512
SCRATCH_EPOCHS, PRETRAINED_EPOCHS = 3, 2
SCRATCH_STEPS, SCRATCH_EPOCHS_AT_MOST = 50, 8


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """The options of one training.

    ``source`` is the folder of a dataset version or a preference file, ``out`` the folder of
    the run. ``epochs``, ``learning_rate`` and ``max_length`` are None for the defaults of the
    base model. ``validation_groups`` is for preference files only: a dataset version has its
    splits. ``tokens_in_memory`` bounds the tokens whose activations are held at once; a larger
    step is added up from several parts with the same result.
    """

    source: str
    out: str
    base_model: str = SCRATCH_TINY
    validation_groups: int | None = None
    epochs: int | None = None
    batch_size: int = 32
    learning_rate: float | None = None
    max_length: int | None = None
    seed: int = 0
    use_margin: bool = False
    dropout: float = 0.0
    weight_decay: float = 0.01
    warmup_share: float = 0.1
    precision: str = "auto"
    checkpoint_every: int = 200
    tokens_in_memory: int = 32_768
    run: int | None = None

    def __post_init__(self) -> None:
        self._check("source and out", bool(self.source) and bool(self.out), "folders or files")
        self._check("base_model", bool(self.base_model), "a name or a folder")
        groups = self.validation_groups
        self._check("validation_groups", groups is None or groups >= 1, "1 or more")
        self._check("epochs", self.epochs is None or 1 <= self.epochs <= 1000, "1 to 1000")
        self._check("batch_size", 1 <= self.batch_size <= 4096, "1 to 4096")
        rate = self.learning_rate
        self._check("learning_rate", rate is None or 0 < rate < 1, "above 0 and below 1")
        length = self.max_length
        self._check("max_length", length is None or 16 <= length <= 32_768, "16 to 32768")
        self._check("seed", 0 <= self.seed < 2**31, "0 to 2147483647")
        self._check("dropout", 0 <= self.dropout < 1, "0 or more and below 1")
        self._check("weight_decay", self.weight_decay >= 0, "0 or more")
        self._check("warmup_share", 0 <= self.warmup_share <= 1, "0 to 1")
        self._check("precision", self.precision in PRECISIONS, " or ".join(PRECISIONS))
        self._check("checkpoint_every", self.checkpoint_every >= 1, "1 or more")
        self._check("tokens_in_memory", self.tokens_in_memory >= 1, "1 or more")

    def _check(self, name: str, holds: bool, expected: str) -> None:
        if not holds:
            raise TrainingRefused(f"{name}: expected {expected}.")

    @classmethod
    def from_dict(cls, options: Any) -> "TrainingConfig":
        """
        Raises:
            TrainingRefused: an option is unknown, missing or out of its range.
        """
        if not isinstance(options, dict):
            raise TrainingRefused("The configuration is no JSON object.")
        known = {field.name for field in fields(cls)}
        if unknown := sorted(set(options) - known):
            raise TrainingRefused(f"Unknown options in the configuration: {', '.join(unknown)}.")
        try:
            return cls(**options)
        except TypeError as error:
            raise TrainingRefused(f"The configuration cannot be used: {error}.") from error

    @property
    def folder(self) -> Path:
        return Path(self.out)

    @property
    def is_from_scratch(self) -> bool:
        return self.base_model == SCRATCH_TINY

    @property
    def resolved_learning_rate(self) -> float:
        default = SCRATCH_LEARNING_RATE if self.is_from_scratch else PRETRAINED_LEARNING_RATE
        return self.learning_rate or default

    @property
    def resolved_max_length(self) -> int:
        return self.max_length or (SCRATCH_LENGTH if self.is_from_scratch else PRETRAINED_LENGTH)

    def resolved_epochs(self, n_rows: int) -> int:
        """The epochs asked for. From scratch, a small dataset is gone through more often."""
        if self.epochs is not None:
            return self.epochs
        if not self.is_from_scratch:
            return PRETRAINED_EPOCHS
        wanted = ceil(SCRATCH_STEPS / max(1, ceil(n_rows / self.batch_size)))
        return min(max(SCRATCH_EPOCHS, wanted), SCRATCH_EPOCHS_AT_MOST)

    def parameters(self, n_rows: int) -> dict[str, Any]:
        """Every option with its value in force, for the record of the run."""
        given = asdict(self)
        for place in ("source", "out", "run"):
            given.pop(place)
        return {
            **given,
            "epochs": self.resolved_epochs(n_rows),
            "learning_rate": self.resolved_learning_rate,
            "max_length": self.resolved_max_length,
        }
