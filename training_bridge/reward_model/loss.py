"""The Bradley-Terry loss of a reward model."""

import torch
from torch.nn.functional import logsigmoid


def bradley_terry(
    chosen: torch.Tensor, rejected: torch.Tensor, *, margin: torch.Tensor | None = None
) -> torch.Tensor:
    """-log sigmoid(chosen - rejected - margin) of each pair, in nats, shape (n_pairs,).

    Without ``margin`` this is minus the log-probability that chosen is preferred; log 2 for a
    model that knows nothing.

    Sources: Bradley and Terry (1952), Biometrika 39, 324-345; the margin as in Touvron et al.
    (2023), Llama 2, arXiv 2307.09288, equation 2.
    """
    difference = chosen - rejected
    return -logsigmoid(difference if margin is None else difference - margin)
