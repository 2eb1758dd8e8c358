"""Those who must not notice anything: a crawler, people with small queries, and probes; each at a steady rate.

A time is counted from when a request was due, so that a stall counts for every request that it delays.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from strangers.connection import Connection, CutShort, Reply, query_path
from strangers.oracle import Oracle, accept, question

CRAWLER, ASKER, PROBE = "127.0.1.1", "127.0.1.{}", "127.0.1.100"
CRAWLER_CONNECTIONS = 12
ASKERS = 4
STALE_S = 15.0
"""So long after a switch every answer must be from the release that is current: it may be prepared for 10 s."""

STALE_ANYWHERE_S = 60.0
"""The same on any machine, however slow and whatever else runs on it."""

_TIMEOUT_S = 10.0

NOT_SENT = "not sent in time"
"""How a request failed that was due and that the client had no time to send."""

NOT_ANSWERED = "no answer in time"
"""How a request failed for which the client waited no longer."""


@dataclass(slots=True)
class Tally:
    """How requests ended: times in milliseconds, how many were right, and what was wrong with the others.

    `due_at` says when each was due, in seconds of `time.monotonic`.
    `wrong` counts what was answered with 200 and is not what the release says: the worst there is.
    """

    times_ms: list[float] = field(default_factory=list)
    due_at: list[float] = field(default_factory=list)
    right: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        return self.right + self.failed.total() + self.wrong.total()

    def percentile(self, share: float) -> float:
        times = sorted(self.times_ms)
        return times[min(len(times) - 1, int(len(times) * share))] if times else float("nan")


@dataclass(slots=True)
class Clock:
    """When all ends, and which release has been current since when; times are those of `time.monotonic`."""

    end: float
    current: str
    since: float = 0.0
    stale_s: float = STALE_S

    @property
    def over(self) -> bool:
        return time.monotonic() >= self.end

    def stale(self, release: str, asked_at: float) -> bool:
        """Say whether an answer that was asked for at a moment may not be from a release any more."""
        return release not in ("any", self.current) and asked_at > self.since + self.stale_s


Judge = Callable[[Connection], Awaitable[tuple[str, str]]]
"""Asks something; returns the release the answer is from (or `any`) and what is wrong with it, or nothing."""


class Refused(Exception):
    """The answer has another status than 200; says which, and the reason that the answer gives."""

    def __init__(self, what: str, reply: Reply) -> None:
        super().__init__(f"{what}: {reply.status} {_detail(reply.body)}".rstrip())


def is_of_time(failure: str) -> bool:
    """Say whether a request failed as one does where there is too little time: not asked, not waited for, turned away.

    >>> is_of_time(NOT_SENT), is_of_time("query: 503 every worker is busy"), is_of_time("document: 500 a fault")
    (True, True, False)
    """
    return failure in (NOT_SENT, NOT_ANSWERED) or ": 503 " in f"{failure} "


def _detail(body: bytes) -> str:
    """Return what a problem says about itself (RFC 9457), or `/readyz` about its state."""
    try:
        found = json.loads(body)
        return str(found.get("detail") or found.get("status") or "")[:120]
    except (ValueError, AttributeError):
        return ""


async def steady(tally: Tally, clock: Clock, connection: Connection, every: float, offset: float, ask: Judge) -> None:
    """Ask at a steady rate until the clock says that it is over."""
    due = time.monotonic() + offset
    while due < clock.end:
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        asked_at = time.monotonic()
        if asked_at > clock.end:
            tally.failed[NOT_SENT] += int((clock.end - due) / every) + 1
            break
        try:
            release, problem = await ask(connection)
        except TimeoutError:
            tally.failed[NOT_ANSWERED] += 1
        except CutShort:
            tally.failed["cut short"] += 1
        except Refused as error:
            tally.failed[str(error)] += 1
        except (OSError, ValueError, IndexError, asyncio.LimitOverrunError) as error:
            tally.failed[f"{type(error).__name__}: {error}"[:100]] += 1
        else:
            if not problem and clock.stale(release, asked_at):
                problem = "from a release that is not current any more"
            if problem:
                tally.wrong[problem] += 1
            else:
                tally.right += 1
        tally.times_ms.append((time.monotonic() - due) * 1000)
        tally.due_at.append(due)
        due += every
    connection.close()


def crawl(oracle: Oracle, clock: Clock, tally: Tally, where: tuple[str, int], rate: float) -> list[Awaitable[None]]:
    """Return the crawler's connections: all documents in turn, so many a second."""
    number = iter(range(10**12))

    async def ask(connection: Connection) -> tuple[str, str]:
        path = oracle.paths[next(number) % len(oracle.paths)]
        reply = await connection.ask(path, seconds=_TIMEOUT_S)
        if reply.status != 200:
            raise Refused("document", reply)
        return oracle.document(path, reply)

    every = CRAWLER_CONNECTIONS / rate
    return [steady(tally, clock, Connection(*where, CRAWLER), every, n / rate, ask) for n in range(CRAWLER_CONNECTIONS)]


async def all_right(oracle: Oracle, where: tuple[str, int], count: int) -> bool:
    """Ask for some documents one after the other; say whether all were right."""
    connection = Connection(*where, CRAWLER)
    try:
        for path in oracle.paths[:count]:
            reply = await connection.ask(path, seconds=_TIMEOUT_S)
            if reply.status != 200 or oracle.document(path, reply)[1]:
                return False
    except (OSError, TimeoutError, CutShort, ValueError, IndexError, asyncio.LimitOverrunError):
        return False
    finally:
        connection.close()
    return True


def askers(oracle: Oracle, clock: Clock, tally: Tally, where: tuple[str, int], rate: float) -> list[Awaitable[None]]:
    """Return people who ask small queries, so many a second together."""
    number = iter(range(10**12))

    async def ask(connection: Connection) -> tuple[str, str]:
        asked = question(oracle.sizes, next(number))
        reply = await connection.ask(query_path(asked.text), accept(asked), seconds=_TIMEOUT_S)
        if reply.status != 200:
            raise Refused("query", reply)
        return oracle.rows(asked, reply)

    every = ASKERS / rate
    return [steady(tally, clock, Connection(*where, ASKER.format(n + 2)), every, n / rate, ask) for n in range(ASKERS)]


def probe(clock: Clock, tally: Tally, where: tuple[str, int], rate: float) -> list[Awaitable[None]]:
    """Return those who watch over the server: `/healthz` and `/readyz`, so many a second each."""

    def asking(path: str) -> Judge:
        async def ask(connection: Connection) -> tuple[str, str]:
            reply = await connection.ask(path, seconds=_TIMEOUT_S)
            if reply.status != 200:
                raise Refused(path, reply)
            return "any", ""

        return ask

    return [
        steady(tally, clock, Connection(*where, PROBE), 1 / rate, 0.0, asking(path)) for path in ("/healthz", "/readyz")
    ]
