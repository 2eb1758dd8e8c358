"""Clients over HTTP: many connections kept alive, driven by one thread that waits for whichever answers first.

One thread costs the least processor time, which matters where server and clients share two cores, and no lock of the
interpreter comes between the arrival of an answer and the clock.
"""

from __future__ import annotations

import os
import selectors
import socket
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

from shop.queries import Asked

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_ANSWER_TIMEOUT_S = 60.0


@dataclass(slots=True)
class Answers:
    """What came back in one run: milliseconds by kind, failures, seconds on the clock and of the processors."""

    times_ms: dict[str, list[float]] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    failed: int = 0
    seconds: float = 0.0
    processor_seconds: float = 0.0

    def add(self, kind: str, milliseconds: float, problem: str) -> None:
        """Take note of an answer; `problem` is empty for a good one."""
        self.times_ms.setdefault(kind, []).append(milliseconds)
        if problem:
            self.failed += 1
            self.failures.setdefault(kind, problem)

    def join(self, other: Answers) -> None:
        """Add what came back in another run."""
        for kind, times in other.times_ms.items():
            self.times_ms.setdefault(kind, []).extend(times)
        self.failures = {**other.failures, **self.failures}
        self.failed += other.failed
        self.seconds += other.seconds
        self.processor_seconds += other.processor_seconds

    @property
    def count(self) -> int:
        return sum(map(len, self.times_ms.values()))

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.count / self.seconds if self.seconds else 0.0

    @property
    def processor_ms(self) -> float:
        """Milliseconds of the server's processors for each answer."""
        return 1000 * self.processor_seconds / self.count if self.count else float("nan")

    def percentile(self, share: float, kind: str = "") -> float:
        """Return the milliseconds within which a share of the answers came; of one kind, where it is named."""
        times = sorted(self.times_ms.get(kind, ()) if kind else (t for one in self.times_ms.values() for t in one))
        return times[min(len(times) - 1, int(len(times) * share))] if times else float("nan")


def request(address: str, asked: Asked) -> bytes:
    """Return a query as a GET request of HTTP/1.1 that keeps the connection."""
    parts = urlsplit(address)
    accept = "application/n-triples" if asked.graph else "application/sparql-results+json"
    head = f"GET {parts.path}?query={quote(asked.text)} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept: {accept}\r\n\r\n"
    return head.encode()


class Answer:
    """One answer as it arrives; `complete` when all of it is there, as its own head says (RFC 9112, section 6)."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._body = 0
        self._length: int | None = None

    def feed(self, piece: bytes) -> bool:
        """Take in what was received; say whether the answer is complete."""
        self._data += piece
        if not self._body:
            end = self._data.find(b"\r\n\r\n")
            if end < 0:
                return False
            self._body = end + 4
            for line in bytes(self._data[:end]).split(b"\r\n")[1:]:
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    self._length = int(value)
        if self._length is not None:
            return len(self._data) - self._body >= self._length
        # No text of ours holds a line that is "0" alone, so that this is the last chunk.
        return self._data.endswith(b"\r\n0\r\n\r\n") or self._data[self._body :] == b"0\r\n\r\n"

    @property
    def status(self) -> int:
        return int(self._data[9:12])

    @property
    def body(self) -> bytes:
        """Return the content without the framing of chunks."""
        content = bytes(self._data[self._body :])
        if self._length is not None:
            return content
        whole = bytearray()
        while True:
            size, _, content = content.partition(b"\r\n")
            length = int(size.partition(b";")[0], 16)
            if not length:
                return bytes(whole)
            whole += content[:length]
            content = content[length + 2 :]


class _Client:
    """A client with a connection of its own, and an address of its own too: servers are fair to addresses."""

    def __init__(self, address: str, number: int = 1) -> None:
        self._parts = urlsplit(address)
        self._from = (f"127.0.1.{number}", 0)
        self.socket: socket.socket | None = None
        self.asked = Asked("", "")
        self.answer = Answer()
        self.began = 0.0

    def send(self, address: str, asked: Asked) -> socket.socket:
        message = request(address, asked)
        self.asked, self.answer, self.began = asked, Answer(), time.perf_counter()
        if self.socket is None:
            server = (self._parts.hostname, self._parts.port or 80)
            self.socket = socket.create_connection(server, timeout=10, source_address=self._from)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(message)
        return self.socket

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
            self.socket = None


def fetch(address: str, asked: Asked) -> tuple[int, bytes]:
    """Ask once on a connection of its own; return status and content."""
    client = _Client(address)
    try:
        connection = client.send(address, asked)
        connection.settimeout(_ANSWER_TIMEOUT_S)
        while True:
            piece = connection.recv(1 << 18)
            if not piece:
                return 0, b"the connection was closed before the end of the answer"
            if client.answer.feed(piece):
                return client.answer.status, client.answer.body
    except OSError as error:
        return 0, str(error).encode()
    finally:
        client.close()


def drive(address: str, question: Callable[[int], Asked], clients: int, seconds: float, first: int = 0) -> Answers:
    """Let so many clients ask one query after the other for some seconds; `question` gives the n-th, from `first`."""
    answers = Answers()
    number = iter(range(first, first + 10**9))
    with selectors.DefaultSelector() as waiting:
        began = time.perf_counter()
        stop = began + seconds
        for client_number in range(1, clients + 1):
            _next(waiting, _Client(address, client_number), address, question(next(number)))
        while waiting.get_map():
            for key, _ in waiting.select(1.0):
                client: _Client = key.data
                problem = _receive(client)
                if problem is None:
                    continue
                answers.add(client.asked.kind, (time.perf_counter() - client.began) * 1000, problem)
                waiting.unregister(key.fileobj)
                if problem:
                    client.close()
                if time.perf_counter() < stop:
                    _next(waiting, client, address, question(next(number)))
                else:
                    client.close()
            for key in list(waiting.get_map().values()):
                if time.perf_counter() - key.data.began > _ANSWER_TIMEOUT_S:
                    answers.add(key.data.asked.kind, _ANSWER_TIMEOUT_S * 1000, "no answer in a minute")
                    waiting.unregister(key.fileobj)
                    key.data.close()
        answers.seconds = time.perf_counter() - began
    return answers


def _next(waiting: selectors.BaseSelector, client: _Client, address: str, asked: Asked) -> None:
    waiting.register(client.send(address, asked), selectors.EVENT_READ, client)


def _receive(client: _Client) -> str | None:
    """Take in what has come; return None while the answer is not complete, then what is wrong with it, or nothing."""
    assert client.socket is not None
    try:
        piece = client.socket.recv(1 << 18)
    except OSError as error:
        return str(error)
    if not piece:
        return "the connection was closed before the end of the answer"
    if not client.answer.feed(piece):
        return None
    if client.answer.status == 200:
        return ""
    return f"{client.answer.status} {client.answer.body[:300].decode(errors='replace')}"


def family(root: int) -> list[int]:
    """Return a process and all its descendants."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            fields = _stat(int(entry.name))
            if fields:
                parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [root]
    for number in found:
        found.extend(parents.get(number, []))
    return found


def processor_seconds(root: int) -> float:
    """Return the processor time of a process, its descendants, and those of them that have ended."""
    return sum(sum(map(int, _stat(number)[11:15])) for number in family(root)) / _TICKS


def own_memory_mb(root: int, without: Collection[int] = ()) -> float:
    """Return the memory, in MB, that a process and its descendants hold: each one's own and once what is shared."""
    own = shared = 0
    for number in set(family(root)).difference(without):
        try:
            _, resident, common = map(int, (Path("/proc") / str(number) / "statm").read_text().split()[:3])
        except (OSError, ValueError):
            continue
        own += resident - common
        shared = max(shared, common)
    return (own + shared) * _PAGE / 1e6


def _stat(number: int) -> list[str]:
    """Return the fields of /proc/N/stat behind the name: state, parent, … ; none for a process that is gone."""
    try:
        return (Path("/proc") / str(number) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
