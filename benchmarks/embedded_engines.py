"""Embedded engines in one process each: loading a shop, opening it, and what each kind of query costs.

    python benchmarks/embedded_engines.py [--triples 100000 1000000] [--times 6]

Engines: Oxigraph on disk, as `ckg serve` uses it, and `sparq` (`pip install sparq-rdf`). Printed, as Markdown: the
processor seconds of loading, milliseconds of opening what was saved, megabytes of the process, and for each kind of
query of shop/queries.py the median milliseconds of processor; how many answers mean the same in both is counted.
"""

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
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from shop import answers, data
from shop.queries import KINDS, Asked, Questions

ENGINES = ("oxigraph", "sparq")


class Oxigraph:
    """pyoxigraph's store on disk, opened for reading."""

    @staticmethod
    def load(file: Path, folder: Path) -> None:
        store = ox.Store(folder)
        store.bulk_load(path=file, format=ox.RdfFormat.N_TRIPLES)
        store.optimize()

    def __init__(self, folder: Path) -> None:
        self.store = ox.Store.read_only(str(folder))

    def ask(self, asked: Asked) -> bytes:
        found = self.store.query(asked.text)
        form: Any = ox.RdfFormat.N_TRIPLES if asked.graph else ox.QueryResultsFormat.JSON
        return found.serialize(format=form) or b""


class Sparq:
    """A graph of sparq, saved and opened."""

    @staticmethod
    def load(file: Path, folder: Path) -> None:
        import sparq  # noqa: PLC0415

        sparq.Graph.load(str(file), "ntriples").save(str(folder))

    def __init__(self, folder: Path) -> None:
        import sparq  # noqa: PLC0415

        self.graph = sparq.Graph.open(str(folder))

    def ask(self, asked: Asked) -> bytes:
        if asked.graph:
            run = self.graph.construct if "CONSTRUCT" in asked.text else self.graph.describe
            return "".join(f"{' '.join(map(_token, triple))} .\n" for triple in run(asked.text)).encode()
        if " ASK " in asked.text:
            return json.dumps({"head": {}, "boolean": self.graph.ask(asked.text)}).encode()
        return self.graph.query_json(asked.text).encode()


def _token(term: Any) -> str:
    if term.kind == "uri":
        return str(ox.NamedNode(term.value))
    if term.kind == "bnode":
        return f"_:{term.value}"
    if term.language:
        return str(ox.Literal(term.value, language=term.language))
    return str(ox.Literal(term.value, datatype=ox.NamedNode(term.datatype)))


def child(engine: str, file: Path, folder: Path, sizes: data.Sizes, times: int) -> None:
    """Load, or open and ask, in a process of its own; print a pickle of the figures."""
    kind = {"oxigraph": Oxigraph, "sparq": Sparq}[engine]
    if not folder.exists():
        before = time.process_time()
        kind.load(file, folder)
        figures: dict[str, Any] = {"load": time.process_time() - before}
    else:
        before = time.perf_counter()
        opened = kind(folder)
        figures = {"open": (time.perf_counter() - before) * 1000, "kinds": {}, "answers": []}
        questions = Questions(sizes)
        for name in KINDS:
            spent = []
            for number in range(times):
                asked = questions.of(name, number)
                before = time.process_time()
                body = opened.ask(asked)
                spent.append((time.process_time() - before) * 1000)
                figures["answers"].append(answers.meaning(asked, body))
            figures["kinds"][name] = statistics.median(spent)
    figures["mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.buffer.write(pickle.dumps(figures))


def measure(size: int, times: int) -> None:
    with tempfile.TemporaryDirectory(prefix="ckg-embedded-") as name:
        folder = Path(name)
        sizes = data.write(folder / "shop", triples=size)
        file, count = folder / "shop.nt", 0
        with file.open("wb") as out:
            for path in sorted((folder / "shop" / "data").glob("*.ttl")):
                triples = [quad.triple for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)]
                out.write(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"")
                count += len(triples)
        found: dict[str, list[dict[str, Any]]] = {engine: [] for engine in ENGINES}
        for engine in ENGINES:
            given = pickle.dumps((engine, file, folder / engine, sizes, times))
            for _ in range(2):
                done = subprocess.run([sys.executable, __file__, "--child"], input=given, check=True, stdout=-1)
                found[engine].append(pickle.loads(done.stdout))
        (load, ask), (other_load, other_ask) = found["oxigraph"], found["sparq"]
        alike = sum(a == b for a, b in zip(ask["answers"], other_ask["answers"], strict=True))
        print(f"\n### {count:,} triples\n\n{alike} of {len(ask['answers'])} answers alike.\n")
        print("| | Oxigraph on disk | sparq | times |\n|---|---:|---:|---:|")
        for title, one, other in (
            ("loading, s of processor", load["load"], other_load["load"]),
            ("loading, MB", load["mb"], other_load["mb"]),
            ("opening, ms", ask["open"], other_ask["open"]),
            ("asking, MB", ask["mb"], other_ask["mb"]),
            *((kind, ask["kinds"][kind], other_ask["kinds"][kind]) for kind in KINDS),
        ):
            print(f"| {title} | {one:.2f} | {other:.2f} | {one / other:.2f} |", flush=True)


if __name__ == "__main__":
    if "--child" in sys.argv:
        child(*pickle.loads(sys.stdin.buffer.read()))
        sys.exit()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--times", type=int, default=6)
    arguments = parser.parse_args()
    for size in arguments.triples:
        measure(size, arguments.times)
