"""Long work on the training side: an id in, one service call."""

from celery import shared_task

from training_bridge.services.training import train_run


@shared_task(name="training_bridge.train_reward_model")
def train_reward_model_task(run_id: int) -> None:
    train_run(run_id=run_id)
