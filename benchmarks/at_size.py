"""A shop of any size as its curator meets it: built, served, one label edited, built again, served again.

    python benchmarks/at_size.py --triples 50000000 --projects FOLDER

The project is made in FOLDER, or found there. For each of the two builds: seconds and memory (the sum over its
processes), tables and size of the store, size of the release, seconds until `ckg serve` says that it is ready, and what
the first queries and a page answer and take. The edited label must be in every answer and the old one in none; the
number of statements must stay. A query that ends at the bound of time is shown and no fault. Exits with 1 where
something else is not so.
"""

from __future__ import annotations

import argparse
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from build import build
from ckg.release.current import Releases
from shop.data import Sizes
from shop.driver import own_memory_mb
from shop.queries import PROLOGUE
from shop.run import made
from strangers.site import Site, served

LABELLED = ("label of the product", "labels that end so", "document", "page")
TOO_LONG = "took longer than"
_TIMEOUT_S = 60


@dataclass(frozen=True, slots=True)
class Row:
    """What one build and one start came to, and what was answered: text and milliseconds by question."""

    figures: Mapping[str, str]
    answers: Mapping[str, tuple[str, float]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=int, required=True)
    parser.add_argument("--projects", type=Path, required=True)
    options = parser.parse_args()
    began = time.monotonic()
    project, sizes = made(options.projects / f"shop-{options.triples}", options.triples)
    print(f"# {options.triples:,} triples\n\nMade in {time.monotonic() - began:.0f} s.\n", flush=True)
    before = measure(project, sizes)
    old, new = edit(project, sizes.products - 1)
    after = measure(project, sizes)
    print(f"| | first build | one label edited |\n|---|---:|---:|\n{table(before, after)}")
    problems = judge(before, after, old, new)
    print("\n".join(problems) or "\nThe new label is in every answer and the old one in none.")
    sys.exit(bool(problems))


def measure(project: Path, sizes: Sizes) -> Row:
    """Build, serve and ask."""
    seconds, memory = build(project)
    release = Releases(project / "release").current()
    tables = list(release.store.glob("*.sst"))
    figures = {
        "release": release.id,
        "statements": f"{release.counts['triples']:,}",
        "build, s": f"{seconds:.0f}",
        "memory of the build at most, MB": f"{memory:,.0f}",
        "tables": str(len(tables)),
        "store, MB": f"{sum(table.stat().st_size for table in tables) / 1e6:,.0f}",
        "release, MB": f"{_size(release.folder) / 1e6:,.0f}",
        "cache of stages, MB": f"{_size(project / 'release' / '.work') / 1e6:,.0f}",
    }
    began = time.monotonic()
    with served(Site(project, (release.id, release.id)), project.with_suffix(".log"), {}) as (host, port, process):
        figures["start to ready, s"] = f"{time.monotonic() - began:.1f}"
        answers = {
            name: _timed(lambda path=path: _get(f"http://{host}:{port}{path}"))  # type: ignore[misc]
            for name, path in questions(sizes.products - 1, sizes.categories - 1).items()
        }
        figures["memory of the server after that, MB"] = f"{own_memory_mb(process):,.0f}"
    return Row(figures, answers)


def questions(product: int, category: int) -> dict[str, str]:
    """Return the addresses that are asked for, the cheapest first."""
    one, offered = f"<product/{product}>", " ?o shop:offers ?p }"
    queries = {
        "label of the product": f"SELECT ?label {{ {one} rdfs:label ?label }}",
        "products of its producer": f"SELECT (COUNT(*) AS ?n) {{ {one} shop:producer ?m . ?p shop:producer ?m }}",
        "offers in a category": f"SELECT (COUNT(*) AS ?n) {{ ?p shop:category <category/{category}> .{offered}",
        "no such label": 'SELECT ?p { ?p a shop:Product ; rdfs:label "no such label" }',
        "all products": "SELECT (COUNT(*) AS ?n) { ?p a shop:Product }",
        "labels that end so": f'SELECT ?l {{ ?p a shop:Product ; rdfs:label ?l FILTER STRENDS(?l, " {product}") }}',
        "all statements": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    }
    paths = {name: f"/sparql?format=csv&query={quote(PROLOGUE + text)}" for name, text in queries.items()}
    return {**paths, "document": f"/doc/product/{product}.nt", "page": f"/doc/product/{product}.html"}


def _timed(ask: Callable[[], str]) -> tuple[str, float]:
    began = time.monotonic()
    return ask(), (time.monotonic() - began) * 1000


def _get(address: str) -> str:
    try:
        with urllib.request.urlopen(address, timeout=_TIMEOUT_S) as answer:
            return str(answer.read().decode())
    except urllib.error.HTTPError as error:
        return f"{error.code} {error.read().decode(errors='replace')}"
    except OSError as error:
        return f"0 {error}"


def edit(project: Path, product: int) -> tuple[str, str]:
    """Give a product another label in the file it stands in; return the old label and the new one."""
    path = max((project / "data").glob("products-*.ttl"))
    text = path.read_text(encoding="utf-8")
    head = f'<id/product/{product}> a shop:Product ; rdfs:label "'
    start = text.index(head) + len(head)
    end = text.index('"', start)
    old = text[start:end]
    new = f"edited {time.time_ns()} {product}"
    path.write_text(text[:start] + new + text[end:], encoding="utf-8")
    return old, new


def table(before: Row, after: Row) -> str:
    """Return the figures of both as rows of Markdown."""
    lines = [f"| {name} | {value} | {after.figures[name]} |" for name, value in before.figures.items()]
    for name, (text, took) in before.answers.items():
        other, later = after.answers[name]
        lines.append(f"| {name}, ms | {took:.0f} {_problem(text)}| {later:.0f} {_problem(other)}|")
    return "\n".join(lines) + "\n"


def _problem(text: str) -> str:
    return f"({text[:100].strip()}) " if text[:4].rstrip().isdigit() else ""


def judge(before: Row, after: Row, old: str, new: str) -> list[str]:
    """Return what is wrong with the answers."""
    problems = []
    for name, (first, _) in before.answers.items():
        second = after.answers[name][0]
        if TOO_LONG in first or TOO_LONG in second:
            continue
        if _problem(first) or _problem(second):
            problems.append(f"{name}: {first[:200]!r}, after the edit {second[:200]!r}")
        elif name in LABELLED and (old not in first or new not in second or old in second):
            problems.append(f"{name}: not the label that it must be, before or after the edit")
        elif name not in LABELLED and first != second:
            problems.append(f"{name}: {first[:200]!r}, after the edit {second[:200]!r}")
    return problems


def _size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    main()
