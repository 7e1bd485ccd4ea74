"""Log lines are JSON objects that carry the request's and the task's id."""

import json
import logging
import sys

import pytest
from django.urls import reverse

from feedback_platform.logs import JsonFormatter, logging_config


def line(record: logging.LogRecord) -> dict:
    return json.loads(JsonFormatter().format(record))


def record(message: str = "hello", **extra: object) -> logging.LogRecord:
    return logging.getLogger("tests").makeRecord(
        "tests", logging.INFO, __file__, 1, message, (), None, extra=extra
    )


def test_a_line_names_time_level_logger_message_and_what_was_added():
    told = line(record("hello", rows=3))

    assert told.pop("time").endswith("+00:00")
    assert told == {"level": "info", "logger": "tests", "message": "hello", "rows": 3}


def test_an_exception_is_one_line():
    try:
        raise ValueError("two\nlines")
    except ValueError:
        failed = record()
        failed.exc_info = sys.exc_info()

    text = JsonFormatter().format(failed)

    assert "\n" not in text
    assert "ValueError: two" in json.loads(text)["exception"]


@pytest.mark.django_db
def test_an_answer_carries_the_id_that_its_log_line_carries(client, caplog):
    caplog.set_level(logging.INFO)
    caplog.handler.setFormatter(JsonFormatter())

    answer = client.get(reverse("account_login"), headers={"X-Request-ID": "from-the-proxy.1"})

    told = [json.loads(each) for each in caplog.text.splitlines()]
    assert answer.headers["X-Request-ID"] == "from-the-proxy.1"
    assert {"from-the-proxy.1"} == {each["request_id"] for each in told}
    assert told[-1]["status"] == 200


@pytest.mark.django_db
@pytest.mark.parametrize("hostile", ["", "a b", 'x"}{"level":"error', "x" * 65])
def test_an_id_that_could_forge_a_line_is_replaced(client, hostile):
    answer = client.get(reverse("account_login"), headers={"X-Request-ID": hostile})

    assert answer.headers["X-Request-ID"] != hostile
    assert len(answer.headers["X-Request-ID"]) == 32


def test_where_people_read_the_lines_they_are_plain():
    assert logging_config(debug=True)["handlers"]["stderr"]["formatter"] == "plain"
    assert logging_config(debug=False)["handlers"]["stderr"]["formatter"] == "json"
