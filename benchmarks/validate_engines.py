"""SHACL validation: `ckg` beside pyshacl with rdflib, and pyrudof and shacl where they are installed, in one run.

    python benchmarks/validate_engines.py --triples 1000000 --violations 0 0.001 --markdown docs/validation-table.md

Every engine starts from the same staged N-Quads and ends with a report; each run is a process of its own, imports
included. The table gives medians of wall time and of processor time, peak memory, and how many results were found.
Results are counted before speed: what pyshacl finds and an engine does not is missing, what it invents is extra.
"""

# ruff: noqa: PLC0415 - an engine is imported where it is measured

from __future__ import annotations

import argparse
import json
import pickle
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ENGINES = ("screened", "pyshacl", "pyrudof", "shacl")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--triples", type=int, nargs="+", default=[100_000])
    parser.add_argument("--violations", type=float, nargs="+", default=[0.0, 0.001])
    parser.add_argument("--engines", nargs="+", default=list(ENGINES), choices=ENGINES)
    parser.add_argument("--runs", type=int, default=3, help="slow engines run once above 100,000")
    parser.add_argument("--markdown", type=Path)
    parser.add_argument("--work", type=Path, help="where the data lie, kept for the next run")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(one(options.one[0], Path(options.one[1]))))
        return
    engines = [name for name in options.engines if name not in FOREIGN or find_spec(name)]
    with tempfile.TemporaryDirectory(prefix="ckg-benchmark-") as temporary:
        work = options.work or Path(temporary)
        lines = [
            "| triples | broken | engine | seconds | processor | times pyshacl | MB | results | missing | extra |",
            "|---:|---:|---|---:|---:|---:|---:|---:|---:|---:|",
        ]
        for triples in options.triples:
            for violations in options.violations:
                lines += compared(work, triples, violations, engines, options.runs)
    table = "\n".join(lines) + "\n"
    print(table)
    if options.markdown:
        options.markdown.write_text(table, encoding="utf-8")


def compared(work: Path, triples: int, violations: float, engines: list[str], runs: int) -> list[str]:
    """Return the rows of one data set."""
    staged = prepare(work, triples, violations)
    measured = {}
    for engine in engines:
        repeats = runs if engine == "screened" or triples <= 100_000 else 1
        measured[engine] = [measure(engine, staged) for _ in range(repeats)]
    reference = Counter(map(tuple, measured["pyshacl"][0]["results"])) if "pyshacl" in measured else None
    slow = statistics.median(run["seconds"] for run in measured["pyshacl"]) if "pyshacl" in measured else None
    rows = []
    for engine, found in measured.items():
        seconds = statistics.median(run["seconds"] for run in found)
        peak = max(run["peak"] for run in found)
        results = Counter(map(tuple, found[0]["results"]))
        missing = (reference - results).total() if reference is not None else "?"
        extra = (results - reference).total() if reference is not None else "?"
        processor = statistics.median(run["processor"] for run in found)
        ratio = f"{slow / seconds:.1f}" if slow else "?"
        rows.append(
            f"| {found[0]['triples']:,} | {violations:.1%} | {engine} | {seconds:.2f} | {processor:.2f} | {ratio} "
            f"| {peak:.0f} | {results.total():,} | {missing} | {extra} |"
        )
        print(rows[-1], flush=True)
    return rows


def prepare(work: Path, triples: int, violations: float) -> Path:
    """Generate and stage a project; return the file that says where the staged graphs are."""
    project = work / f"{triples}-{violations}"
    staged = project / "staged.pickle"
    if not staged.exists():
        import generate
        from ckg.build.pipeline import Build
        from ckg.build.progress import Silent
        from ckg.cli.options import find_project

        generate.write(project, triples=triples, seed=1, violations=violations, axioms=1, files=20)
        inputs = Build(find_project(project), project / "release", progress=Silent()).inputs()
        staged.write_bytes(pickle.dumps(inputs.staging))
    return staged


def measure(engine: str, staged: Path) -> dict[str, Any]:
    command = [sys.executable, __file__, "--one", engine, str(staged)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def one(engine: str, staged: Path) -> dict[str, Any]:
    """Run one engine in this process; the time is from staged files to report, imports included."""
    staging = pickle.loads(staged.read_bytes())
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        foreign = FOREIGN.get(engine)
        results = foreign(*exported(staging, Path(folder))) if foreign else ours(staging, Path(folder), engine)
        seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    usage = resource.getrusage(resource.RUSAGE_SELF)
    processor = usage.ru_utime + usage.ru_stime
    return {"seconds": seconds, "processor": processor, "peak": peak, "results": results, "triples": staging.triples}


def ours(staging: Any, folder: Path, engine: str) -> list[tuple[str, str]]:
    from ckg.validate import validate

    report = validate(staging, folder, engine=engine)
    return [(str(result.focus_node), result.component) for result in report.results]


def exported(staging: Any, folder: Path) -> tuple[Path, Path]:
    """Write data and shapes as a release publishes them: what is asserted, and the shapes with their prefixes."""
    from ckg.model.staged import Role
    from ckg.release import merge

    files = []
    for name, roles in (("data", (Role.DATA, Role.ONTOLOGY)), ("shapes", (Role.SHAPES,))):
        files.append(folder / f"{name}.nt")
        with files[-1].open("wb") as out:
            for lines in merge.triples(staging.of(*roles)):
                out.writelines(lines)
    return files[0], files[1]


def rudof(data: Path, shapes: Path) -> list[tuple[str, str]]:
    import pyrudof

    rudof = pyrudof.Rudof(pyrudof.RudofConfig())
    rudof.read_data(data, pyrudof.RDFFormat.NTriples, reader_mode=pyrudof.ReaderMode.Strict)
    rudof.read_shacl(shapes, pyrudof.ShaclFormat.NTriples, reader_mode=pyrudof.ReaderMode.Strict)
    report = rudof.validate_shacl(pyrudof.ShaclValidationMode.Native)
    return [(term(entry.focus_node), entry.constraint_component.strip("<>")) for entry in report]


def shacl(data: Path, shapes: Path) -> list[tuple[str, str]]:
    import shacl

    report = shacl.validate(str(data), str(shapes))
    return [(term(result.focus_node), result.component_iri) for result in report.results]


FOREIGN = {"pyrudof": rudof, "shacl": shacl}


def term(written: str) -> str:
    return written if written.startswith(("<", "_:", '"')) else f"<{written}>"


if __name__ == "__main__":
    main()
