"""The shop's queries to ckg and its peers, side by side in one run; the tables are Markdown.

    python benchmarks/sparql.py --mix shop --triples 100000 1000000 10000000 --seconds 20 \
        --oxigraph BINARY --fuseki JAR --rdflib-endpoint PYTHON

For each size the shop is generated, built by `ckg build` with reasoning, and what is in its dump is loaded into the
peers. Every server then runs; only one is asked at a time, in several rounds, so that all meet the same load of the
machine. First the answers to some queries of each kind are compared with one another; then clients ask the mix, no
query twice, and a small query, on connections that are kept alive.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from ckg.release.current import Releases
from shop import data
from shop.answers import meaning
from shop.driver import Answers, drive, fetch, own_memory_mb, processor_seconds
from shop.queries import KINDS, Asked, Questions
from shop.servers import BUDGETS_OFF, Peers, Server, all_running

CLIENTS = (1, 8)
ROUNDS = 4
WARM_S = 10.0
"""How long each is asked before that: a Java program is slow at first."""

COMPARED = 6
"""Queries of each kind whose answers are compared."""

Runs = dict[tuple[str, int], Answers]


def main(sizes: Sequence[int], seconds: float, peers: Peers, projects: Path | None) -> None:
    """Measure at each size; `seconds` is how long each server is asked by each number of clients.

    Where `projects` is given the shops are made there, and found there the next time.
    """
    cores = os.cpu_count()
    print("## A shop's queries\n")
    print(f"{len(KINDS)} kinds of query in turn, no query twice; {seconds:g} s for each figure in {ROUNDS} rounds; "
          f"{cores} cores.")  # fmt: skip
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="ckg-shop-", dir=projects) as name:
            _measure((projects or Path(name)) / f"shop-{size}", Path(name), size, seconds, peers)


def made(project: Path, size: int) -> tuple[Path, data.Sizes]:
    """Write a shop of about so many triples, unless it is there; return its folder and how much there is in it."""
    if not (project / "ckg.toml").exists():
        data.write(project, triples=size, files=max(1, min(100, size // 100_000)))
        with (project / "ckg.toml").open("a", encoding="utf-8") as file:
            file.write(BUDGETS_OFF)
    return project, data.Sizes.of(size)


def _measure(project: Path, folder: Path, size: int, seconds: float, peers: Peers) -> None:
    _, sizes = made(project, size)
    there = (project / "release" / "current").exists()
    began = time.monotonic()
    subprocess.run(
        [Path(sys.executable).with_name("ckg"), "build", "--project", project], check=True, stdout=subprocess.DEVNULL
    )
    built = time.monotonic() - began
    release = Releases(project / "release").current()
    tables = list(release.store.glob("*.sst"))
    triples = release.counts["triples"]
    megabytes = sum(table.stat().st_size for table in tables) / 1e6
    how = "found and checked" if there else "built"
    print(f"\n### {size:,} triples\n\n{triples:,} with the inferred ones; {how} in {built:.0f} s; {len(tables)} tables "
          f"of {megabytes:,.0f} MB; load {os.getloadavg()[0]:.1f} before the queries.\n", flush=True)  # fmt: skip
    questions = Questions(sizes)
    with all_running(project, release.folder / "dumps" / "shop.nt", triples, peers, folder) as servers:
        _compare(servers, questions)
        mixed, small = _rounds(servers, questions.mixed, seconds), _rounds(servers, questions.small, seconds / 2)
        _table("mix", servers, mixed)
        _table("small query", servers, small)
        _overhead(servers, small)
        _kinds(servers, mixed)
        _failures(servers, (mixed, small))
        print("\nMemory of all processes of a server at the end, in MB: "
              + ", ".join(f"{server.name} {own_memory_mb(server.process):,.0f}" for server in servers)
              + f". Load {os.getloadavg()[0]:.1f} at the end.", flush=True)  # fmt: skip


def _compare(servers: Sequence[Server], questions: Questions) -> None:
    """Ask every server the same queries; print how many answers are those that most servers gave."""
    same: Counter[str] = Counter()
    notes: list[str] = []
    asked = [questions.of(kind, 10**7 + number) for kind in KINDS for number in range(COMPARED)]
    rows = 0
    for one in asked:
        found = {}
        for server in servers:
            status, body = fetch(server.address, one)
            try:
                found[server.name] = meaning(one, body) if status == 200 else f"{status} {body[:200]!r}"
            except ValueError as error:
                found[server.name] = f"200, but no answer: {error}"
        answers = [answer for answer in found.values() if not isinstance(answer, str)]
        most = max(answers, key=answers.count) if answers else None
        rows += bool(most)
        for name, answer in found.items():
            if answer == most and most is not None:
                same[name] += 1
            else:
                notes.append(f"{name}, {one.kind}: " + (answer if isinstance(answer, str) else "another answer"))
    print("| answers | " + " | ".join(server.name for server in servers) + " |\n|---|" + "---:|" * len(servers))
    print("| as most give them | " + " | ".join(f"{same[server.name]} of {len(asked)}" for server in servers) + " |")
    print(f"\n{rows} of the {len(asked)} answers are not empty.")
    for note, times in Counter(notes).most_common(20):
        print(f"\n* {note} ({times} times)")
    print(flush=True)


def _rounds(servers: Sequence[Server], question: Callable[[int], Asked], seconds: float) -> Runs:
    """Ask all servers in turn, several times over, each time with queries that none of them has seen."""
    runs: Runs = {(server.name, clients): Answers() for server in servers for clients in CLIENTS}
    first = 0
    for server in servers:
        drive(server.address, question, max(CLIENTS), min(WARM_S, seconds), first=5 * 10**6)
    for _ in range(ROUNDS):
        for clients in CLIENTS:
            for server in servers:
                before = processor_seconds(server.process)
                answers = drive(server.address, question, clients, seconds / ROUNDS, first)
                answers.processor_seconds = processor_seconds(server.process) - before
                runs[server.name, clients].join(answers)
            first += 10**5
    return runs


def _table(title: str, servers: Sequence[Server], runs: Runs) -> None:
    print(f"| {title} | clients | median ms | p95 ms | p99 ms | queries/s | processor ms a query | failed "
          "| ckg's rate is, times |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|")  # fmt: skip
    for clients in CLIENTS:
        ours = runs[servers[0].name, clients].rate
        for server in servers:
            run = runs[server.name, clients]
            ratio = "" if server is servers[0] else f"{ours / run.rate:.2f}" if run.rate else "–"
            print(f"| {server.name} | {clients} | {run.percentile(0.5):.2f} | {run.percentile(0.95):.2f} "
                  f"| {run.percentile(0.99):.2f} | {run.rate:.0f} | {run.processor_ms:.2f} "
                  f"| {run.failed} of {run.count} | {ratio} |")  # fmt: skip
    print(flush=True)


def _overhead(servers: Sequence[Server], small: Runs) -> None:
    ours = small[servers[0].name, 1].percentile(0.5)
    for server in servers[1:]:
        if server.name == "Oxigraph server":
            print(f"A small query takes {ours - small[server.name, 1].percentile(0.5):+.2f} ms beside Oxigraph's own "
                  "server (median, one client).\n")  # fmt: skip


def _kinds(servers: Sequence[Server], runs: Runs) -> None:
    print("| median ms, one client | " + " | ".join(server.name for server in servers) + " |")
    print("|---|" + "---:|" * len(servers))
    for kind in KINDS:
        cells = (f"{runs[server.name, 1].percentile(0.5, kind):.2f}" for server in servers)
        print(f"| {kind} | " + " | ".join(cells) + " |")


def _failures(servers: Sequence[Server], runs: Sequence[Runs]) -> None:
    for server in servers:
        for run in runs:
            for clients in CLIENTS:
                for kind, problem in run[server.name, clients].failures.items():
                    print(f"\n* {server.name}, {clients} clients, {kind}: {' '.join(problem.split())}")
