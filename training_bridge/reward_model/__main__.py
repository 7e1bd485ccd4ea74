"""``python -m training_bridge.reward_model CONFIG.json``, also under torchrun or accelerate launch.

Exit code 0: ``outcome.json`` holds the record of the model. 2: refused, 3: stopped; the reason
is in ``outcome.json``. 1: a defect; the traceback is on stderr.
"""

import argparse
import json
import os
import shutil
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import torch
import transformers

from training_bridge.reward_model.config import TrainingConfig
from training_bridge.reward_model.errors import TrainingRefused, TrainingStopped
from training_bridge.reward_model.process import StopSign, sole_owner
from training_bridge.reward_model.training import train_reward_model
from training_bridge.run_folder import CHECKPOINTS, OUTCOME, write_json

REFUSED, STOPPED = 2, 3
OUT_OF_MEMORY = (
    "The accelerator ran out of memory. Lower the batch size, the max-length or tokens_in_memory."
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m training_bridge.reward_model")
    parser.add_argument("config", type=Path, help="JSON file with the options of the training")
    parser.add_argument(
        "--follow-parent",
        action="store_true",
        help="stop when standard input is closed, as it is when the parent process dies",
    )
    options = parser.parse_args()
    try:
        config = _read_config(options.config)
    except TrainingRefused as refusal:
        print(refusal, file=sys.stderr)
        return REFUSED
    config.folder.mkdir(parents=True, exist_ok=True)
    stop_sign = StopSign(config.folder)
    stop_sign.obey_signals()
    if options.follow_parent:
        stop_sign.follow_parent()
    transformers.utils.logging.disable_progress_bar()
    if not {"OMP_NUM_THREADS", "WORLD_SIZE"} & set(os.environ):
        # One core stays free for the pages; busy-waiting threads cost more than they bring.
        torch.set_num_threads(max(1, (os.cpu_count() or 2) - 1))
    return _train(config, stop_sign)


def _train(config: TrainingConfig, stop_sign: StopSign) -> int:
    is_first = int(os.environ.get("RANK", "0")) == 0
    outcome: dict[str, Any]
    code = 0
    try:
        with sole_owner(config.folder) if is_first else nullcontext():
            outcome = {"state": "succeeded", **train_reward_model(config, stop_sign)}
    except TrainingRefused as refusal:
        outcome, code = {"state": "refused", "error": str(refusal)}, REFUSED
    except TrainingStopped as stop:
        outcome, code = {"state": "stopped", "error": str(stop)}, STOPPED
    except torch.cuda.OutOfMemoryError:
        outcome, code = {"state": "refused", "error": OUT_OF_MEMORY}, REFUSED
    if is_first:
        write_json(config.folder / OUTCOME, outcome)
        if code == 0:
            shutil.rmtree(config.folder / CHECKPOINTS, ignore_errors=True)
    if code == REFUSED:
        print(outcome["error"], file=sys.stderr)
    return code


def _read_config(path: Path) -> TrainingConfig:
    try:
        return TrainingConfig.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise TrainingRefused(f"{path} cannot be read as a configuration: {error}") from error


if __name__ == "__main__":
    sys.exit(main())
