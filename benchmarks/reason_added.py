"""What it wins to go on from an earlier closure when a file was added, beside reasoning from everything.

    python benchmarks/reason_added.py [--triples 100000 300000] [--added 100] [--runs 3] [--markdown FILE]

Generated summits (benchmarks/generate.py), closed once; then a file about `--added` new people is added, and the
closure is made from everything and from the earlier one, in turn, each in a process of its own. Wall and processor
seconds are medians; the two closures must have the same bytes.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ckg import reason
from ckg.build.pipeline import Build
from ckg.model import config

HERE = Path(__file__).resolve().parent
MORE = '<https://w3id.org/ckg/id/person/new-{0}> a ckg:Person ; rdfs:label "Somebody {0}"@en .\n'
PREFIXES = "@prefix ckg: <https://w3id.org/ckg/ontology#> .\n@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=int, nargs="+", default=[100_000, 300_000])
    parser.add_argument("--added", type=int, default=100)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--markdown", type=Path)
    parser.add_argument("--one", nargs="*", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(close(*options.one)))
        return
    lines = [
        "| asserted | inferred | from everything, s (processor) | from the earlier closure, s (processor) |",
        "|---:|---:|---:|---:|",
        *(measure(size, options.added, options.runs) for size in options.triples),
    ]
    text = "\n".join(lines) + "\n"
    print(text)
    if options.markdown:
        options.markdown.write_text(text, encoding="utf-8")


def measure(size: int, added: int, runs: int) -> str:
    """Return the row of one size."""
    with tempfile.TemporaryDirectory(prefix="ckg-bench-") as folder:
        work = Path(folder)
        project = work / "project"
        generate = [sys.executable, HERE / "generate.py", project, f"--triples={size}", "--files=20"]
        subprocess.run(generate, check=True, stdout=subprocess.DEVNULL)
        one(project, work / "earlier")
        more = PREFIXES + "".join(MORE.format(number) for number in range(added))
        (project / "data" / "zz-added.ttl").write_text(more, encoding="utf-8")
        ways: tuple[list[dict[str, float]], list[dict[str, float]]] = ([], [])
        for _ in range(runs):
            ways[0].append(one(project, work / "whole"))
            ways[1].append(one(project, work / "on", work / "earlier"))
        if len({row["sha256"] for way in ways for row in way}) != 1:
            sys.exit("the closures differ")
        cells = [
            f"{statistics.median(row['wall'] for row in way):.2f} ({statistics.median(row['cpu'] for row in way):.2f})"
            for way in ways
        ]
        first = ways[0][0]
        return f"| {first['asserted']:,} | {first['inferred']:,} | {cells[0]} | {cells[1]} |"


def one(*arguments: Path) -> dict[str, float]:
    """Make one closure in a process of its own."""
    command = [sys.executable, __file__, "--one", *map(str, arguments)]
    row: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return row


def close(project: str, into: str, previous: str | None = None) -> dict[str, object]:
    """Stage the project, and time its closure into a folder."""
    read = config.read(Path(project))
    root = Path(into).parent / "releases"
    root.mkdir(exist_ok=True)
    staging = Build(read, root).inputs().staging
    wall, cpu = time.perf_counter(), time.process_time()
    closure = reason.close(
        staging, Path(into), inferred_graph=read.base.inferred_graph, previous=Path(previous) if previous else None
    )
    return {
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "asserted": staging.triples,
        "inferred": closure.graph.triples,
        "sha256": closure.graph.sha256,
    }


if __name__ == "__main__":
    main()
