"""What a format is: how it is called, and the protocols of what one can do.

A format is one object of a class that takes from here what it can do: `InputFormat` (files of it are read),
`GraphFormat` (a graph is written in it), `DatasetFormat` (named graphs too), `ResultFormat` (the rows of SELECT) and
`BooleanFormat` (the answer to ASK). These classes are abstract: a format that claims to do something and lacks a part
of it cannot be made, so that nothing is offered that does not work.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, ClassVar, Protocol, TypeVar, cast

import pyoxigraph as ox

from ckg.formats.guards import Guard, GuardedFile, TripleTermGuard
from ckg.formats.nesting import NestedRows, nested
from ckg.formats.statement_lines import Lines, Rows, subjects

W3C: str = "http://www.w3.org/ns/formats/"
"""The namespace in which the W3C names formats (https://www.w3.org/ns/formats/)."""


Load = Callable[[str, str], tuple[str, bytes]]
"""From a reference in a document, and the name of that document (empty for the source itself), to a name and a text."""


@dataclass(frozen=True)
class Format:
    """One concrete syntax: how it is called.

    `key` is the word of `?format=`, of `--format`, and the suffix of files and addresses; `words` are other words for
    it and `suffixes` other suffixes of input files, both in lower case. `media_type` is what `Content-Type` says, with
    `charset=utf-8` where `charset` is set; `aliases` are media types that `Accept` may use for it as well. `iri` is the
    W3C's name for the format, empty where it has none. `rank` orders what is offered, the lowest first.
    """

    key: str
    name: str
    media_type: str
    iri: str = ""
    aliases: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    charset: bool = False
    rank: int = 1000

    @property
    def content_type(self) -> str:
        """The value of the `Content-Type` header.

        >>> Format("txt", "text", "text/plain", charset=True).content_type
        'text/plain; charset=utf-8'
        """
        return f"{self.media_type}; charset=utf-8" if self.charset else self.media_type

    @property
    def media_types(self) -> tuple[str, ...]:
        """The media type and its aliases, the preferred one first."""
        return (self.media_type, *self.aliases)

    @property
    def available(self) -> bool:
        """Whether this installation has what the format needs; what is not available is not offered."""
        return True


class InputFormat(Format, ABC):
    """A format in which the files of a project may be.

    `has_named_graphs` says whether a file may put statements into graphs of its own choice, `refers_to_files` whether
    it may refer to others that it needs to be read.
    """

    has_named_graphs: ClassVar[bool]
    refers_to_files: ClassVar[bool] = False

    @abstractmethod
    def parse(self, file: IO[bytes], base_iri: str) -> Iterable[ox.Quad]:
        """Yield the statements of a file, with their lexical forms as written.

        Raises `SyntaxError`, with line and column where they are known.
        """

    @abstractmethod
    def guard(self, file: GuardedFile) -> Guard:
        """Return what looks at the file while it is read, and refuses what the parser does not survive."""

    def self_contained(self, file: IO[bytes], again: IO[bytes], load: Load) -> IO[bytes]:
        """Return the file, or another one with everything in it that the file refers to.

        `again` is the same file, opened once more to be looked at. Raises what `load` raises, and `SyntaxError`.
        """
        return file

    def place_of(
        self, file: IO[bytes], base_iri: str, is_wrong: Callable[[ox.Quad], bool], load: Load | None = None
    ) -> tuple[int, int | None] | None:
        """Return line and column of the first syntax error or wrong statement of a file, or None if nobody knows.

        The parsers read no further than they must: the line that they were given last is the place. `load` gives what
        the file refers to.
        """
        lines = LineByLine(file)
        with suppress(SyntaxError, ValueError):
            for quad in self.parse(cast("IO[bytes]", lines), base_iri):
                if is_wrong(quad):
                    return lines.number, None
            return None
        return lines.number or 1, None

    @property
    def file_suffixes(self) -> tuple[str, ...]:
        """The suffixes of its files, without the dot, in lower case."""
        return tuple(dict.fromkeys((self.key, *self.words, *self.suffixes)))


class LineByLine:
    """A file of which each call of `read` gives one line; `number` is that of the last one."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._rest = b""
        self.number = 0

    def read(self, size: int = -1) -> bytes:
        """Return the next line, or as much of it as is asked for."""
        if not self._rest:
            self._rest = self._file.readline()
            self.number += bool(self._rest)
        cut = len(self._rest) if size < 0 else size
        data, self._rest = self._rest[:cut], self._rest[cut:]
        return data


class EngineInput(InputFormat):
    """A format that Oxigraph's parsers read; `syntax` is its name there."""

    syntax: ClassVar[ox.RdfFormat]

    def parse(self, file: IO[bytes], base_iri: str) -> Iterable[ox.Quad]:
        """Return the engine's parser, which is an iterator."""
        return cast("Iterable[ox.Quad]", ox.parse(file, format=self.syntax, base_iri=base_iri))

    def guard(self, file: GuardedFile) -> Guard:
        """Return the guard against triple terms nested without end."""
        return TripleTermGuard(file)


class Writer(Protocol):
    """Turns subjects with their predicates and objects, all as text of N-Triples, into a document, part by part.

    Raises `ckg.errors.NotExpressible` where the format has no form for a triple.
    """

    def head(self) -> bytes:
        """Return what the document begins with."""

    def node(self, subject: str, rows: Rows) -> bytes:
        """Return what the document says of a subject."""

    def tail(self) -> bytes:
        """Return what the document ends with."""


class GraphFormat(Format, ABC):
    """A format in which a graph is written.

    `groups_subjects` says whether a document is for people's eyes: the statements of a subject together, with the
    prefixes that are used. `is_dump` says whether the whole data set is offered in it, `may_refuse` whether there are
    triples that it has no form for.
    """

    groups_subjects: ClassVar[bool] = True
    may_refuse: ClassVar[bool] = False
    is_dump: ClassVar[bool] = True

    @abstractmethod
    def writer(self, prefixes: Mapping[str, str]) -> Writer:
        """Return a writer of one document that may use some prefixes."""

    def document(self, blocks: Iterable[Lines], prefixes: Mapping[str, str]) -> Iterator[bytes]:
        """Yield a document, part by part, with the triples of blocks of N-Triples lines, each subject's together."""
        writer = self.writer(prefixes)
        yield writer.head()
        for subject, rows in subjects(blocks):
            yield writer.node(subject, rows)
        yield writer.tail()

    def whole(self, lines: Lines, prefixes: Mapping[str, str]) -> Iterator[bytes]:
        """Yield a document of a graph of which all lines are at hand, each subject's together."""
        return self.document([lines], prefixes)


class NestingWriter(Writer, Protocol):
    """A writer that has a form for lists and blank nodes inside statements."""

    def node(self, subject: str, rows: NestedRows) -> bytes:
        """Return what the document says of a subject, `nesting.ANONYMOUS` for one that nothing refers to."""


class NestingFormat(GraphFormat):
    """A format in which lists and blank nodes are written inside the statements that they are the values of."""

    @abstractmethod
    def writer(self, prefixes: Mapping[str, str]) -> NestingWriter:
        """Return a writer of one document that may use some prefixes."""

    def whole(self, lines: Lines, prefixes: Mapping[str, str]) -> Iterator[bytes]:
        """Yield a document of a graph of which all lines are at hand, what can be nested nested."""
        writer = self.writer(prefixes)
        yield writer.head()
        for subject, rows in nested(subjects([lines])):
            yield writer.node(subject, rows)
        yield writer.tail()


class DatasetFormat(GraphFormat):
    """A format in which statements are written in their named graphs."""

    @abstractmethod
    def dataset(self, graphs: Iterable[tuple[str, Iterable[Lines]]], prefixes: Mapping[str, str]) -> Iterator[bytes]:
        """Yield a document, part by part: each graph is its IRI, empty for the default graph, and blocks of lines."""


class ResultFormat(Format, ABC):
    """A format of the rows that SELECT gives."""

    rows_not_counted: ClassVar[int] = 0
    """What is to be added to the counter's sum: 1 where it counts what stands between rows, -1 for a header."""

    @abstractmethod
    def write_results(self, solutions: ox.QuerySolutions, out: IO[bytes]) -> None:
        """Write a result."""

    @abstractmethod
    def row_counter(self) -> Callable[[bytes], int]:
        """Return a function that counts rows in the pieces of one result, as they are written.

        A result never crosses into Python row by row: the engine's serialisers write it, and rows are counted by what
        can only stand between two of them.
        """


class BooleanFormat(Format, ABC):
    """A format of the answer to ASK."""

    @abstractmethod
    def write_boolean(self, answer: ox.QueryBoolean, out: IO[bytes]) -> None:
        """Write the answer."""


def count_of(needle: bytes) -> Callable[[bytes], int]:
    """Return a counter of a text in pieces that may break it apart.

    >>> count = count_of(b"<result>")
    >>> count(b"<result>...<res"), count(b"ult>")
    (1, 1)
    """
    tail = b""
    keep = len(needle) - 1

    def count(piece: bytes) -> int:
        nonlocal tail
        text = tail + piece
        tail = text[len(text) - keep :] if keep else b""
        return text.count(needle)

    return count


AnyFormat = TypeVar("AnyFormat", bound=Format)


def by_key(word: str, offered: Iterable[AnyFormat]) -> AnyFormat | None:
    """Return the offered format that a person calls `word`: its key, another word for it, or a media type.

    >>> text = Format("txt", "text", "text/plain", words=("text",))
    >>> [by_key(word, [text]) is text for word in ("TXT", "text", "text/plain", "plain")]
    [True, True, True, False]
    """
    wanted = word.strip().lower()
    among = tuple(offered)
    for names in (lambda f: (f.key,), lambda f: f.words, lambda f: f.media_types):
        for candidate in among:
            if wanted in names(candidate):
                return candidate
    return None
