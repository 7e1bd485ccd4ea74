"""A sequence classifier with one output, as a reward model."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from training_bridge.reward_model.batches import chunks_by_length
from training_bridge.reward_model.encoding import RowTable

# Small forwards are several times cheaper per text on a CPU; a GPU wants them large.
TOKENS_A_FORWARD_CPU, TOKENS_A_FORWARD_GPU = 2_048, 32_768


class RewardModel:
    """Scores token rows; higher is better, and only differences mean something.

    With ``bfloat16`` the encoder runs under autocast, but the pooler and the head stay in
    float32: rewards on the bfloat16 grid would make ties out of close pairs.
    """

    def __init__(self, network: Any, *, device: torch.device, bfloat16: bool) -> None:
        self.network = network.to(device)
        self.device = device
        self.is_bfloat16 = bfloat16
        self._tokens = TOKENS_A_FORWARD_CPU if device.type == "cpu" else TOKENS_A_FORWARD_GPU
        self._takes_types = getattr(network.config, "type_vocab_size", 0) > 1
        if bfloat16:
            for module in _pooler_and_head(network):
                module.forward = _in_float32(module.forward, device.type)

    def scores(self, rows: NDArray[np.int64], table: RowTable) -> torch.Tensor:
        """Rewards of different ``rows``, in their order, float32, shape (n_rows,)."""
        chunks = chunks_by_length(rows, table.lengths, tokens=self._tokens)
        found = torch.cat([self._forward(chunk, table) for chunk in chunks])
        place = {row: place for place, row in enumerate(np.concatenate(chunks).tolist())}
        order = [place[row] for row in rows.tolist()]
        return found[torch.tensor(order, device=self.device)]

    def _forward(self, chunk: NDArray[np.int64], table: RowTable) -> torch.Tensor:
        inputs = table.padded(chunk.tolist(), device=self.device)
        if not self._takes_types:
            del inputs["token_type_ids"]
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.is_bfloat16):
            logits: torch.Tensor = self.network(**inputs).logits
        return logits[:, 0].float()

    def n_parameters(self) -> int:
        return sum(parameter.numel() for parameter in self.network.parameters())


def _pooler_and_head(network: Any) -> list[Any]:
    prefix = network.base_model_prefix
    outside = [module for name, module in network.named_children() if name != prefix]
    inner = getattr(getattr(network, prefix), "pooler", None)
    return outside if inner is None else [*outside, inner]


def _in_float32(forward: Any, device: str) -> Any:
    def in_float32(hidden: torch.Tensor, *args: Any, **kwargs: Any) -> Any:
        with torch.autocast(device, enabled=False):
            return forward(hidden.float(), *args, **kwargs)

    return in_float32
