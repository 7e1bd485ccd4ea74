import numpy as np
import pytest
import torch

from tests.training_bridge.builders import planted_rows, progress_lines, train, write_rows
from training_bridge.reward_model.base_models import load_base_model, train_tokenizer
from training_bridge.reward_model.batches import chunks_by_length, parts_in_memory
from training_bridge.reward_model.config import TrainingConfig
from training_bridge.reward_model.encoding import PairEncoder, RowTable
from training_bridge.reward_model.model import RewardModel
from training_bridge.reward_model.pairs import pair_from_row

CPU = torch.device("cpu")


def pairs_of_many_lengths():
    rows = planted_rows(24)
    for number, row in enumerate(rows):
        row["chosen"] += " and more" * (number * 2)
    return [pair_from_row(row, place="here") for row in rows]


def model_and_table(*, bfloat16: bool = False):
    pairs = pairs_of_many_lengths()
    config = TrainingConfig(source="-", out="-")
    texts = [text for p in pairs for text in (p.prompt, p.chosen, p.rejected)]
    network, tokenizer = load_base_model(config, training_texts=texts)
    network.eval()
    table = RowTable(PairEncoder(tokenizer, max_length=256))
    return RewardModel(network, device=CPU, bfloat16=bfloat16), table, table.add(pairs)


def test_a_reward_does_not_depend_on_what_else_is_scored(monkeypatch):
    model, table, pairs = model_and_table()
    rows = pairs.rows()

    with torch.no_grad():
        together = model.scores(rows, table)
        alone = torch.cat([model.scores(rows[[place]], table) for place in range(len(rows))])
        turned = model.scores(rows[::-1].copy(), table).flip(0)
        monkeypatch.setattr(model, "_tokens", 10**9)
        in_one_batch = model.scores(rows, table)

    for other in (alone, turned, in_one_batch):
        assert torch.allclose(together, other, atol=1e-6)


def test_bfloat16_keeps_the_head_in_float32():
    model, table, pairs = model_and_table(bfloat16=True)

    with torch.no_grad():
        rewards = model.scores(pairs.rows(), table)

    assert rewards.dtype == torch.float32
    # On the bfloat16 grid many of these close rewards would be equal.
    assert not torch.equal(rewards, rewards.bfloat16().float())
    assert len(torch.unique(rewards)) == len(rewards)


def test_equal_rows_are_encoded_and_scored_once():
    _, table, pairs = model_and_table()

    again = table.add(pairs.pairs)

    assert len(table) == len(pairs.rows())
    assert np.array_equal(again.chosen, pairs.chosen)


def test_the_prompt_loses_its_beginning_before_the_response_loses_its_end():
    words = [f"w{number}" for number in range(40)]
    tokenizer = train_tokenizer([" ".join(words)] * 2, max_length=64)
    encoder = PairEncoder(tokenizer, max_length=24)

    def decoded(prompt: str, response: str):
        row = encoder.encode(prompt, response)
        asked = [i for i, kind in zip(row.ids, row.types, strict=True) if kind == 0]
        answered = [i for i, kind in zip(row.ids, row.types, strict=True) if kind == 1]
        texts = [tokenizer.decode(ids, skip_special_tokens=True) for ids in (asked, answered)]
        return row, *texts

    row, asked, answered = decoded(" ".join(words), "w1 w2")
    assert (len(row.ids), row.is_prompt_cut, row.is_response_cut) == (24, True, False)
    assert " ".join(words).endswith(asked)
    assert answered == "w1 w2"

    row, asked, answered = decoded("w1 w2", " ".join(words))
    assert (len(row.ids), row.is_prompt_cut, row.is_response_cut) == (24, True, True)
    assert asked == ""
    assert " ".join(words).startswith(answered)


def test_cut_texts_are_counted_and_no_pair_is_dropped():
    pairs = pairs_of_many_lengths()
    tokenizer = train_tokenizer([p.chosen for p in pairs], max_length=32)
    table = RowTable(PairEncoder(tokenizer, max_length=32))

    encoded = table.add(pairs)

    assert len(encoded) == len(pairs)
    assert table.truncation()["responses_cut"] > 0
    assert table.lengths.max() == 32


def test_the_pair_template_parts_prompt_and_response():
    tokenizer = train_tokenizer(["one two three"], max_length=32)
    row = PairEncoder(tokenizer, max_length=32).encode("one", "two")

    tokens = tokenizer.convert_ids_to_tokens(row.ids)

    assert (tokens[0], tokens[-1]) == ("[CLS]", "[SEP]")
    assert tokens.count("[SEP]") == 2
    assert row.types[0] == 0 and row.types[-1] == 1


def test_chunks_hold_every_row_once_within_the_budget():
    lengths = np.random.default_rng(0).integers(5, 300, size=200)
    rows = np.arange(200)

    chunks = chunks_by_length(rows, lengths, tokens=1000)

    assert sorted(np.concatenate(chunks).tolist()) == rows.tolist()
    assert all(len(chunk) * lengths[chunk].max() <= 1000 for chunk in chunks)
    padded = sum(len(chunk) * lengths[chunk].max() for chunk in chunks)
    assert padded < 1.2 * lengths.sum()


def test_a_row_over_the_budget_is_a_chunk_of_its_own():
    chunks = chunks_by_length(np.array([0, 1, 2]), np.array([2000, 10, 2000]), tokens=1000)

    assert [chunk.tolist() for chunk in chunks] == [[1], [0], [2]]


def test_parts_in_memory_hold_every_pair_once():
    lengths = np.random.default_rng(0).integers(5, 300, size=64)
    chosen, rejected = np.arange(0, 64, 2), np.arange(1, 64, 2)

    parts = parts_in_memory(chosen, rejected, lengths, tokens=1000)

    assert sorted(np.concatenate(parts).tolist()) == list(range(32))
    sizes = [int((lengths[chosen[part]] + lengths[rejected[part]]).sum()) for part in parts]
    assert max(sizes) <= 1000
    assert len(parts) > 1


@pytest.mark.parametrize("tokens", [200, 10**6])
def test_a_step_in_parts_gives_the_gradient_of_the_whole_step(tokens, tmp_path):
    source = write_rows(tmp_path / "rows.jsonl", planted_rows(64))
    train(source, tmp_path / "whole", epochs=1, batch_size=16)

    train(source, tmp_path / "parts", epochs=1, batch_size=16, tokens_in_memory=tokens)

    def losses(name: str) -> list[float]:
        return [line["loss"] for line in progress_lines(tmp_path / name) if "step" in line]

    assert losses("parts") == pytest.approx(losses("whole"), abs=1e-4)
