"""From pairs to token rows: each different (prompt, response) is encoded, and scored, once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from training_bridge.reward_model.errors import TrainingRefused
from training_bridge.reward_model.pairs import Pair


@dataclass(frozen=True, slots=True)
class EncodedRow:
    """The tokens of one prompt with one response, and which of the two each belongs to."""

    ids: list[int]
    types: list[int]
    is_prompt_cut: bool
    is_response_cut: bool


class PairEncoder:
    """Encodes a prompt and a response as a pair of at most ``max_length`` tokens.

    The prompt loses its beginning first; only a response that is too long by itself loses its
    end. The tokenizer's own pair template places the special tokens.

    Raises:
        TrainingRefused: the tokenizer cannot tell two texts apart or cannot pad.
    """

    def __init__(self, tokenizer: Any, *, max_length: int) -> None:
        n_special = tokenizer.num_special_tokens_to_add(pair=True)
        if not tokenizer.is_fast:
            raise TrainingRefused("The base model's tokenizer has no tokenizer.json form.")
        if tokenizer.pad_token_id is None or tokenizer.sep_token_id is None or n_special < 2:
            raise TrainingRefused(
                "The base model's tokenizer has no separator or no padding token. Use an encoder "
                "such as DeBERTa-v3."
            )
        self.pad_id: int = tokenizer.pad_token_id
        self.max_length = max_length
        self._room = max_length - n_special
        self._backend = tokenizer.backend_tokenizer
        self._backend.no_truncation()
        self._backend.no_padding()

    def encode(self, prompt: str, response: str) -> EncodedRow:
        asked = self._backend.encode(prompt, add_special_tokens=False)
        answered = self._backend.encode(response, add_special_tokens=False)
        is_response_cut = len(answered) > self._room
        answered.truncate(self._room)
        left = self._room - len(answered)
        is_prompt_cut = len(asked) > left
        asked.truncate(left, direction="left")
        both = self._backend.post_process(asked, answered, add_special_tokens=True)
        return EncodedRow(both.ids, both.type_ids, is_prompt_cut, is_response_cut)


@dataclass(frozen=True, slots=True)
class EncodedPairs:
    """Pairs as indices into token rows that other pairs share; arrays of shape (n_pairs,)."""

    chosen: NDArray[np.int64]
    rejected: NDArray[np.int64]
    weight: NDArray[np.float64]
    margin: NDArray[np.float64]
    pairs: Sequence[Pair]

    def __len__(self) -> int:
        return len(self.pairs)

    def rows(self) -> NDArray[np.int64]:
        """The token rows these pairs need, each once."""
        return np.unique(np.concatenate([self.chosen, self.rejected]))

    def sample(self, n: int, *, seed: int) -> "EncodedPairs":
        """At most ``n`` of the pairs, drawn without replacement."""
        if n >= len(self):
            return self
        kept = np.sort(np.random.default_rng(seed).choice(len(self), size=n, replace=False))
        return EncodedPairs(
            self.chosen[kept],
            self.rejected[kept],
            self.weight[kept],
            self.margin[kept],
            [self.pairs[i] for i in kept],
        )


class RowTable:
    """The different token rows of a training, and batches of them as padded tensors."""

    def __init__(self, encoder: PairEncoder) -> None:
        self._encoder = encoder
        self._index: dict[tuple[str, str], int] = {}
        self._rows: list[EncodedRow] = []
        self.lengths: NDArray[np.int64] = np.zeros(0, dtype=np.int64)

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, pairs: Sequence[Pair]) -> EncodedPairs:
        """Encode what is new; every pair is kept, whatever its length."""
        chosen = self._indices((pair.prompt, pair.chosen) for pair in pairs)
        rejected = self._indices((pair.prompt, pair.rejected) for pair in pairs)
        self.lengths = np.array([len(row.ids) for row in self._rows], dtype=np.int64)
        return EncodedPairs(
            chosen=chosen,
            rejected=rejected,
            weight=np.array([pair.weight for pair in pairs], dtype=np.float64),
            margin=np.array([pair.margin for pair in pairs], dtype=np.float64),
            pairs=pairs,
        )

    def _indices(self, texts: Iterable[tuple[str, str]]) -> NDArray[np.int64]:
        found = []
        for prompt, response in texts:
            index = self._index.setdefault((prompt, response), len(self._rows))
            if index == len(self._rows):
                self._rows.append(self._encoder.encode(prompt, response))
            found.append(index)
        return np.array(found, dtype=np.int64)

    def truncation(self) -> dict[str, int]:
        """How many texts were cut, of how many."""
        return {
            "texts": len(self._rows),
            "prompts_cut": sum(row.is_prompt_cut for row in self._rows),
            "responses_cut": sum(row.is_response_cut for row in self._rows),
            "max_length": self._encoder.max_length,
        }

    def padded(self, rows: Sequence[int], *, device: torch.device) -> dict[str, torch.Tensor]:
        """Rows as tensors of shape (n_rows, longest), padded on the right."""
        taken = [self._rows[row] for row in rows]
        shape = (len(taken), max(len(row.ids) for row in taken))
        ids = np.full(shape, self._encoder.pad_id, dtype=np.int64)
        mask = np.zeros(shape, dtype=np.int64)
        types = np.zeros(shape, dtype=np.int64)
        for place, row in enumerate(taken):
            end = len(row.ids)
            ids[place, :end], types[place, :end], mask[place, :end] = row.ids, row.types, 1
        arrays = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
        return {name: torch.from_numpy(array).to(device) for name, array in arrays.items()}
