"""The training loop."""

import hashlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import numpy as np
import torch
from accelerate import PartialState
from accelerate.utils import reduce
from numpy.typing import NDArray

from training_bridge.reward_model.batches import parts_in_memory
from training_bridge.reward_model.checkpoints import (
    TrainingState,
    load_checkpoint,
    save_checkpoint,
)
from training_bridge.reward_model.config import TrainingConfig
from training_bridge.reward_model.encoding import EncodedPairs, RowTable
from training_bridge.reward_model.errors import TrainingRefused, TrainingStopped
from training_bridge.reward_model.evaluation import hits_of
from training_bridge.reward_model.loss import bradley_terry
from training_bridge.reward_model.model import RewardModel
from training_bridge.reward_model.progress import Progress

VALIDATIONS = 20
VALIDATION_SAMPLE = 512
LARGEST_GRADIENT = 1.0


@dataclass(slots=True)
class Trainer:
    """Trains a reward model on pairs, on one process or on many.

    Every process holds the whole model and takes its share of each step's pairs; gradients
    are added up, so that a step is the same step however many processes share it.
    """

    config: TrainingConfig
    model: RewardModel
    table: RowTable
    train: EncodedPairs
    validation: EncodedPairs
    processes: PartialState
    progress: Progress
    checkpoints: Path
    belongs_to: str
    should_stop: Callable[[], bool]

    def run(self) -> float:
        """Train to the end, from the last checkpoint if there is one; pairs per second.

        Raises:
            TrainingStopped: ``should_stop`` said so; the state is in a checkpoint.
            TrainingRefused: the loss is no longer a number.
        """
        optimizer = self._optimizer()
        state = load_checkpoint(
            self.checkpoints,
            belongs_to=self.belongs_to,
            network=self.model.network,
            optimizer=optimizer,
        )
        self.progress.start_after(state.step)
        self.model.network.train()
        clock = _Clock(state, self.total_steps)
        for step in range(state.step + 1, self.total_steps + 1):
            if self._is_stopped():
                self._save(clock.state(step - 1), optimizer)
                raise TrainingStopped(f"stopped after step {step - 1}")
            started = time.monotonic()
            self.progress.note_loss(self._train_step(step, optimizer))
            clock.add(time.monotonic() - started, len(self._pairs_of(step)))
            self._after(step, clock, optimizer)
        return clock.pairs_per_second

    @property
    def steps_per_epoch(self) -> int:
        return ceil(len(self.train) / self.config.batch_size)

    @property
    def total_steps(self) -> int:
        return self.steps_per_epoch * self.config.resolved_epochs(len(self.train))

    def differences(self, pairs: EncodedPairs) -> NDArray[np.float64]:
        """Reward of chosen minus reward of rejected, shape (n_pairs,); shared by all processes."""
        rows = pairs.rows()
        rewards = torch.zeros(len(self.table), device=self.processes.device)
        mine = rows[self.processes.process_index :: self.processes.num_processes]
        self.model.network.eval()
        with torch.no_grad():
            if len(mine):
                rewards[torch.from_numpy(mine)] = self.model.scores(mine, self.table)
        self.model.network.train()
        found = reduce(rewards, "sum").cpu().numpy().astype(np.float64)
        return np.asarray(found[pairs.chosen] - found[pairs.rejected])

    def _optimizer(self) -> torch.optim.Optimizer:
        """AdamW; biases and norms are not decayed."""
        parameters = list(self.model.network.parameters())
        groups = [
            {
                "params": [p for p in parameters if p.ndim > 1],
                "weight_decay": self.config.weight_decay,
            },
            {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
        ]
        return torch.optim.AdamW(groups, lr=self.config.resolved_learning_rate)

    def _pairs_of(self, step: int) -> NDArray[np.int64]:
        epoch, place = divmod(step - 1, self.steps_per_epoch)
        order = np.random.default_rng([self.config.seed, epoch]).permutation(len(self.train))
        return order[place * self.config.batch_size : (place + 1) * self.config.batch_size]

    def _train_step(self, step: int, optimizer: torch.optim.Optimizer) -> float:
        torch.manual_seed(_seed_of(self.config.seed, step, self.processes.process_index))
        for group in optimizer.param_groups:
            group["lr"] = self._learning_rate(step)
        optimizer.zero_grad(set_to_none=True)
        loss = self._backward(self._pairs_of(step))
        if not math.isfinite(loss):
            raise TrainingRefused(
                f"The loss is no number any more at step {step}. Lower the learning rate."
            )
        torch.nn.utils.clip_grad_norm_(self.model.network.parameters(), LARGEST_GRADIENT)
        optimizer.step()
        return loss

    def _backward(self, step_pairs: NDArray[np.int64]) -> float:
        """Add up the gradients of a step's weighted mean loss, and return that loss."""
        total = torch.zeros((), device=self.processes.device)
        all_weights = float(self.train.weight[step_pairs].sum()) or 1.0
        mine = step_pairs[self.processes.process_index :: self.processes.num_processes]
        chosen, rejected = self.train.chosen[mine], self.train.rejected[mine]
        for part in parts_in_memory(
            chosen, rejected, self.table.lengths, tokens=self.config.tokens_in_memory
        ):
            loss = self._loss(mine[part]) / all_weights
            loss.backward()  # type: ignore[no-untyped-call]
            total += loss.detach()
        if self.processes.num_processes > 1:
            self._add_gradients_of_others()
        return float(reduce(total, "sum"))

    def _loss(self, pairs: NDArray[np.int64]) -> torch.Tensor:
        """The weighted sum of the pairs' losses; each different row is scored once."""
        chosen, rejected = self.train.chosen[pairs], self.train.rejected[pairs]
        rows, place = np.unique(np.concatenate([chosen, rejected]), return_inverse=True)
        rewards = self.model.scores(rows, self.table)
        device = self.processes.device
        first, second = torch.from_numpy(place).to(device).chunk(2)
        weight = torch.tensor(self.train.weight[pairs], dtype=torch.float32, device=device)
        margin = torch.tensor(self.train.margin[pairs], dtype=torch.float32, device=device)
        losses = bradley_terry(
            rewards[first], rewards[second], margin=margin if self.config.use_margin else None
        )
        return (weight * losses).sum()

    def _add_gradients_of_others(self) -> None:
        parameters = list(self.model.network.parameters())
        gradients = [torch.zeros_like(p) if p.grad is None else p.grad for p in parameters]
        flat = reduce(torch.cat([gradient.reshape(-1) for gradient in gradients]), "sum")
        sizes = [parameter.numel() for parameter in parameters]
        parts = flat.split(sizes)  # type: ignore[no-untyped-call]
        for parameter, summed in zip(parameters, parts, strict=True):
            parameter.grad = summed.view_as(parameter)

    def _learning_rate(self, step: int) -> float:
        """Up in a line during warm-up, then down in a line to zero after the last step."""
        warmup = ceil(self.config.warmup_share * self.total_steps)
        left = (self.total_steps + 1 - step) / max(1, self.total_steps + 1 - warmup)
        return self.config.resolved_learning_rate * min(step / max(1, warmup), left, 1.0)

    def _after(self, step: int, clock: "_Clock", optimizer: torch.optim.Optimizer) -> None:
        ends_epoch = step % self.steps_per_epoch == 0
        saves = ends_epoch or step % self.config.checkpoint_every == 0
        validates = ends_epoch or step % max(1, self.total_steps // VALIDATIONS) == 0
        if validates or saves or self.progress.is_due(step, total_steps=self.total_steps):
            self.progress.report(
                step=step,
                total_steps=self.total_steps,
                epoch=ceil(step / self.steps_per_epoch),
                validation_accuracy=self._validation_accuracy() if validates else None,
                pairs_per_second=clock.pairs_per_second,
                seconds_left=clock.seconds_left(step),
            )
        if saves:
            self._save(clock.state(step), optimizer)

    def _validation_accuracy(self) -> float | None:
        sample = self.validation.sample(VALIDATION_SAMPLE, seed=self.config.seed)
        return float(hits_of(self.differences(sample)).mean()) if len(sample) else None

    def _save(self, state: TrainingState, optimizer: torch.optim.Optimizer) -> None:
        if self.processes.is_main_process:
            save_checkpoint(
                self.checkpoints,
                state=state,
                belongs_to=self.belongs_to,
                network=self.model.network,
                optimizer=optimizer,
            )
        self.processes.wait_for_everyone()

    def _is_stopped(self) -> bool:
        wish = torch.tensor(float(self.should_stop()), device=self.processes.device)
        return bool(reduce(wish, "sum") > 0)


class _Clock:
    """Pairs and seconds of training, over all attempts of the run."""

    def __init__(self, state: TrainingState, total_steps: int) -> None:
        self._seconds = state.training_seconds
        self._pairs = state.pairs_seen
        self._first_step = state.step
        self._total_steps = total_steps
        self._started = time.monotonic()

    def add(self, seconds: float, pairs: int) -> None:
        self._seconds += seconds
        self._pairs += pairs

    @property
    def pairs_per_second(self) -> float:
        return self._pairs / self._seconds if self._seconds else 0.0

    def seconds_left(self, step: int) -> float:
        """From the wall clock of this attempt, validation and checkpoints included."""
        per_step = (time.monotonic() - self._started) / (step - self._first_step)
        return per_step * (self._total_steps - step)

    def state(self, step: int) -> TrainingState:
        return TrainingState(step, self._seconds, self._pairs)


def _seed_of(seed: int, step: int, process: int) -> int:
    digest = hashlib.sha256(f"{seed}:{step}:{process}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1
