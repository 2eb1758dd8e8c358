"""Parsing one source file into lines of N-Quads, with stable names for its blank nodes.

Lexical forms are kept as written; language tags come out in lower case, as RDF 1.1 Concepts, section 3.3, allows. Blank
nodes are numbered in the order in which the file mentions them, behind a prefix made from the file's path, so that
labels are unique in the whole build and the same in every build. One that names a graph becomes an IRI (RDF 1.1
Concepts, section 3.5): graphs have names here that can be asked for.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import IO, Final, NoReturn, cast

import pyoxigraph as ox

from ckg.build import contexts
from ckg.build.guarded_input import GuardedInput, opened, too_long
from ckg.build.project_files import RESERVED, SourceFile
from ckg.errors import SourceLocation, SourceSyntaxError
from ckg.model.iris import Base
from ckg.model.staged import MAX_LINE_BYTES, Role

_CHUNK_BYTES = 1 << 22
_PLACE_IN_MESSAGE = re.compile(r"\AParser error [^:]*\d: ")
_BLANK_SUBJECT = re.compile(rb"_:(\S+)")
_BLANK_OBJECT = re.compile(rb"(?:_:\S+|<[^>]*>) <[^>]*> _:(\S+)")
_BLANK_GRAPH = re.compile(rb" _:([^\s\"]+) \.\Z")
_TRIPLE_TERM = re.compile(rb"\S+ \S+ <<\(")
_DIRECTION = re.compile(rb'"@[A-Za-z0-9-]+--[a-z]+ \.\Z')
_GENERATED: Final = ".well-known/genid/"


class UnnamedGraphs(Exception):
    """A file has graphs whose names are blank nodes; `names` are what `lines` calls these nodes."""

    def __init__(self, names: frozenset[bytes]) -> None:
        super().__init__(names)
        self.names = names


def lines(source: SourceFile, base: Base, unnamed: frozenset[bytes] = frozenset()) -> Iterator[tuple[str, list[bytes]]]:
    """Yield (graph IRI, lines without their newline) for the statements of a file, in batches.

    Relative IRIs are resolved against the project's base. Raises `SourceSyntaxError` with line and column for what is
    not well-formed, and for a named graph that the file may not fill. Raises `UnnamedGraphs` at the end of a file with
    blank nodes that name graphs and are not among `unnamed`: what was yielded then is void, because such a node may
    have been mentioned before it was known to name a graph.
    """
    names = _BlankNames(source.relative, base, unnamed)
    read = _dataset_lines if source.format.has_named_graphs else _graph_lines
    empty = True
    for graph, batch in read(source, base, names):
        empty = empty and not batch
        yield graph, batch
    if names.graphs - unnamed:
        raise UnnamedGraphs(frozenset(names.graphs))
    is_json = ".json" in (suffix.lower() for suffix in source.path.suffixes[-2:])
    if empty and is_json and not contexts.is_context(source.path):
        raise SourceSyntaxError(
            "nothing in this JSON file is a statement: it is no JSON-LD, or its terms have no IRIs",
            place=SourceLocation(source.path),
            hint="Give it an @context, or move it out of the folders of the project.",
        )


def _graph_lines(source: SourceFile, base: Base, names: _BlankNames) -> Iterator[tuple[str, list[bytes]]]:
    # Serialising the parser's own iterator is several times faster than a look at every quad in Python, so the graph's
    # name and the blank nodes' names are put into the text.
    ending = b" <" + source.graph.encode() + b"> ."
    with tempfile.TemporaryFile() as spool:
        with parsed(source, base) as quads:
            ox.serialize(quads, spool, format=ox.RdfFormat.N_TRIPLES)
        spool.seek(0)
        rest = b""
        while chunk := spool.read(_CHUNK_BYTES):
            *complete, rest = (rest + chunk).split(b"\n")
            if len(rest) > MAX_LINE_BYTES:
                raise too_long(SourceLocation(source.path), rest)
            for line in complete if b" <<(" in chunk or b"--" in chunk else ():
                if _TRIPLE_TERM.match(line):
                    _refuse_triple(source, base, line.split(b" ")[0].decode())
                if _DIRECTION.search(line):
                    _refuse_direction(source, base, line.split(b" ")[0].decode())
            if any(b"_:" in line for line in complete):
                complete = [names.rename(line) if b"_:" in line else line for line in complete]
            yield source.graph, [line[:-2] + ending for line in complete]


def _dataset_lines(source: SourceFile, base: Base, names: _BlankNames) -> Iterator[tuple[str, list[bytes]]]:
    reserved = {base.graph(name) for name in RESERVED}
    own, default = ox.NamedNode(source.graph), ox.DefaultGraph()
    batches: dict[str, list[bytes]] = {}
    waiting = 0
    with parsed(source, base) as quads:
        for quad in quads:
            graph = own if quad.graph_name == default else quad.graph_name
            if (isinstance(graph, ox.NamedNode) and graph.value in reserved) or (
                source.role is not Role.DATA and graph != own
            ):
                raise SourceSyntaxError(
                    f"a statement stands in the graph {graph}, which a file of {source.role}/ may not fill",
                    place=_place_of(source, base, partial(_stands_in, graph)),
                    hint="Named graphs belong into data/, and may not be ontology, shapes or inferred.",
                )
            line = f"{quad.subject} {quad.predicate} {quad.object} {graph} .".encode()
            if len(line) > MAX_LINE_BYTES:
                raise too_long(SourceLocation(source.path), line)
            if _has_triple(quad):
                _refuse_triple(source, base, str(quad.subject))
            if b"--" in line and _has_direction(quad):
                _refuse_direction(source, base, str(quad.subject))
            line = names.rename(line) if b"_:" in line else line
            name = graph.value if isinstance(graph, ox.NamedNode) else names.graph(line)
            batches.setdefault(name, []).append(line)
            waiting += 1
            if waiting == 100_000:
                yield from batches.items()
                batches, waiting = {}, 0
    yield from batches.items()


class _BlankNames:
    """Numbers blank nodes in the order in which they are met; those that name graphs become IRIs.

    `graphs` are the names of the blank nodes that were met as names of graphs.
    """

    def __init__(self, relative: str, base: Base, unnamed: frozenset[bytes]) -> None:
        self._prefix = b"_:b" + hashlib.sha256(relative.encode()).hexdigest()[:10].encode() + b"x"
        self._names: dict[bytes, bytes] = {}
        self._base = base.iri.encode()
        self._unnamed = unnamed
        self.graphs: set[bytes] = set()

    def rename(self, line: bytes) -> bytes:
        """Return the line with its blank nodes named anew; literals that look like blank nodes are left alone."""
        obj = _BLANK_OBJECT.match(line)
        subject = _BLANK_SUBJECT.match(line)
        new_subject = self._name(subject[1]) if subject else b""
        graph = _BLANK_GRAPH.search(line)
        if graph and not (obj and obj.end() >= graph.end(1)):
            new_object = self._name(obj[1]) if obj else b""
            line = line[: graph.start(1) - 2] + self._of_graph(graph[1]) + b" ."
            if obj:
                line = line[: obj.start(1) - 2] + new_object + line[obj.end(1) :]
        elif obj:
            line = line[: obj.start(1) - 2] + self._name(obj[1]) + line[obj.end(1) :]
        if subject:
            line = new_subject + line[subject.end() :]
        return line

    def graph(self, line: bytes) -> str:
        """Return the IRI of the graph at the end of a line, empty while that is a blank node."""
        name = line[:-2].rpartition(b" ")[2]
        return name[1:-1].decode() if name.startswith(b"<") else ""

    def _of_graph(self, label: bytes) -> bytes:
        self._name(label)
        self.graphs.add(self._names[label])
        return self._name(label)

    def _name(self, label: bytes) -> bytes:
        name = self._names.get(label)
        if name is None:
            name = self._names[label] = self._prefix + str(len(self._names)).encode()
        if name in self._unnamed:
            return b"<" + self._base + _GENERATED.encode() + name[2:] + b">"
        return name


def _stands_in(graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph | ox.Triple, quad: ox.Quad) -> bool:
    return quad.graph_name == graph


def _has_triple(quad: ox.Quad) -> bool:
    return isinstance(quad.object, ox.Triple)


def _has_direction(quad: ox.Quad) -> bool:
    return isinstance(quad.object, ox.Literal) and quad.object.direction is not None


def _refuse_triple(source: SourceFile, base: Base, subject: str) -> NoReturn:
    raise SourceSyntaxError(
        f"a statement about {subject[:200]} has a triple as its object (RDF 1.2)",
        place=_place_of(source, base, _has_triple),
        hint="Triple terms and annotations are not published: reify the statement (rdf:Statement).",
    )


def _refuse_direction(source: SourceFile, base: Base, subject: str) -> NoReturn:
    raise SourceSyntaxError(
        f"a statement about {subject[:200]} has a text with a direction (RDF 1.2)",
        place=_place_of(source, base, _has_direction),
        hint="Most tools refuse such texts, so they are not published: leave out the direction.",
    )


@contextmanager
def parsed(source: SourceFile, base: Base) -> Iterator[Iterable[ox.Quad]]:
    """Open a file and parse it; turn the parser's errors into ours, with file, line and column."""
    with opened(source) as file, opened(source) as again:
        reader = GuardedInput(source, file)
        try:
            whole = source.format.self_contained(cast("IO[bytes]", reader), again, contexts.loader(source))
            yield source.format.parse(whole, source.base)
        except SyntaxError as error:
            raise reader.error or SourceSyntaxError(
                _PLACE_IN_MESSAGE.sub("", error.msg),
                place=_place(source, base, error),
                hint=f"The file is read as {source.format.name}, because of its suffix.",
            ) from None
        except MemoryError:
            raise reader.too_long() from None
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise SourceSyntaxError(
                f"the compressed file is damaged or cut off: {error}",
                place=SourceLocation(source.path),
                hint="Copy it again, or compress it again with gzip.",
            ) from None
        except ValueError as error:
            raise reader.error or SourceSyntaxError(
                f"cannot be read: {error}", place=SourceLocation(source.path)
            ) from None


def _place(source: SourceFile, base: Base, error: SyntaxError) -> SourceLocation:
    if error.lineno is not None:
        return SourceLocation(source.path, error.lineno, error.offset)
    return _place_of(source, base, lambda _: False)


def _place_of(source: SourceFile, base: Base, is_wrong: Callable[[ox.Quad], bool]) -> SourceLocation:
    """Return the place of the first syntax error or wrong statement of a file."""
    with opened(source) as file:
        found = source.format.place_of(file, base.iri, is_wrong, contexts.loader(source))
        return SourceLocation(source.path, *(found or ()))
