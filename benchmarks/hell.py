"""An hour of hell: what polite visitors notice of everything that strangers and a bad day do to the server at once.

    python benchmarks/hell.py --minutes 60 --markdown docs/benchmarks/hell.md
    python benchmarks/hell.py --seconds 30 --without prefaces writers          what one kind alone does

A real `ckg serve` with default settings serves one of two releases that differ in everything. Light requests, each at a
steady rate: a crawler over all entity documents (300 a second), small queries (20 a second, none twice), `/healthz` and
`/readyz`. Beside them: 8 clients with run-away queries, 50 slow readers, 50 slow writers, prefaces of HTTP/2, a worker
killed every 2 s, the release switched every 20 s, and once a full disk. Every answer to a light request is held against
what its release must say (strangers/oracle.py). Wanted: at least 99.95 % of the light requests right, 99 % of them
within 100 ms of when they were due, no wrong or half answer with status 200, memory and descriptors flat. Exits with 1
where that is not so.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from shop.data import Sizes
from strangers import faults, hostile, light
from strangers.light import STALE_ANYWHERE_S, STALE_S, Clock, Tally, is_of_time
from strangers.oracle import Oracle, learn
from strangers.site import Site, build, served
from strangers.watch import Look, Watch

RIGHT_SHARE, P99_MS = 0.9995, 100.0

HOSTILE = ("runaways", "readers", "writers", "prefaces", "kills", "switches", "disk")
QUERY_RATE, PROBE_RATE = 20.0, 2.0
RUNAWAY_CLIENTS, SLOW_CLIENTS = 8, 50
FULL_DISK_S = 10.0
PART_S = 5
LOG_LINES = 20
DOCUMENTS_AFTER = 20
CALM_S = 20.0
"""After the end the server has so long to be as it was before."""


@dataclass(slots=True)
class Course:
    """What happened in the time of one run."""

    light: dict[str, Tally] = field(default_factory=lambda: {n: Tally() for n in ("documents", "queries", "probes")})
    hostile: dict[str, Counter[str]] = field(default_factory=dict)
    killed: int = 0
    switched: int = 0
    disk: str = "not tried"
    lags_ms: list[float] = field(default_factory=list)
    before: Look | None = None
    after: Look | None = None
    answers_after: bool = False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--minutes", type=float, default=60.0)
    length.add_argument("--seconds", type=float, help="the same for a short run")
    parser.add_argument("--rate", type=float, default=300.0, help="documents a second that the crawler asks for")
    parser.add_argument("--triples", type=int, default=10_000, help="the size of each release")
    parser.add_argument("--without", nargs="+", choices=HOSTILE, default=[], help="what is left out")
    parser.add_argument("--anywhere", action="store_true", help="judge only what must hold on a slow machine too")
    parser.add_argument("--markdown", type=Path, help="write the report there as well")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended from outside"))  # so that the server is ended too
    seconds = options.seconds or options.minutes * 60
    with tempfile.TemporaryDirectory(prefix="ckg-hell-") as name:
        folder = Path(name)
        print("two releases are built, and what they say is learned in calm …", file=sys.stderr, flush=True)
        site = build(folder / "site", options.triples)
        oracle = asyncio.run(learn(site, Sizes.of(options.triples), folder / "calm.log"))
        print(f"{len(oracle.paths)} documents are known; {seconds:.0f} s begin", file=sys.stderr, flush=True)
        log = folder / "server.log"
        without = frozenset(options.without)
        course, watch = hell(folder, site, oracle, seconds, options.rate, without, anywhere=options.anywhere)
        print("".join(log.read_text(errors="replace").splitlines(keepends=True)[-LOG_LINES:]), file=sys.stderr)
    problems = judge(course, watch, anywhere=options.anywhere)
    text = report(course, watch, problems, oracle, seconds, options)
    print(text)
    if options.markdown:
        options.markdown.write_text(text, encoding="utf-8")
    sys.exit(bool(problems))


def hell(
    folder: Path,
    site: Site,
    oracle: Oracle,
    seconds: float,
    rate: float,
    without: frozenset[str],
    *,
    anywhere: bool = False,
) -> tuple[Course, Watch]:
    """Run everything at once for some seconds, then let the server rest."""
    course = Course()
    with (
        faults.small_disk(folder / "temporary") as disk,
        served(site, folder / "server.log", {"TMPDIR": str(disk.folder)}) as (host, port, process),
    ):
        with suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, 0, -10)  # the server is measured, not how its processor is shared with us
        watch = Watch(process, disk.folder if disk.mounted else None)
        clock = Clock(time.monotonic() + seconds, site.releases[-1], stale_s=STALE_ANYWHERE_S if anywhere else STALE_S)
        asyncio.run(_run(course, watch, clock, disk, site, oracle, (host, port), seconds, rate, without))
    return course, watch


async def _run(
    course: Course, watch: Watch, clock: Clock, disk: faults.Disk, site: Site, oracle: Oracle,
    where: tuple[str, int], seconds: float, rate: float, without: frozenset[str],
) -> None:  # fmt: skip
    course.before = watch.look(0.0)
    strangers: dict[str, Sequence[Awaitable[object]]] = {}
    if "runaways" not in without:
        strangers["runaways"] = [
            hostile.greedy(clock, _counted(course, "runaways"), where, n) for n in range(RUNAWAY_CLIENTS)
        ]
    if "readers" not in without:
        strangers["readers"] = [
            hostile.slow_reader(clock, _counted(course, "readers"), where, n) for n in range(SLOW_CLIENTS)
        ]
    if "writers" not in without:
        strangers["writers"] = [
            hostile.slow_writer(clock, _counted(course, "writers"), where, n) for n in range(SLOW_CLIENTS)
        ]
    if "prefaces" not in without:
        strangers["prefaces"] = [hostile.prefaces(clock, _counted(course, "prefaces"), where)]

    async def kills() -> None:
        course.killed = await faults.kill_workers(clock, watch.server)

    async def switches() -> None:
        course.switched = await faults.switch_releases(clock, site)

    async def full_disk() -> None:
        length = min(FULL_DISK_S, seconds / 8)
        course.disk = await disk.full(clock, watch.server, seconds / 2, length)

    for name, fault in (("kills", kills), ("switches", switches), ("disk", full_disk)):
        if name not in without:
            strangers[name] = [fault()]
    polite = [
        *light.crawl(oracle, clock, course.light["documents"], where, rate),
        *light.askers(oracle, clock, course.light["queries"], where, QUERY_RATE),
        *light.probe(clock, course.light["probes"], where, PROBE_RATE),
    ]
    await asyncio.gather(
        *polite, *(one for group in strangers.values() for one in group), watch.run(clock), _lag(course, clock)
    )
    await _rest(course, watch, oracle, where)


def _counted(course: Course, kind: str) -> Counter[str]:
    return course.hostile.setdefault(kind, Counter())


async def _lag(course: Course, clock: Clock) -> None:
    """Note how late this process itself is: what is measured can be no more exact than that."""
    while not clock.over:
        began = time.monotonic()
        await asyncio.sleep(0.05)
        course.lags_ms.append((time.monotonic() - began - 0.05) * 1000)


async def _rest(course: Course, watch: Watch, oracle: Oracle, where: tuple[str, int]) -> None:
    """Wait until the server answers and has let go of what strangers held, or the time for it is over."""
    end = time.monotonic() + CALM_S
    assert course.before is not None
    while time.monotonic() < end:
        await asyncio.sleep(1.0)
        course.answers_after = await light.all_right(oracle, where, DOCUMENTS_AFTER)
        course.after = watch.look(0.0)
        if course.answers_after and course.after.descriptors <= course.before.descriptors + light.CRAWLER_CONNECTIONS:
            return


def judge(course: Course, watch: Watch, *, anywhere: bool = False) -> list[str]:
    """Return what is not as it is wanted; with `anywhere` only what must hold on any machine, which no time is.

    Anywhere, there is no wrong or half answer, nothing fails in any other way than for want of time, some of all kinds
    are answered, and the server answers as before at the end. How much was answered, how late, and whether memory is
    flat (caches fill slowly on a slow machine) is for a machine that has nothing else to do.
    """
    tallies = course.light.values()
    count = sum(tally.count for tally in tallies)
    right = sum(tally.right for tally in tallies)
    wrong = sum(tally.wrong.total() for tally in tallies)
    problems = [f"{wrong} answers with status 200 were wrong"] if wrong else []
    if not course.answers_after:
        problems.append(f"the server did not answer as before within {CALM_S:.0f} s after the end")
    if anywhere:
        faults_of_its_own = {why: n for tally in tallies for why, n in tally.failed.items() if not is_of_time(why)}
        problems += [f"{times} times: {why}" for why, times in faults_of_its_own.items()]
        problems += [
            f"none of the {name} was answered rightly" for name, tally in course.light.items() if not tally.right
        ]
        return problems
    times = Tally([time for tally in tallies for time in tally.times_ms])
    if not count or right / count < RIGHT_SHARE:
        problems.append(f"{right / max(1, count):.4%} of the light requests were right, {RIGHT_SHARE:.2%} are wanted")
    if not times.percentile(0.99) < P99_MS:
        problems.append(f"99 % of them came within {times.percentile(0.99):.0f} ms, {P99_MS:.0f} ms are wanted")
    return problems + [f"not flat: {what}" for what in watch.growth()]


def report(
    course: Course, watch: Watch, problems: Sequence[str], oracle: Oracle, seconds: float, options: argparse.Namespace
) -> str:
    """Return what came out as Markdown."""
    without = f"; without {', '.join(options.without)}" if options.without else ""
    lags = Tally(course.lags_ms)
    lines = [
        "# An hour of hell" if seconds >= 3600 else f"# {seconds:.0f} seconds of hell",
        "",
        f"{len(oracle.paths)} documents in each of two releases; {options.rate:g} documents, {QUERY_RATE:g} queries "
        f"and {2 * PROBE_RATE:g} probes a second{without}; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at "
        f"the end; the clients themselves were late by {lags.percentile(0.5):.1f} ms (median) and "
        f"{lags.percentile(0.99):.1f} ms (p99).",
        "",
        "| light requests | asked | right, % | failed | wrong with 200 | median ms | p99 ms | longest ms |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name, tally in course.light.items():
        lines.append(
            f"| {name} | {tally.count} | {100 * tally.right / max(1, tally.count):.3f} | {tally.failed.total()} "
            f"| {tally.wrong.total()} | {tally.percentile(0.5):.1f} | {tally.percentile(0.99):.1f} "
            f"| {max(tally.times_ms, default=0):.0f} |"
        )
    names = list(course.light)
    lines += [
        "",
        f"| later than {P99_MS:.0f} ms, due from s | " + " | ".join(names) + " |",
        "|---:|" + "---:|" * len(names),
    ]
    late = [_late(tally) for tally in course.light.values()]
    for part in sorted(set().union(*late)):
        lines.append(f"| {part * PART_S} | " + " | ".join(str(counted[part]) for counted in late) + " |")
    lines += ["", "| how they failed | times |", "|---|---:|"]
    for tally in course.light.values():
        lines += [f"| {why} | {times} |" for why, times in tally.failed.most_common(12)]
        lines += [f"| **wrong**: {why} | {times} |" for why, times in tally.wrong.most_common(12)]
    lines += ["", "| strangers | what they got |", "|---|---|"]
    for name, outcomes in course.hostile.items():
        lines.append(f"| {name} | " + ", ".join(f"{what}: {times}" for what, times in outcomes.most_common(8)) + " |")
    lines += [
        f"| workers killed | {course.killed} |",
        f"| releases switched | {course.switched} |",
        f"| full disk | {course.disk} |",
        "",
        "| s | memory, MB | without the workers, MB | descriptors | processes | temporary files, MB |",
        "|---:|---:|---:|---:|---:|---:|",
    ]
    looks = [("before", course.before), *((f"{look.at:.0f}", look) for look in watch.rows()), ("after", course.after)]
    for when, look in looks:
        if look is not None:
            lines.append(
                f"| {when} | {look.memory_mb:.0f} | {look.serving_mb:.0f} | {look.descriptors} | {look.processes} "
                f"| {look.spooled_mb:.0f} |"
            )
    lines += ["", "All is as wanted." if not problems else "Not as wanted:"]
    lines += [f"\n* {problem}" for problem in problems]
    return "\n".join(lines) + "\n"


def _late(tally: Tally) -> Counter[int]:
    """Return for each five seconds how many of the requests that were due then were late."""
    first = min(tally.due_at, default=0.0)
    rows = zip(tally.due_at, tally.times_ms, strict=True)
    return Counter(int((due - first) / PART_S) for due, took in rows if took > P99_MS)


if __name__ == "__main__":
    main()
