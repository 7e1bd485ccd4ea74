"""What a load balancer is told."""

import pytest
from celery import current_app


def test_the_process_answers_without_the_database(client):
    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}


@pytest.mark.django_db
def test_without_a_worker_it_is_not_ready_and_says_what_is_missing(client):
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json() == {
        "status": "unavailable",
        "database": True,
        "redis": True,
        "worker": False,
    }


@pytest.mark.django_db
def test_without_a_broker_it_is_not_ready_and_says_what_is_missing(client):
    before = current_app.conf.broker_url
    current_app.conf.broker_url = "redis+socket:///nonexistent/redis.sock"
    try:
        answer = client.get("/readyz")
    finally:
        current_app.conf.broker_url = before

    assert answer.status_code == 503
    assert answer.json()["redis"] is False


def test_nothing_is_cached_and_nothing_is_written(client):
    assert "no-store" in client.get("/healthz").headers["Cache-Control"]
    assert client.post("/healthz").status_code == 405
