"""Annotators that judge without a pause, each over a connection of its own that is kept open.

One thread watches all of the connections. It writes bytes and looks for bytes, nothing more: the
client shares the machine with the server it measures.
"""

import re
import selectors
import socket
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from uuid import uuid4

HEADER_END = b"\r\n\r\n"
LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
PIECE = 1 << 18


@dataclass
class Caller:
    """One annotator's program: makes the next request from the answer to the last one."""

    # From the last answer to the next request; None: there is nothing to ask any more.
    ask: Callable[[bytes], bytes | None]
    first: bytes
    buffer: bytearray = field(default_factory=bytearray)
    sent_at: float = 0.0


@dataclass
class Load:
    """What the callers saw: seconds of each answer, and the first few answers that were wrong."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    n_errors: int = 0
    wall: float = 0.0
    client_cpu: float = 0.0
    # By how much each meter went up.
    metered: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.wall

    def milliseconds(self, share: float) -> float:
        ordered = sorted(self.seconds) or [0.0]
        return round(1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2)

    def note_error(self, answer: bytes) -> None:
        self.n_errors += 1
        if len(self.errors) < 3:
            self.errors.append(answer[:300].decode(errors="replace"))


def drive(
    address: tuple[str, int],
    callers: list[Caller],
    *,
    seconds: float,
    meters: Sequence[Callable[[], float]] = (),
) -> Load:
    """Let the callers ask for so many seconds, once each has the answer to its first request.

    That one is another request than those that are measured: neither its time nor what it adds
    to the meters counts.
    """
    load, selector = Load(), selectors.DefaultSelector()
    connections = [_connection(address, caller) for caller in callers]
    answers = [_answer(connection) for connection in connections]
    before = [meter() for meter in meters]
    started, cpu = time.perf_counter(), time.process_time()
    until = started + seconds
    for connection, caller, answer in zip(connections, callers, answers, strict=True):
        selector.register(connection, selectors.EVENT_READ, caller)
        _go_on(selector, connection, caller, load, answer)
    while selector.get_map():
        for key, _ in selector.select(timeout=60):
            _read(selector, key.fileobj, key.data, load, until)
    load.wall, load.client_cpu = time.perf_counter() - started, time.process_time() - cpu
    load.metered = [meter() - was for meter, was in zip(meters, before, strict=True)]
    return load


def _connection(address: tuple[str, int], caller: Caller) -> socket.socket:
    """A connection over which the first request is on its way."""
    connection = socket.create_connection(address, timeout=60)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.sendall(caller.first)
    return connection


def _answer(connection: socket.socket) -> bytes:
    received = bytearray()
    while not _is_complete(received) and (piece := connection.recv(PIECE)):
        received += piece
    return bytes(received)


def _read(
    selector: selectors.BaseSelector,
    connection: socket.socket,
    caller: Caller,
    load: Load,
    until: float,
) -> None:
    piece = connection.recv(PIECE)
    caller.buffer += piece
    if piece and not _is_complete(caller.buffer):
        return
    now, answer = time.perf_counter(), bytes(caller.buffer)
    caller.buffer.clear()
    load.seconds.append(now - caller.sent_at)
    if now > until and answer[9:10] == b"2":
        _hang_up(selector, connection)
    else:
        _go_on(selector, connection, caller, load, answer)


def _go_on(
    selector: selectors.BaseSelector,
    connection: socket.socket,
    caller: Caller,
    load: Load,
    answer: bytes,
) -> None:
    """Send what follows from the answer."""
    following = caller.ask(answer) if answer[9:10] == b"2" else None
    if following is None:
        load.note_error(answer)
        _hang_up(selector, connection)
        return
    caller.sent_at = time.perf_counter()
    connection.sendall(following)


def _hang_up(selector: selectors.BaseSelector, connection: socket.socket) -> None:
    selector.unregister(connection)
    connection.close()


def _is_complete(answer: bytearray) -> bool:
    end = answer.find(HEADER_END)
    if end < 0:
        return False
    found = LENGTH.search(answer, 0, end)
    return found is not None and len(answer) >= end + 4 + int(found[1])


def post(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """The bytes of a request."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + HEADER_END + body


def api_caller(slug: str, token: str) -> Caller:
    """Judges through the API; each answer brings the next assignment."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    # The first "id" of an answer is the judgment's number, that of "next" a UUID.
    held = re.compile(rb'"id":"([0-9a-f-]{36})"')

    def ask(answer: bytes) -> bytes | None:
        found = held.search(answer)
        if found is None:
            return None
        body = (
            f'{{"outcome": "preference", "shown_preference": -1, "active_ms": 9000, '
            f'"rationale": "Clearer.", "idempotency_key": "{uuid4()}"}}'
        )
        path = f"/api/v1/assignments/{found[1].decode()}/judgment?next=1"
        return post(path, body.encode(), headers)

    return Caller(ask, post(f"/api/v1/projects/{slug}/assignments/next", b"", headers))


def page_caller(slug: str, cookie: str, csrf: str, *, counts_every: int = 10) -> Caller:
    """Judges as the page does; each answer is the next comparison, ready to be shown.

    The page asks for the figures of its progress line with every tenth judgment.
    """
    numbers = count(1)
    headers = {
        "Cookie": cookie,
        "X-CSRFToken": csrf,
        "Accept": "application/json",
        "Accept-Encoding": "gzip",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    # In the page as it stands, in JSON with the quotation mark escaped.
    held = re.compile(rb'data-assignment=\\?"([0-9a-f-]{36})')

    def ask(answer: bytes) -> bytes | None:
        head, body = answer.split(HEADER_END, 1)
        if b"gzip" in head:
            body = zlib.decompress(body, wbits=31)
        found = held.search(body)
        if found is None:
            return None
        sent = f"answer=-1&rationale=Clearer.&active_ms=9000&wanted=1&idempotency_key={uuid4()}"
        if next(numbers) % counts_every == 0:
            sent += "&progress="
        path = f"/projects/{slug}/judge/{found[1].decode()}/"
        return post(path, sent.encode(), headers)

    first = {**headers, "Accept": "text/html"}
    page = post(f"/projects/{slug}/judge/", b"", first).replace(b"POST", b"GET", 1)
    return Caller(ask, page)


def floor_caller(cookie: str, csrf: str) -> Caller:
    """Asks for the floor again and again."""
    headers = {
        "Cookie": cookie,
        "X-CSRFToken": csrf,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    request = post("/floor/", b"answer=-1&rationale=Clearer.", headers)
    return Caller(lambda answer: request, request)
