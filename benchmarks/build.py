"""How `ckg build` grows: the whole build on generated summits, from nothing, unchanged, and with one file changed.

    python benchmarks/build.py [--triples 100000 1000000 10000000] [--runs 3] [--markdown docs/benchmarks/build.md]

Each build runs as a process of its own, with its children; seconds are wall time, memory is the largest sum of resident
memory seen ten times a second over the process and its children. Medians of the runs; the plot is in text.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Row:
    """Medians for one size: seconds and MB of a first build, an unchanged one and one with one file changed."""

    triples: int
    first: float
    memory: float
    unchanged: float
    one_changed: float


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--files", type=int, default=100)
    parser.add_argument("--markdown", type=Path)
    options = parser.parse_args()
    rows = [measure(size, options.runs, options.files) for size in options.triples]
    text = table(rows) + "\n" + plot(rows)
    print(text)
    if options.markdown:
        options.markdown.parent.mkdir(parents=True, exist_ok=True)
        options.markdown.write_text(f"# The whole build\n\n{text}", encoding="utf-8")


def measure(size: int, runs: int, files: int) -> Row:
    """Build one generated project `runs` times in the three ways."""
    with tempfile.TemporaryDirectory(prefix="ckg-bench-") as folder:
        project = Path(folder) / "project"
        generate = [sys.executable, HERE / "generate.py", project, f"--triples={size}", f"--files={files}"]
        subprocess.run(generate, check=True, stdout=subprocess.DEVNULL)
        changed = max((project / "data").rglob("summits*.ttl"), default=None) or max((project / "data").rglob("*.ttl"))
        first, unchanged, one_changed = [], [], []
        for number in range(runs):
            shutil.rmtree(project / "release", ignore_errors=True)
            first.append(build(project))
            unchanged.append(build(project))
            with changed.open("a", encoding="utf-8") as file:
                file.write(f"\n<id/benchmark/{number}> <http://purl.org/dc/terms/title> 'run {number}' .\n")
            one_changed.append(build(project))
            print(f"{size:>11,}  {first[-1]}  {unchanged[-1]}  {one_changed[-1]}", file=sys.stderr)
    seconds = [statistics.median(value for value, _ in way) for way in (first, unchanged, one_changed)]
    return Row(size, seconds[0], statistics.median(memory for _, memory in first), seconds[1], seconds[2])


def build(project: Path) -> tuple[float, float]:
    """Run one build; return its seconds and the peak of its memory in MB."""
    begin = time.monotonic()
    process = subprocess.Popen([Path(sys.executable).with_name("ckg"), "build", "--project", project])
    peak = 0
    while process.poll() is None:
        peak = max(peak, sum(resident(number) for number in family(process.pid)))
        time.sleep(0.1)
    if process.returncode:
        sys.exit(f"the build of {project} ended with {process.returncode}")
    return round(time.monotonic() - begin, 2), round(peak / 2**20, 1)


def family(root: int) -> list[int]:
    """Return a process and all its descendants."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError):
                continue
            parents.setdefault(parent, []).append(int(entry.name))
    found = [root]
    for number in found:
        found.extend(parents.get(number, []))
    return found


def resident(number: int) -> int:
    """Return the resident memory of a process in bytes."""
    try:
        return int((Path("/proc") / str(number) / "statm").read_text().split()[1]) * PAGE
    except (OSError, IndexError):
        return 0


def table(rows: list[Row]) -> str:
    """Return the medians as a Markdown table; growth is that of time against that of triples."""
    lines = [
        "| triples | first build, s | peak, MB | nothing changed, s | one file changed, s | growth |",
        "|---:|---:|---:|---:|---:|---:|",
    ]
    before: Row | None = None
    for row in rows:
        growth = "" if before is None else f"{row.first / before.first / (row.triples / before.triples):.2f}"
        lines.append(
            f"| {row.triples:,} | {row.first:.1f} | {row.memory:,.0f} | {row.unchanged:.2f} "
            f"| {row.one_changed:.1f} | {growth} |"
        )
        before = row
    lines.append("")
    lines.append("Growth 1.00 is linear: ten times the triples take ten times as long.")
    return "\n".join(lines) + "\n"


def plot(rows: list[Row]) -> str:
    """Return bars of microseconds per triple, so that a level row of bars is linear growth."""
    costs = [row.first / row.triples * 1e6 for row in rows]
    width = 50 / max(costs)
    bars = [
        f"{row.triples:>11,}  {'█' * round(cost * width)} {cost:.0f}" for row, cost in zip(rows, costs, strict=True)
    ]
    return "Microseconds per triple of a first build:\n\n```text\n" + "\n".join(bars) + "\n```\n"


if __name__ == "__main__":
    main()
