"""OWL 2 RL beside its peers: from staged files to the inferred triples, each run a process of its own.

    python benchmarks/reason.py [--triples 100000 1000000] [--runs 3] [--memory 1500MB] [--markdown FILE]

Engines: `ckg` (DuckDB; the inferred graph and the derivations on disk), `owlrl` (up to 100,000 triples) and, if it is
installed (`pip install 'ckg[benchmark]'`), `reasonable`, which reads Turtle, writes nothing and finds no contradiction.
The engines take turns within each run. Seconds are wall time of the whole process, its imports included; memory is the
largest resident set. A peer may use 20 GB; where it dies of that, the table says so. Missing are the triples of ckg's
inferred graph that a peer does not have, those with blank nodes left out.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

from reason_data import generate, load

INFERRED = "https://example.org/summits/graph/inferred"
OWLRL_UP_TO = 100_000
PEER_BYTES = 20 << 30


def run_ckg(folder: Path, out: Path, memory: str) -> int:
    from ckg import reason  # noqa: PLC0415 - each engine is imported in its own process

    return reason.close(load(folder), out, inferred_graph=INFERRED, memory_limit=memory).graph.triples


def run_owlrl(folder: Path, out: Path, memory: str) -> int:
    from ckg import reason  # noqa: PLC0415

    return reason.close(load(folder), out, engine="owlrl", inferred_graph=INFERRED).graph.triples


def run_reasonable(folder: Path, out: Path, memory: str) -> int:
    from reasonable import PyReasoner  # noqa: PLC0415

    reasoner = PyReasoner()
    reasoner.load_file(str(folder / "all.ttl"))
    found = reasoner.reason()
    if os.environ.get("CKG_BENCHMARK_KEEP"):
        out.mkdir(exist_ok=True)
        with (out / "found.nt").open("w", encoding="utf-8") as file:
            file.writelines(f"{s.n3()} {p.n3()} {o.n3()}\n" for s, p, o in found)
    return len(found)


ENGINES = {"ckg": run_ckg, "owlrl": run_owlrl, "reasonable": run_reasonable}


def child(engine: str, folder: Path, out: Path, memory: str) -> None:
    if engine != "ckg":
        resource.setrlimit(resource.RLIMIT_AS, (PEER_BYTES, PEER_BYTES))
    triples = ENGINES[engine](folder, out, memory)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"triples": triples, "mb": peak}))


def timed(engine: str, folder: Path, out: Path, memory: str, *, keep: bool = False) -> dict[str, float] | None:
    """Return the figures of one run, or None where the engine died."""
    command = [sys.executable, __file__, "--child", engine, str(folder), str(out), "--memory", memory]
    environment = {**os.environ, **({"CKG_BENCHMARK_KEEP": "1"} if keep else {})}
    begin = time.perf_counter()
    done = subprocess.run(command, check=engine == "ckg", capture_output=True, text=True, env=environment)
    seconds = time.perf_counter() - begin
    if done.returncode:
        print(f"{engine} ended with {done.returncode} after {seconds:.0f} s: {done.stderr[-200:]}", file=sys.stderr)
        return None
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result | {"seconds": seconds}


def as_turtle(folder: Path) -> None:
    """Write all staged triples as one file that `reasonable` reads."""
    with (folder / "all.ttl").open("w", encoding="utf-8") as out:
        for graph in load(folder).graphs:
            ending = f" <{graph.name}> .\n"
            with graph.path.open(encoding="utf-8") as lines:
                out.writelines(line.removesuffix(ending) + " .\n" for line in lines)


def missing(engine: str, out: Path) -> int:
    """Count the triples of ckg's inferred graph that another engine does not have."""
    found = out / engine / ("found.nt" if engine == "reasonable" else "inferred.nq")
    ending = "\n" if engine == "reasonable" else f" <{INFERRED}> .\n"
    with found.open(encoding="utf-8") as lines:
        theirs = {line.removesuffix(ending) for line in lines}
    with (out / "ckg" / "inferred.nq").open(encoding="utf-8") as lines:
        ours = (line.removesuffix(f" <{INFERRED}> .\n") for line in lines if "_:" not in line)
        return sum(line not in theirs for line in ours)


def measure(size: int, runs: int, memory: str) -> list[str]:
    """Return the rows of the table for one size."""
    with tempfile.TemporaryDirectory(prefix="ckg-reason-") as name:
        folder = Path(name)
        staging = generate(folder / "staged", size)
        engines = ["ckg"]
        engines += ["owlrl"] if size <= OWLRL_UP_TO else []
        engines += ["reasonable"] if find_spec("reasonable") else []
        if "reasonable" in engines:
            as_turtle(folder / "staged")
        results: dict[str, list[dict[str, float]]] = {engine: [] for engine in engines}
        for _ in range(runs):
            for engine in engines:
                found = timed(engine, folder / "staged", folder / engine, memory)
                results[engine] += [found] if found else []
        if results.get("reasonable"):
            timed("reasonable", folder / "staged", folder / "reasonable", memory, keep=True)
        ours = statistics.median(r["seconds"] for r in results["ckg"])
        rows = []
        for engine in engines:
            if not results[engine]:
                rows.append(f"| {staging.triples:,} | {engine} | died: more than {PEER_BYTES >> 30} GB | | | | |")
                continue
            seconds = statistics.median(r["seconds"] for r in results[engine])
            mb = statistics.median(r["mb"] for r in results[engine])
            lacking = 0 if engine == "ckg" else missing(engine, folder)
            rows.append(
                f"| {staging.triples:,} | {engine} | {seconds:.2f} | {seconds / ours:.1f} | {mb:,.0f} | "
                f"{results[engine][0]['triples']:,.0f} | {lacking:,} |"
            )
        return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--memory", default="1500MB", help="what DuckDB may use before it spills")
    parser.add_argument("--markdown", type=Path)
    parser.add_argument("--child", nargs=3, metavar=("ENGINE", "STAGED", "OUT"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        engine, folder, out = arguments.child
        child(engine, Path(folder), Path(out), arguments.memory)
        return
    lines = [
        "| triples | engine | seconds | times ckg | MB | inferred | missing |",
        "|---:|---|---:|---:|---:|---:|---:|",
    ]
    for size in arguments.triples:
        rows = measure(size, arguments.runs, arguments.memory)
        print(*rows, sep="\n", file=sys.stderr)
        lines += rows
    load_average = f"{os.getloadavg()[0]:.1f}"
    lines += [
        "",
        f"Medians of {arguments.runs} runs on {os.cpu_count()} cores; load average at the end {load_average}.",
    ]
    text = "\n".join(lines) + "\n"
    print(text)
    if arguments.markdown:
        arguments.markdown.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
