"""Where a reward model starts: a hub name, a folder, or a small model from scratch."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import (
    AutoConfig,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    DebertaV2Config,
    PreTrainedTokenizerFast,
)

from training_bridge.reward_model.config import TrainingConfig
from training_bridge.reward_model.errors import TrainingRefused

SCRATCH_VOCABULARY = 4_096
SPECIAL_TOKENS = {
    "pad_token": "[PAD]",
    "cls_token": "[CLS]",
    "sep_token": "[SEP]",
    "unk_token": "[UNK]",
    "mask_token": "[MASK]",
}
# In the configuration, not in the modules: code that rebuilds layers reads it from there.
DROPOUTS = (
    "hidden_dropout_prob",
    "attention_probs_dropout_prob",
    "pooler_dropout",
    "cls_dropout",
    "classifier_dropout",
)


def load_base_model(config: TrainingConfig, *, training_texts: Iterable[str]) -> tuple[Any, Any]:
    """The network with one output, and its tokenizer.

    Only ``scratch-tiny`` looks at the training texts: its tokenizer is trained on them.

    Raises:
        TrainingRefused: the hub cannot be reached, or what is there cannot be used.
    """
    torch.manual_seed(config.seed)
    if config.is_from_scratch:
        tokenizer = train_tokenizer(training_texts, max_length=config.resolved_max_length)
        return _tiny_network(config, tokenizer), tokenizer
    is_folder = Path(config.base_model).is_dir()
    if is_folder:
        _check_folder(Path(config.base_model))
    elif config.base_model.startswith((".", "/", "~")):
        raise TrainingRefused(f"There is no folder {config.base_model} with a base model.")
    return _from_pretrained(config, is_folder=is_folder)


def train_tokenizer(texts: Iterable[str], *, max_length: int) -> Any:
    """A byte-level BPE tokenizer, which knows no unknown characters, with a pair template."""
    backend = Tokenizer(models.BPE())
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=SCRATCH_VOCABULARY,
        special_tokens=list(SPECIAL_TOKENS.values()),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    # In a fixed order: equally frequent merges would otherwise follow the order of the rows.
    backend.train_from_iterator(sorted(set(texts)), trainer)
    backend.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(token, backend.token_to_id(token)) for token in ("[CLS]", "[SEP]")],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=backend, model_max_length=max_length, **SPECIAL_TOKENS
    )


def _tiny_network(config: TrainingConfig, tokenizer: Any) -> Any:
    """A DeBERTa-v3 in small: relative attention without absolute positions, a scalar head."""
    shape = DebertaV2Config(
        vocab_size=len(tokenizer),
        hidden_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=512,
        max_position_embeddings=512,
        relative_attention=True,
        position_buckets=32,
        position_biased_input=False,
        pos_att_type=["p2c", "c2p"],
        share_att_key=True,
        norm_rel_ebd="layer_norm",
        type_vocab_size=0,
        pooler_hidden_size=128,
        pooler_hidden_act="gelu",
        pad_token_id=tokenizer.pad_token_id,
        num_labels=1,
    )
    _set_dropout(shape, config.dropout)
    return AutoModelForSequenceClassification.from_config(shape)


def _from_pretrained(config: TrainingConfig, *, is_folder: bool) -> tuple[Any, Any]:
    name = config.base_model
    options = {"trust_remote_code": False, "local_files_only": is_folder}
    try:
        shape = AutoConfig.from_pretrained(name, num_labels=1, **options)
        tokenizer = AutoTokenizer.from_pretrained(name, **options)
        _set_dropout(shape, config.dropout)
        network = AutoModelForSequenceClassification.from_pretrained(
            name,
            config=shape,
            use_safetensors=True,
            dtype=torch.float32,
            # A classifier of another size gives way to a new scalar head.
            ignore_mismatched_sizes=True,
            **options,
        )
    except (OSError, ValueError, ImportError, SafetensorError) as error:
        raise TrainingRefused(_why_not_loaded(name, error, is_folder=is_folder)) from error
    _check_tokenizer(tokenizer, name)
    _check_length(shape, config.resolved_max_length)
    return network, tokenizer


def _check_folder(folder: Path) -> None:
    if not (folder / "config.json").is_file():
        raise TrainingRefused(f"{folder} is no model: it has no config.json.")
    if not any(folder.glob("*.safetensors")):
        raise TrainingRefused(
            f"{folder} has no safetensors weights. Only safetensors are loaded; save the model "
            "again with save_pretrained(..., safe_serialization=True)."
        )


def _check_tokenizer(tokenizer: Any, name: str) -> None:
    """Without its files a tokenizer loads all the same, and knows no word."""
    ids = tokenizer("A word or two", add_special_tokens=False)["input_ids"]
    if all(token == tokenizer.unk_token_id for token in ids):
        raise TrainingRefused(
            f"The base model {name} comes without a usable tokenizer. Its folder needs "
            "tokenizer.json or the files that it is made from."
        )


def _check_length(shape: Any, max_length: int) -> None:
    has_absolute_positions = getattr(shape, "position_biased_input", True)
    longest = getattr(shape, "max_position_embeddings", None)
    if has_absolute_positions and longest and max_length > longest:
        raise TrainingRefused(
            f"The base model reads at most {longest} tokens. Set max-length to {longest} or less."
        )


def _set_dropout(shape: Any, dropout: float) -> None:
    for name in DROPOUTS:
        if getattr(shape, name, None) is not None:
            setattr(shape, name, dropout)


def _why_not_loaded(name: str, error: Exception, *, is_folder: bool) -> str:
    reason = " ".join(str(error).split())[:300]
    if is_folder:
        return f"The base model in {name} cannot be loaded: {reason}"
    return (
        f"The base model {name} cannot be loaded from the Hugging Face hub: {reason} "
        "Check the name and the network, or give a local folder with config.json, tokenizer and "
        "safetensors, or use scratch-tiny, which needs no download."
    )
