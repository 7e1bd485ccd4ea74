"""How many queries one submit-and-next costs, session and user included."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hand_out_client import HEADER_END, Caller, api_caller, page_caller
from hand_out_data import Annotator

# Opening and closing a transaction is no query; PostgreSQL has nothing to plan or look up.
CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE SAVEPOINT")


def statements(slug: str, annotator: Annotator) -> dict[str, list[str]]:
    """The statements of a judgment with the next comparison, by route."""
    callers = {
        "api": api_caller(slug, annotator.token),
        # With the progress line, which is not asked for every time.
        "page": page_caller(slug, annotator.cookie, annotator.csrf, counts_every=1),
    }
    return {name: _statements(caller) for name, caller in callers.items()}


def _statements(caller: Caller) -> list[str]:
    answer = _send(caller.first)
    # The first judgment fills caches that a web process has filled after its first request.
    answer = _send(caller.ask(answer))
    with CaptureQueriesContext(connection) as captured:
        answer = _send(caller.ask(answer))
    if caller.ask(answer) is None:
        raise SystemExit("the judgment brought no next comparison")
    # A statement with its parameters apart is logged without its text.
    sent = [query["sql"] or "prepared" for query in captured]
    return [sql for sql in sent if not sql.startswith(CONTROL)]


def _send(request: bytes | None) -> bytes:
    """Answer the request in this process."""
    if request is None:
        raise SystemExit("there is nothing to judge")
    head, body = request.split(HEADER_END, 1)
    first, *lines = head.decode().split("\r\n")
    method, path, _ = first.split(" ")
    headers = dict(line.split(": ", 1) for line in lines)
    client = Client(enforce_csrf_checks=True)
    client.cookies.load(headers.pop("Cookie", ""))
    answer = client.generic(
        method, path, body, content_type=headers.pop("Content-Type"), headers=headers
    )
    told = "".join(f"\r\n{name}: {value}" for name, value in answer.headers.items())
    return b"HTTP/1.1 %d" % answer.status_code + told.encode() + HEADER_END + answer.content
