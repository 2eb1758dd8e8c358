"""How long each part of a release takes, and how much memory, on generated staged graphs.

    python benchmarks/release_parts.py [--triples 1000000] [--processes 2]

The graphs are made up from a seed: commitments in three languages, each with a quotation and a definition, in four data
graphs, and an inferred graph. The parts are made side by side, as `ckg build` does; the table
gives for each part its own time, processor time and peak memory, and for all of them the time on the clock.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from ckg.model.iris import Base
from ckg.model.staged import Role, StagedGraph, Staging
from ckg.process_jobs import Job, ResultOf, run
from ckg.release import allocator, catalogue, dumps, layout, manifest, store
from ckg.release.layout import ProjectMetadata
from ckg.release.search import index

BASE = Base("https://w3id.org/ckg/")
TERMS = BASE.terms
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OA = "http://www.w3.org/ns/oa#"
XSD = "http://www.w3.org/2001/XMLSchema#"
ENGLISH = [
    "uranium",
    "corridor",
    "minerals",
    "energy",
    "transport",
    "cooperation",
    "partnership",
    "summit",
    "trade",
    "investment",
    "water",
]
RUSSIAN = [
    "уран",
    "коридор",
    "минералы",
    "энергия",
    "транспорт",
    "сотрудничество",
    "саммит",
    "торговля",
    "инвестиции",
    "вода",
    "климат",
]
JAPANESE = ["日本", "中央アジア", "重要鉱物", "東京", "協力", "経済", "安全保障", "回廊", "ウラン"]
DATA_GRAPHS = 4
PER_COMMITMENT = 14
INFERRED = ("relatedTo", "about", "involves")


def words(random_: random.Random, vocabulary: list[str], number: int) -> str:
    return " ".join(random_.choice(vocabulary) for _ in range(number))


def commitment(random_: random.Random, number: int) -> Iterator[str]:
    subject, quotation = f"<{BASE.thing(f'commitment/c{number}')}>", f"<{BASE.thing(f'quotation/q{number}')}>"
    yield f"{subject} <{RDF_TYPE}> <{TERMS}Commitment>"
    for language, vocabulary in (("en", ENGLISH), ("ru", RUSSIAN), ("ja", JAPANESE)):
        yield f'{subject} <{RDFS}label> "{words(random_, vocabulary, 2)} {number}"@{language}'
    yield f"{subject} <{TERMS}partOf> <{BASE.thing(f'declaration/d{number // 100}')}>"
    yield f"{subject} <{TERMS}bound> <{BASE.thing(f'state/s{random_.randrange(6)}')}>"
    yield f'{subject} <{TERMS}amount> "{random_.randrange(100_000)}.0"^^<{XSD}decimal>'
    yield f'{subject} <{TERMS}deadline> "20{random_.randrange(26, 50)}-01-01"^^<{XSD}date>'
    yield f"{subject} <{TERMS}theme> <{BASE.thing(f'theme/t{random_.randrange(30)}')}>"
    yield f"{subject} <{TERMS}restsOn> {quotation}"
    yield f"{quotation} <{RDF_TYPE}> <{OA}TextQuoteSelector>"
    yield f'{quotation} <{OA}exact> "{words(random_, ENGLISH, 12)}"@en'
    yield f'{quotation} <{RDFS}comment> "{words(random_, ENGLISH, 20)}"@en'
    yield f'{quotation} <{TERMS}hash> "{random_.randbytes(32).hex()}"'


def inferences(numbers: range) -> Iterator[str]:
    for number in numbers:
        subject = f"<{BASE.thing(f'commitment/c{number}')}>"
        yield f"{subject} <{RDF_TYPE}> <{TERMS}Statement>"
        for predicate in INFERRED:
            yield f"{subject} <{TERMS}{predicate}> <{BASE.thing(f'state/s{number % 6}')}>"


def staged(folder: Path, name: str, role: Role, triples: Iterator[str]) -> StagedGraph:
    graph, path = BASE.graph(name), folder / f"{name}.nq"
    lines = sorted(f"{triple} <{graph}> .\n".encode() for triple in triples)
    path.write_bytes(b"".join(lines))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return StagedGraph(graph, role, path, digest, len(lines), (f"data/{name}.ttl",))


def generate(folder: Path, triples: int) -> Staging:
    folder.mkdir()
    random_ = random.Random(20251219)
    per_graph = triples // (PER_COMMITMENT + len(INFERRED) + 1) // DATA_GRAPHS
    graphs = [
        staged(
            folder,
            f"data-{part}",
            Role.DATA,
            (line for n in range(part * per_graph, (part + 1) * per_graph) for line in commitment(random_, n)),
        )
        for part in range(DATA_GRAPHS)
    ]
    graphs.append(staged(folder, "inferred", Role.INFERRED, inferences(range(DATA_GRAPHS * per_graph))))
    return Staging(()).with_graphs(graphs)


class Measured(NamedTuple):
    """What a part returned, its time and processor time in seconds, and its peak memory in MB."""

    value: Any
    clock: float
    processor: float
    memory: float


def measured(function: Callable[..., Any], *arguments: object) -> Measured:
    given = (each.value if isinstance(each, Measured) else each for each in arguments)
    clock, processor = time.perf_counter(), time.process_time()
    value = function(*given)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Measured(value, time.perf_counter() - clock, time.process_time() - processor, memory)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--triples", type=int, default=1_000_000)
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    about = ProjectMetadata(
        "b", "B", "", BASE.iri, "1", "", "https://example.org/l", "", "", ("en",), (), {"ckg": TERMS}
    )
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "1-benchmark"
        (folder / layout.DUMPS).mkdir(parents=True)
        # Made by a process of its own, so that its memory is not counted.
        staging = run([Job("generate", generate, (folder / layout.GRAPHS, asked.triples))])["generate"]
        print(f"{staging.triples:,} triples in {len(staging.graphs)} graphs\n")
        print("| part | s | processor s | peak MB |\n| --- | --: | --: | --: |")
        start = time.perf_counter()
        union = ResultOf(dumps.UNION)
        first, *others = dumps.jobs(staging, folder / layout.DUMPS, about.name, prefixes=about.prefixes, base=BASE)
        jobs = [
            first,
            Job("store", store.build, (staging, union, folder / layout.STORE), allocator.environment()),
            Job("search index", index.build, (union, folder / layout.SEARCH, staging, BASE)),
            *others,
        ]
        wrapped = [Job(job.name, measured, (job.function, *job.arguments), job.environment) for job in jobs]
        results = run(wrapped, processes=asked.processes)
        rows = [(name, *result[1:]) for name, result in results.items()]
        made = dumps.finish([result.value for result in results.values()], folder / layout.DUMPS)
        catalogue.write(about, staging, made, results[dumps.OF_UNION].value.counts, folder)
        known = {dump.path: dump.sha256 for dump in made if not dump.omitted}
        _, *figures = measured(
            lambda: manifest.write(folder, release="1-b", inputs="", staging=staging, counts={}, known=known)
        )
        rows.append(("manifest", *figures))
        whole = time.perf_counter() - start
        for name, clock, processor, memory in rows:
            print(f"| {name} | {clock:.1f} | {processor:.1f} | {memory:.0f} |")
        total = sum(row[2] for row in rows)
        print(f"| all, {asked.processes} processes | {whole:.1f} | {total:.1f} | |")


if __name__ == "__main__":
    main()
