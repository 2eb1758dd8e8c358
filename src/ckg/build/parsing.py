"""Parsing one source file into lines of N-Quads, with stable names for its blank nodes.

Lexical forms are kept as written; language tags come out in lower case, as RDF 1.1 Concepts, section 3.3, allows. Blank
nodes are numbered in the order in which the file mentions them, behind a prefix made from the file's path, so that
labels are unique in the whole build and the same in every build.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, cast

import pyoxigraph as ox

from ckg.build.guarded_input import GuardedInput, opened, too_long
from ckg.build.project_files import RESERVED, SourceFile
from ckg.errors import SourceLocation, SourceSyntaxError
from ckg.model.iris import Base
from ckg.model.staged import MAX_LINE_BYTES, Role

_CHUNK_BYTES = 1 << 22
_PLACE_IN_MESSAGE = re.compile(r"\AParser error [^:]*\d: ")
_BLANK_SUBJECT = re.compile(rb"_:(\S+)")
_BLANK_OBJECT = re.compile(rb"(?:_:\S+|<[^>]*>) <[^>]*> _:(\S+)")


def lines(source: SourceFile, base: Base) -> Iterator[tuple[str, list[bytes]]]:
    """Yield (graph IRI, lines without their newline) for the statements of a file, in batches.

    Relative IRIs are resolved against the project's base. Raises `SourceSyntaxError` with line and column for what is
    not well-formed, and for a named graph that the file may not fill.
    """
    names = _BlankNames(source.relative)
    read = _dataset_lines if source.format.has_named_graphs else _graph_lines
    empty = True
    for graph, batch in read(source, base, names):
        empty = empty and not batch
        yield graph, batch
    if empty and ".json" in (suffix.lower() for suffix in source.path.suffixes[-2:]):
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
        with _parsed(source, base) as quads:
            ox.serialize(quads, spool, format=ox.RdfFormat.N_TRIPLES)
        spool.seek(0)
        rest = b""
        while chunk := spool.read(_CHUNK_BYTES):
            *complete, rest = (rest + chunk).split(b"\n")
            if len(rest) > MAX_LINE_BYTES:
                raise too_long(SourceLocation(source.path), rest)
            if b" <<( " in chunk:
                _refuse_triple_terms(source, complete)
            if any(b"_:" in line for line in complete):
                complete = [names.rename(line) if b"_:" in line else line for line in complete]
            yield source.graph, [line[:-2] + ending for line in complete]


def _dataset_lines(source: SourceFile, base: Base, names: _BlankNames) -> Iterator[tuple[str, list[bytes]]]:
    reserved = {base.graph(name) for name in RESERVED}
    own, default = ox.NamedNode(source.graph), ox.DefaultGraph()
    batches: dict[str, list[bytes]] = {}
    waiting = 0
    with _parsed(source, base) as quads:
        for quad in quads:
            graph = own if quad.graph_name == default else quad.graph_name
            if not isinstance(graph, ox.NamedNode) or graph.value in reserved or source.role is not Role.DATA:
                raise SourceSyntaxError(
                    f"a statement stands in the graph {graph}, which a file of {source.role}/ may not fill",
                    place=SourceLocation(source.path),
                    hint="Named graphs belong into data/, need an IRI, and may not be ontology, shapes or inferred.",
                )
            line = f"{quad.subject} {quad.predicate} {quad.object} {graph} .".encode()
            if len(line) > MAX_LINE_BYTES:
                raise too_long(SourceLocation(source.path), line)
            if isinstance(quad.object, ox.Triple):
                _refuse_triple_terms(source, [line])
            batches.setdefault(graph.value, []).append(names.rename(line) if b"_:" in line else line)
            waiting += 1
            if waiting == 100_000:
                yield from batches.items()
                batches, waiting = {}, 0
    yield from batches.items()


class _BlankNames:
    """Numbers blank nodes in the order in which they are met."""

    def __init__(self, relative: str) -> None:
        self._prefix = b"_:b" + hashlib.sha256(relative.encode()).hexdigest()[:10].encode() + b"x"
        self._names: dict[bytes, bytes] = {}

    def rename(self, line: bytes) -> bytes:
        """Return the line with its blank nodes named anew; literals that look like blank nodes are left alone."""
        obj = _BLANK_OBJECT.match(line)
        subject = _BLANK_SUBJECT.match(line)
        new_subject = self._name(subject[1]) if subject else b""
        if obj:
            line = line[: obj.start(1) - 2] + self._name(obj[1]) + line[obj.end(1) :]
        if subject:
            line = new_subject + line[subject.end() :]
        return line

    def _name(self, label: bytes) -> bytes:
        name = self._names.get(label)
        if name is None:
            name = self._names[label] = self._prefix + str(len(self._names)).encode()
        return name


def _refuse_triple_terms(source: SourceFile, statements: list[bytes]) -> None:
    for statement in statements:
        subject, _, rest = statement.partition(b" ")
        if rest.partition(b" ")[2].startswith(b"<<("):
            raise SourceSyntaxError(
                f"a statement about {subject.decode()[:200]} has a triple as its object (RDF 1.2)",
                place=SourceLocation(source.path),
                hint="Triple terms and annotations are not published: reify the statement (rdf:Statement).",
            )


@contextmanager
def _parsed(source: SourceFile, base: Base) -> Iterator[Iterable[ox.Quad]]:
    """Open a file and parse it; turn the parser's errors into ours, with file, line and column."""
    with opened(source) as file:
        reader = GuardedInput(source, file)
        try:
            yield source.format.parse(cast("IO[bytes]", reader), source.base)
        except SyntaxError as error:
            raise reader.error or SourceSyntaxError(
                _PLACE_IN_MESSAGE.sub("", error.msg),
                place=_place(source, error),
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


def _place(source: SourceFile, error: SyntaxError) -> SourceLocation:
    if error.lineno is not None:
        return SourceLocation(source.path, error.lineno, error.offset)
    with opened(source) as file:
        return SourceLocation(source.path, *(source.format.place_of_error(file) or ()))
