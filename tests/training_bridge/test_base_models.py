import shutil

import huggingface_hub.constants
import pytest

from tests.training_bridge.builders import planted_rows, train, write_rows
from training_bridge.reward_model.base_models import load_base_model, train_tokenizer
from training_bridge.reward_model.config import TrainingConfig
from training_bridge.reward_model.errors import TrainingRefused

TEXTS = ["one two three", "four five six"]


def config(base_model: str, **options):
    return TrainingConfig(source="-", out="-", base_model=base_model, **options)


@pytest.fixture
def folder(tmp_path):
    """A stored base model."""
    network, tokenizer = load_base_model(config("scratch-tiny"), training_texts=TEXTS)
    network.save_pretrained(tmp_path / "base")
    tokenizer.save_pretrained(tmp_path / "base")
    return tmp_path / "base"


def load(base_model, **options):
    return load_base_model(config(str(base_model), **options), training_texts=TEXTS)


def test_scratch_tiny_is_a_deberta_with_relative_attention_and_one_output():
    network, tokenizer = load("scratch-tiny", dropout=0.2)

    assert network.config.model_type == "deberta-v2"
    assert network.config.relative_attention
    assert not network.config.position_biased_input
    assert network.config.num_labels == 1
    assert network.config.hidden_dropout_prob == 0.2
    assert tokenizer.model_max_length == 256


def test_the_tokenizer_depends_on_the_texts_and_not_on_their_order():
    one = train_tokenizer(TEXTS, max_length=32).backend_tokenizer.to_str()

    assert train_tokenizer(TEXTS[::-1], max_length=32).backend_tokenizer.to_str() == one


def test_the_tokenizer_knows_every_character():
    tokenizer = train_tokenizer(TEXTS, max_length=32)
    text = "Grüße, 你好 🙂"

    ids = tokenizer(text, add_special_tokens=False)["input_ids"]

    assert tokenizer.unk_token_id not in ids
    assert tokenizer.decode(ids) == text


def test_a_folder_is_loaded_with_its_own_tokenizer(folder):
    network, tokenizer = load(folder)

    assert network.config.num_labels == 1
    assert tokenizer.sep_token == "[SEP]"


def test_a_folder_without_safetensors_is_refused(folder):
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")

    with pytest.raises(TrainingRefused, match="no safetensors weights"):
        load(folder)


def test_a_folder_without_a_tokenizer_is_refused(folder):
    (folder / "tokenizer.json").unlink()
    (folder / "tokenizer_config.json").unlink()

    with pytest.raises(TrainingRefused, match="without a usable tokenizer"):
        load(folder)


@pytest.mark.parametrize("name", ["config.json", "model.safetensors"])
def test_a_damaged_folder_is_refused(folder, name):
    (folder / name).write_bytes(b"{ cut")

    with pytest.raises(TrainingRefused, match="cannot be loaded"):
        load(folder)


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(TrainingRefused, match="no folder"):
        load(tmp_path / "nowhere")


def test_a_hub_that_cannot_be_reached_is_refused_with_the_ways_out(monkeypatch):
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)

    with pytest.raises(TrainingRefused, match="use scratch-tiny, which needs no download"):
        load("nobody/has-such-a-model")


def test_another_head_gives_way_to_a_scalar_one(folder, tmp_path):
    network, _ = load_base_model(config("scratch-tiny"), training_texts=TEXTS)
    shutil.copytree(folder, tmp_path / "three")
    network.config.num_labels = 3
    other = type(network)(network.config)
    other.save_pretrained(tmp_path / "three")

    network, _ = load(tmp_path / "three")

    assert network.classifier.out_features == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"epochs": 0}, "epochs"),
        ({"batch_size": 0}, "batch_size"),
        ({"learning_rate": 2.0}, "learning_rate"),
        ({"max_length": 4}, "max_length"),
        ({"seed": -1}, "seed"),
        ({"precision": "float16"}, "precision"),
        ({"validation_groups": 0}, "validation_groups"),
    ],
)
def test_an_option_out_of_its_range_is_refused_by_name(options, message):
    with pytest.raises(TrainingRefused, match=message):
        config("scratch-tiny", **options)


def test_an_unknown_option_is_refused_by_name():
    with pytest.raises(TrainingRefused, match="learning_rat"):
        TrainingConfig.from_dict({"source": "-", "out": "-", "learning_rat": 1})


def test_a_learning_rate_that_breaks_the_model_is_refused(tmp_path):
    source = write_rows(tmp_path / "rows.jsonl", planted_rows(48))

    with pytest.raises(TrainingRefused, match="Lower the learning rate"):
        train(
            source,
            tmp_path / "run",
            learning_rate=0.99,
            warmup_share=0.0,
            epochs=400,
            weight_decay=50.0,
        )
