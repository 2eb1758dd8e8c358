"""Jobs of `release.verify` that read statements: how many a file holds, a hash of them, whether the store has them.

The hash of a set of statements is the sum of the hashes of its members, so that neither order nor format matters. A
store holds exactly the statements of a file if it has each of them and not one more; no statement need be read out of
it, and the store itself puts literals in the form that it keeps ("01" as "1").
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from itertools import islice
from pathlib import Path

from pyoxigraph import DefaultGraph, Quad, RdfFormat, Store, parse

from ckg.formats import N_QUADS, N_TRIPLES, InputFormat
from ckg.formats.statement_lines import TYPE, iri
from ckg.model.iris import Base
from ckg.model.staged import StagedGraph
from ckg.release import merge
from ckg.release.search.fields import CARRIERS, FIELDS, SAME_AS, Field

_NO_BASE = "urn:no-base"  # a dump has no relative IRI
_CHUNK_QUADS = 10_000
_BLOCK_BYTES = 1 << 24
_SHOWN = 3
_DIGEST_MODULUS = 1 << 64

_LITERAL = rb'^\S+ \S+ ("[^\n]*"%s)(?: <[^>\n]*>)? \.$'
_REWRITABLE = re.compile(_LITERAL % rb"(?:\^\^<[^>\n]*>|@[A-Za-z0-9-]*[A-Z][A-Za-z0-9-]*)", re.MULTILINE)
_TYPED = re.compile(_LITERAL % rb"(?:\^\^<[^>\n]*>|@[^ \n]+)", re.MULTILINE)
_PREDICATE = re.compile(rb"^\S+ (\S+)", re.MULTILINE)
_CLASS = re.compile(rb"^\S+ %s (<\S+) \.$" % re.escape(TYPE.encode()), re.MULTILINE)
_CARRYING = b"|".join(re.escape(f"<{carrier}>".encode()) for carrier in CARRIERS)
_SELECTOR = re.compile(rb"^(\S+) (?:%s) ([<_]\S*) \.$" % _CARRYING, re.MULTILINE)
_NAMED = re.compile(rb"^(<\S+) ", re.MULTILINE)
_SAME = re.compile(rb"^(\S+) <%s> ([<_]\S*) \.$" % re.escape(SAME_AS.encode()), re.MULTILINE)


@dataclass(frozen=True, slots=True)
class StatementSums:
    """What a file holds: how many statements, the sum of their hashes, and some that the store has not."""

    count: int
    digest: int
    missing: tuple[str, ...] = ()


def read(path: Path, offered: InputFormat, store: Path | None = None) -> StatementSums:
    """Read a file whole; with `store` look for each statement in it. Raises `SyntaxError`, `OSError`."""
    reader = Store.read_only(str(store)) if store else None
    count = digest = 0
    missing: list[str] = []
    with path.open("rb") as file:
        quads = iter(offered.parse(file, _NO_BASE))
        while chunk := list(islice(quads, _CHUNK_QUADS)):
            count += len(chunk)
            digest += sum(map(hash, chunk))
            if reader is not None and len(missing) < _SHOWN and not all(map(reader.__contains__, chunk)):
                missing += [str(quad) for quad in chunk if quad not in reader][:_SHOWN]
    return StatementSums(count, digest % _DIGEST_MODULUS, tuple(missing))


def graphs(staged: Sequence[StagedGraph], store: Path | None = None) -> dict[str, StatementSums]:
    """Read graphs; return what each holds by its name."""
    return {graph.name: read(graph.path, N_QUADS, store) for graph in staged}


def by_graph(path: Path, store: Path) -> dict[str, StatementSums]:
    """Read a file of several graphs, if it is there; return what each holds, and what of it a store has not."""
    chunks: dict[str, list[Quad]] = {}
    for quad in parse(path=path, format=RdfFormat.N_QUADS) if path.is_file() else ():
        chunks.setdefault(str(quad.graph_name)[1:-1], []).append(quad)
    reader = Store.read_only(str(store))
    return {
        name: StatementSums(
            len(quads),
            sum(map(hash, quads)) % _DIGEST_MODULUS,
            tuple(str(quad) for quad in quads if quad not in reader)[:_SHOWN],
        )
        for name, quads in chunks.items()
    }


def union(staged: Sequence[StagedGraph]) -> StatementSums:
    """Return what the union of graphs holds, each triple once."""
    count = digest = 0
    for lines in merge.triples(staged):
        chunk = list(N_TRIPLES.parse(BytesIO(b"".join(lines)), _NO_BASE))
        count += len(chunk)
        digest += sum(map(hash, chunk))
    return StatementSums(count, digest % _DIGEST_MODULUS)


def union_digest(staged: Sequence[StagedGraph]) -> str:
    """Return the SHA-256 that the union of graphs has as sorted N-Triples."""
    digest = hashlib.sha256()
    for lines in merge.triples(staged):
        digest.update(b"".join(lines))
    return digest.hexdigest()


def stored(store: Path) -> tuple[int, dict[str, int]]:
    """Return how many statements the default graph of a store has, and each named graph. Raises `OSError`."""
    reader = Store.read_only(str(store))
    named = {
        str(row[0].value): int(row[1].value)
        for row in reader.query("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")  # type: ignore[union-attr]
    }
    return len(reader) - sum(named.values()), named


def kept_as_one(union: Path, staged: Sequence[StagedGraph]) -> dict[str, int]:
    """Return how many statements of a graph are no others to the store, because it writes their literals alike.

    By the name of the graph, "" for the union; those with none are left out.
    """
    paths = {"": union, **{graph.name: graph.path for graph in staged}}
    literals: set[bytes] = set()
    for path in paths.values():
        for data in _blocks(path):
            literals.update(_REWRITABLE.findall(data))
    touched = _rewritten(literals)
    found = {name: _doubles(path, touched) for name, path in paths.items()} if touched else {}
    return {name: number for name, number in found.items() if number}


def _rewritten(literals: set[bytes]) -> set[bytes]:
    """Return the literals that the store writes in another way, and what it writes."""
    given = {b"<x:%d>" % number: literal for number, literal in enumerate(literals)}
    trial = Store()
    lines = b"".join(b"%s <x:p> %s .\n" % row for row in given.items())
    trial.bulk_extend(parse(lines, format=RdfFormat.N_TRIPLES, lenient=True))
    touched: set[bytes] = set()
    for line in (trial.dump(format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph()) or b"").splitlines():
        subject, _, rest = line.split(b" ", 2)
        if rest[:-2] != given[subject]:
            touched |= {given[subject], rest[:-2]}
    return touched


def _doubles(path: Path, touched: set[bytes]) -> int:
    lines = [found[0] + b"\n" for data in _blocks(path) for found in _TYPED.finditer(data) if found[1] in touched]
    trial = Store()
    trial.bulk_extend(parse(b"".join(lines), format=RdfFormat.N_QUADS, lenient=True))
    return len(lines) - len(trial)


@dataclass(slots=True)
class Survey:
    """What the union says, counted from its lines: for the catalogue, the manifest and the search index.

    `properties` and `classes` are by IRI; `texts` is how many texts can be searched, `named` how many things they are
    of: everything with an IRI has a text, its local name if nothing else.
    """

    properties: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)
    entities: int = 0
    texts: int = 0
    named: int = 0


def survey(union: Path, base: Base, own_names: Iterable[str] = ()) -> Survey:
    """Count what the sorted N-Triples file of a release says; `own_names` are the project's properties of names."""
    own = tuple(own_names)
    text = _texts_of((*FIELDS, *own))
    label = _texts_of((*(name for name, field in FIELDS.items() if field is Field.LABEL), *own))
    labelled: set[bytes] = set()
    subjects: set[bytes] = set()
    properties: Counter[bytes] = Counter()
    classes: Counter[bytes] = Counter()
    texts: Counter[bytes] = Counter()
    owners: dict[bytes, bytes] = {}
    aliases: set[bytes] = set()
    entities = 0
    last = b""
    things, ours = f"<{base.thing('')}".encode(), f"<{base.iri}".encode()
    thing = re.compile(rb"^(%s\S*) " % re.escape(things), re.MULTILINE)
    for data in _blocks(union):
        properties.update(_PREDICATE.findall(data))
        classes.update(_CLASS.findall(data))
        texts.update(text.findall(data))
        labelled.update(label.findall(data))
        subjects.update(_NAMED.findall(data))
        for owner, selector in _SELECTOR.findall(data):
            owners.setdefault(selector, owner)
        aliases.update(b for a, b in _SAME.findall(data) if a.startswith(ours) and not b.startswith(ours))
        names = list(dict.fromkeys(thing.findall(data)))
        if names:
            entities += len(names) - (names[0] == last)
            last = names[-1]
    shown: Counter[bytes] = Counter()
    for name, number in texts.items():
        owner = owners.get(name, name)
        if not owner.startswith(b"_:") and owner not in aliases:
            shown[owner] += number
    named = {owners.get(name, name) for name in labelled}
    local = subjects - named - aliases
    return Survey(_by_iri(properties), _by_iri(classes), entities, shown.total() + len(local), len(subjects - aliases))


def _texts_of(properties: Iterable[str]) -> re.Pattern[bytes]:
    """Return what finds the subjects of lines whose property is one of these and whose object is a plain text."""
    names = b"|".join(re.escape(f"<{name}>".encode()) for name in dict.fromkeys(properties))
    return re.compile(rb'^(\S+) (?:%s) "[^\n]*"(?:@[^ \n]+)? \.$' % names, re.MULTILINE)


def _by_iri(counts: Counter[bytes]) -> Counter[str]:
    return Counter({iri(name.decode()): number for name, number in counts.items()})


def _blocks(path: Path) -> Iterator[bytes]:
    """Yield whole lines, some megabytes at a time."""
    with path.open("rb") as file:
        for lines in iter(partial(file.readlines, _BLOCK_BYTES), []):
            yield b"".join(lines)
