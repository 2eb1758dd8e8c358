"""Pages of the worst data: bytes, seconds and memory, each held against the budget of a page.

    python benchmarks/worst_pages.py --into /tmp/worst

Generates one project with a hub of 100,000 statements, a class of 200,000, 5,000 linked blank nodes, an ontology of
3,400 classes, names in 300 languages, a tree of 100 levels and a report of 50,000 results, builds it, and asks for the
first and the last page of each, with caches off. Then it crawls pages and prints what the process holds. Exit code 1
where a page is larger than a megabyte or takes longer than a second of processor time.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote

from ckg.build.pipeline import Build
from ckg.model.config import read
from ckg.web import create_app
from ckg.web.front_application import FrontApplication

BASE: Final = "https://worst.example/"
MAX_BYTES: Final = 1_000_000
MAX_SECONDS: Final = 1.0
CRAWLED: Final = 4_000

_CONFIG = f"""
[project]
name = "worst"
title = "The worst data"
base = "{BASE}"
version = "1.0"
license = "https://creativecommons.org/publicdomain/zero/1.0/"
[reason]
engine = "none"
[validate]
tolerated_severities = ["sh:Warning"]
"""
_PREFIXES = """
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix e: <https://worst.example/terms/> .
@base <https://worst.example/> .
"""


def members(number: int) -> Iterator[str]:
    """Yield members of one class that all point to one hub, and to which the hub points."""
    for n in range(number):
        yield f'<id/m/{n}> a e:Member ; rdfs:label "member {n:06d}" {"; e:of <id/hub>" if n < 100_000 else ""} .\n'


def hub() -> Iterator[str]:
    """Yield a thing that says 100,000 things."""
    for n in range(100_000):
        yield f"<id/speaker> e:says <id/m/{n}> .\n"


def nodes(number: int) -> Iterator[str]:
    """Yield blank nodes that each know ten others, and a thing that has them all."""
    for n in range(number):
        yield f'_:b{n} rdfs:label "node {n}" . <id/crowd> e:has _:b{n} .\n'
        for m in range(1, 11):
            yield f"_:b{n} e:knows _:b{(n + m * m) % number} .\n"


def ontology(number: int) -> Iterator[str]:
    """Yield an ontology whose classes do not say that it defines them."""
    yield '<http://onto.example/o> a owl:Ontology ; rdfs:label "An ontology" .\n'
    for n in range(number):
        above = f"; rdfs:subClassOf <http://onto.example/o#C{(n - 1) // 8}>" if n else ""
        yield f'<http://onto.example/o#C{n}> a owl:Class ; rdfs:label "class {n:05d}" ; rdfs:comment "It." {above} .\n'


def names(number: int) -> Iterator[str]:
    """Yield a thing with names in as many languages, and others that mention it."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    tags = [f"{a}{b}" for a in letters for b in letters][:number]
    yield from (f'<id/babel> rdfs:label "name {n}"@{tag} .\n' for n, tag in enumerate(tags))


def tree(levels: int) -> Iterator[str]:
    """Yield a concept scheme as deep as it says, with ten concepts at each level."""
    yield '<id/scheme> a skos:ConceptScheme ; rdfs:label "A deep scheme" ; skos:hasTopConcept <id/c/0-0> .\n'
    for level in range(levels):
        for n in range(10):
            above = f"; skos:broader <id/c/{level - 1}-0>" if level else ""
            yield f'<id/c/{level}-{n}> a skos:Concept ; skos:prefLabel "c {level} {n}" {above} .\n'
            yield f"<id/c/{level}-{n}> skos:inScheme <id/scheme> .\n"


SHAPES = """<shape> a sh:NodeShape ; sh:targetSubjectsOf e:of ; sh:severity sh:Warning ;
    sh:property [ sh:severity sh:Warning ; sh:path e:lacking ; sh:minCount 1 ] .
"""


def write(folder: Path) -> None:
    """Write the project."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("data", "ontology", "shapes"):
        (folder / name).mkdir(parents=True)
    (folder / "ckg.toml").write_text(_CONFIG)
    parts = {
        "data/members.ttl": members(200_000),
        "data/hub.ttl": hub(),
        "data/nodes.ttl": nodes(5_000),
        "data/names.ttl": names(300),
        "data/tree.ttl": tree(100),
        "ontology/large.ttl": ontology(3_400),
        "shapes/shapes.ttl": iter([SHAPES]),
    }
    for path, rows in parts.items():
        with (folder / path).open("w") as file:
            file.write(_PREFIXES)
            file.writelines(rows)


def asked() -> Iterator[tuple[str, str]]:
    """Yield what is asked for: a name and an address."""
    onto = quote("http://onto.example/o", safe="")
    member = quote(f"{BASE}terms/Member", safe="")
    yield "first page", "/"
    yield "classes", "/browse"
    yield "class of 200,000, first page", f"/browse?class={member}"
    yield "class of 200,000, last page", f"/browse?class={member}&page=2000"
    for name in ("hub", "speaker"):
        yield f"{name} of 100,000, first page", f"/doc/{name}.html"
        yield f"{name} of 100,000, last page", f"/doc/{name}.html?page=200"
        yield f"{name} of 100,000, last page in Turtle", f"/doc/{name}.ttl?page=200"
    yield "5,000 linked blank nodes", "/doc/crowd.html"
    yield "5,000 linked blank nodes in Turtle", "/doc/crowd.ttl"
    yield "ontology of 3,400 classes", f"/about?iri={onto}&format=html"
    yield "ontology of 3,400 classes, again", f"/about?iri={onto}&format=html&terms=1"
    yield "ontology of 3,400 classes, last terms", f"/about?iri={onto}&format=html&terms=23"
    yield "ontology of 3,400 classes in Turtle", f"/about?iri={onto}&format=ttl"
    yield "a class of it", f"/about?iri={onto}%23C1&format=html"
    yield "300 languages", "/doc/babel.html"
    yield "tree of 100 levels", "/doc/scheme.html"
    yield "its deepest concept", "/doc/c/99-9.html"
    yield "report of 100,000 results, first page", "/report.html"
    yield "report of 100,000 results, last page", "/report.html?page=500"
    yield "/void", "/void.ttl"
    yield "sitemap, first part", "/sitemap-1.xml"
    yield "search", "/search?q=member"


def resident() -> int:
    """Return the memory of this process in MB."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) >> 10


def main() -> int:
    """Build, ask and print; return 1 where a page is over its budget."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--into", type=Path, required=True, help="a folder for the project; what is in it is deleted")
    parser.add_argument("--keep", action="store_true", help="use the release that is there")
    options = parser.parse_args()
    if not options.keep:
        write(options.into)
        began = time.perf_counter()
        Build(read(options.into), options.into / "release").run()
        print(f"built in {time.perf_counter() - began:.0f} s\n", file=sys.stderr)
    app = create_app(options.into / "release", {"limits.workers": 1, "limits.spares": 0, "limits.cache": 0})
    client = app.test_client()
    FrontApplication(app).warm()  # as `ckg serve` does before it answers
    print("| page | kB | processor seconds |\n|---|---|---|")
    over = 0
    for name, address in asked():
        began = time.process_time()
        answer = client.get(address, headers={"Accept": "text/html,*/*;q=0.1"})
        seconds = time.process_time() - began
        bad = answer.status_code != 200 or len(answer.data) > MAX_BYTES or seconds > MAX_SECONDS
        over += bad
        print(f"| {name}{' (!)' if bad else ''} | {len(answer.data) / 1000:,.0f} | {seconds:.2f} |", flush=True)
    before = resident()
    for n in range(CRAWLED):
        client.get(f"/doc/m/{n * 37 % 200_000}.html")
        if n == CRAWLED // 2:
            middle = resident()
    print(f"\nA crawl of {CRAWLED:,} pages: {before} MB before, {middle} MB half-way, {resident()} MB after.")
    app.close()
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
