"""Real human preferences: two debates that the model has never seen."""

import json

import pytest
from django.core.management import call_command

from training_bridge.models import Run


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_unseen_debates_are_judged_better_than_chance_and_beside_the_longer(
    shared_data, capsys
):
    source = shared_data / "rm_convarg_dev_pairs.jsonl.gz"

    call_command(
        "train_reward_model",
        str(source),
        "--validation-groups",
        "2",
        "--seed",
        "0",
        "--epochs",
        "1",
        "--json",
    )

    document = json.loads(capsys.readouterr().out)
    validation = document["metrics"]["validation"]
    assert validation["pairwise_accuracy"]["value"] >= 0.55
    assert len(document["validation_groups"]) == 2
    baselines = document["metrics"]["baselines"]
    assert baselines["longer"]["n"] == validation["pairwise_accuracy"]["n"]
    assert baselines["longer_all_rows"]["value"] == pytest.approx(0.732, abs=0.001)
    assert Run.objects.get().data_digest == document["data_digest"]
