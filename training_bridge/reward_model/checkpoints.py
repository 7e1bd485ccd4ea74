"""The state of an unfinished training: written aside, renamed, and read back exactly."""

import hashlib
import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from training_bridge.run_folder import read_json, write_json

KEPT = 2
WEIGHTS, OPTIMIZER, STATE = "model.safetensors", "optimizer.safetensors", "state.json"


@dataclass(frozen=True, slots=True)
class TrainingState:
    """Where a training stands. The order of the data, the learning rate and the random numbers
    of a step all follow from the seed and ``step``, so nothing else needs to be kept."""

    step: int
    training_seconds: float
    pairs_seen: int


def fingerprint(*parts: Any) -> str:
    """Names what a checkpoint belongs to: data, options and tokenizer."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def save_checkpoint(
    folder: Path,
    *,
    state: TrainingState,
    belongs_to: str,
    network: Any,
    optimizer: torch.optim.Optimizer,
) -> None:
    """Write a checkpoint and drop all but the last two."""
    final = folder / f"step-{state.step:08d}"
    aside = folder / f".{final.name}.{os.getpid()}"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    save_file(_contiguous(network.state_dict()), aside / WEIGHTS)
    save_file(_contiguous(_moments(network, optimizer)), aside / OPTIMIZER)
    write_json(aside / STATE, {"belongs_to": belongs_to, **asdict(state)})
    for written in aside.iterdir():
        with written.open("rb") as content:
            os.fsync(content.fileno())
    shutil.rmtree(final, ignore_errors=True)
    aside.replace(final)
    for old in _complete(folder)[:-KEPT]:
        shutil.rmtree(old)


def load_checkpoint(
    folder: Path, *, belongs_to: str, network: Any, optimizer: torch.optim.Optimizer
) -> TrainingState:
    """Put the newest usable checkpoint into the network and the optimiser.

    Step 0 where there is none; one that is damaged or belongs to other data or options is
    passed over.
    """
    for path in reversed(_complete(folder)):
        try:
            stored = read_json(path / STATE)
            if stored.pop("belongs_to") != belongs_to:
                continue
            weights, moments = load_file(path / WEIGHTS), load_file(path / OPTIMIZER)
            state = TrainingState(**stored)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, SafetensorError):
            continue
        network.load_state_dict(weights)
        _restore(network, optimizer, moments)
        return state
    return TrainingState(step=0, training_seconds=0.0, pairs_seen=0)


def _complete(folder: Path) -> list[Path]:
    return sorted(folder.glob("step-*")) if folder.is_dir() else []


def _moments(network: Any, optimizer: torch.optim.Optimizer) -> dict[str, torch.Tensor]:
    return {
        f"{kind} {name}": moment
        for name, parameter in network.named_parameters()
        for kind, moment in optimizer.state.get(parameter, {}).items()
    }


def _restore(
    network: Any, optimizer: torch.optim.Optimizer, moments: dict[str, torch.Tensor]
) -> None:
    parameters = dict(network.named_parameters())
    for key, moment in moments.items():
        kind, name = key.split(" ", 1)
        parameter = parameters[name]
        # AdamW counts its steps on the CPU, whatever the device of the parameter.
        device = "cpu" if kind == "step" else parameter.device
        optimizer.state[parameter][kind] = moment.to(device)


def _contiguous(tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
