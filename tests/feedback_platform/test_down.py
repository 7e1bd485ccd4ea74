"""What a killed command left can be stopped."""

from pathlib import Path

from feedback_platform.embedded import postgres
from feedback_platform.embedded.redis import is_running, start_redis
from tests.flows.stack import Stack


def test_down_stops_the_servers_that_a_killed_command_left_running(tmp_path: Path) -> None:
    stack = Stack(tmp_path)
    postgres.start(stack.var_dir)
    start_redis(stack.var_dir)

    stack.manage("down")

    assert not postgres.is_running(stack.var_dir)
    assert not is_running(stack.var_dir)
