"""One training from its configuration to the stored model and its metrics."""

import os
import platform
import shutil
from importlib.metadata import version
from math import isfinite
from pathlib import Path
from typing import Any

import torch
from accelerate import PartialState

from training_bridge.reward_model.base_models import load_base_model
from training_bridge.reward_model.checkpoints import fingerprint
from training_bridge.reward_model.config import TrainingConfig
from training_bridge.reward_model.encoding import EncodedPairs, PairEncoder, RowTable
from training_bridge.reward_model.errors import TrainingRefused
from training_bridge.reward_model.evaluation import longer_accuracy, measure
from training_bridge.reward_model.model import RewardModel
from training_bridge.reward_model.pairs import Pair
from training_bridge.reward_model.process import StopSign
from training_bridge.reward_model.progress import Progress
from training_bridge.reward_model.sources import TrainingData, load_source
from training_bridge.reward_model.template import TEMPLATE
from training_bridge.reward_model.trainer import Trainer
from training_bridge.run_folder import CHECKPOINTS, MODEL, MODEL_RECORD, write_json

PACKAGES = ("torch", "transformers", "tokenizers", "accelerate", "safetensors", "numpy")


def train_reward_model(config: TrainingConfig, stop_sign: StopSign) -> dict[str, Any]:
    """Train, measure and store a reward model; returns the record that lies beside it.

    Raises:
        TrainingRefused: the data, the base model or an option cannot be used.
        TrainingStopped: ``stop_sign`` was raised; the state is in a checkpoint.
    """
    processes = _join_processes()
    progress = Progress(config.folder, writes=processes.is_main_process)
    progress.say("Reading the data")
    data = load_source(
        Path(config.source), validation_groups=config.validation_groups, seed=config.seed
    )
    progress.say("Loading the base model")
    network, tokenizer = load_base_model(config, training_texts=_texts(data.train))
    progress.say(f"Encoding {len(data.train) + len(data.validation):,} rows")
    table = RowTable(PairEncoder(tokenizer, max_length=config.resolved_max_length))
    model = RewardModel(
        network, device=processes.device, bfloat16=_is_bfloat16(config, processes.device)
    )
    parameters = config.parameters(len(data.train))
    trainer = Trainer(
        config=config,
        model=model,
        table=table,
        train=table.add(data.train),
        validation=table.add(data.validation),
        processes=processes,
        progress=progress,
        checkpoints=config.folder / CHECKPOINTS,
        belongs_to=fingerprint(data.digest, parameters, tokenizer.backend_tokenizer.to_str()),
        should_stop=stop_sign.is_up,
    )
    pairs_per_second = trainer.run()
    progress.say("Measuring the model")
    record = {
        "run": config.run,
        "source": data.name,
        "data_digest": data.digest,
        "base_model": config.base_model,
        "metrics": _metrics(data, trainer, seed=config.seed),
        "pairs_per_second": pairs_per_second,
        "parameters": {**parameters, "precision": _precision(model)},
        "n_parameters": model.n_parameters(),
        "counts": data.counts,
        "validation_groups": [group[:100] for group in data.validation_groups[:50]],
        "truncation": table.truncation(),
        "template": TEMPLATE,
        "max_length": config.resolved_max_length,
        "versions": _versions(),
        "device": _device_name(processes.device),
        "processes": processes.num_processes,
    }
    if processes.is_main_process:
        progress.say("Storing the model")
        _store(config.folder / MODEL, network, tokenizer, record)
    processes.wait_for_everyone()
    processes.destroy_process_group()
    return record


def _join_processes() -> PartialState:
    """This process among those that torchrun or accelerate started, or alone."""
    has_others = int(os.environ.get("WORLD_SIZE", "1")) > 1
    # Left to itself, accelerate takes launched processes without a GPU for unrelated ones.
    return PartialState(cpu=has_others and not torch.cuda.is_available())


def _texts(pairs: list[Pair]) -> list[str]:
    return [text for pair in pairs for text in (pair.prompt, pair.chosen, pair.rejected)]


def _metrics(data: TrainingData, trainer: Trainer, *, seed: int) -> dict[str, Any]:
    def measured(pairs: EncodedPairs, none_because: str) -> dict[str, Any]:
        differences = trainer.differences(pairs)
        if not all(isfinite(difference) for difference in differences):
            raise TrainingRefused("The trained model gives no numbers. Lower the learning rate.")
        return measure(pairs.pairs, differences, seed=seed, none_because=none_because).as_dict()

    nobody_judged = "no held-out judgment with a direction lies there"
    unseen = seen = None
    if data.heldout is not None:
        unseen = measured(trainer.table.add(data.heldout.unseen_prompts), nobody_judged)
        seen = measured(trainer.table.add(data.heldout.seen_prompts), nobody_judged)
    validation = measured(trainer.validation, "the data has no validation rows")
    everything = [*data.train, *data.validation]
    return {
        "validation": validation,
        "heldout_annotators": unseen,
        "heldout_annotators_seen_prompts": seen,
        "baselines": {
            "longer": validation["baselines"]["longer"],
            "longer_all_rows": longer_accuracy(
                everything, seed=seed, none_because="the data has no rows"
            ).as_dict(),
        },
    }


def _is_bfloat16(config: TrainingConfig, device: torch.device) -> bool:
    if config.precision == "auto":
        return device.type == "cuda" and torch.cuda.is_bf16_supported()
    return config.precision == "bfloat16"


def _precision(model: RewardModel) -> str:
    return "bfloat16, pooler and head float32" if model.is_bfloat16 else "float32"


def _versions() -> dict[str, str]:
    found = {package: version(package) for package in PACKAGES}
    return {"python": platform.python_version(), **found}


def _device_name(device: torch.device) -> str:
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    n_threads = torch.get_num_threads()
    return f"{device.type}, {n_threads} thread{'' if n_threads == 1 else 's'}"


def _store(folder: Path, network: Any, tokenizer: Any, record: dict[str, Any]) -> None:
    """Write the model aside, then rename: the folder is whole or not there."""
    aside = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(aside, ignore_errors=True)
    network.save_pretrained(aside)
    tokenizer.save_pretrained(aside)
    write_json(aside / MODEL_RECORD, record)
    shutil.rmtree(folder, ignore_errors=True)
    aside.replace(folder)
