"""Turtle: grouped by subject, types first, the project's prefixes, lexical forms untouched.

RDF 1.1 Turtle (https://www.w3.org/TR/turtle/).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar, Final

import pyoxigraph as ox

from ckg.formats.base import W3C, EngineInput, NestingFormat
from ckg.formats.nesting import ANONYMOUS, Collection, NestedRows, Value
from ckg.formats.statement_lines import TYPE, label, literal
from ckg.model.prefixes import Prefixes
from ckg.model.vocabulary import XSD_NS

# Only what no reader rewrites: rdflib, for one, turns a bare `01` into 1, `.5` into 0.5, and spells doubles anew.
_BARE = {
    f"{XSD_NS}integer": re.compile(r"(0|-?[1-9][0-9]*)\Z"),
    f"{XSD_NS}decimal": re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]{1,6}\Z"),
    f"{XSD_NS}boolean": re.compile(r"(true|false)\Z"),
}
_CACHE_SIZE = 200_000


class Terms(dict[str, str]):
    """From terms of N-Triples to terms of Turtle; remembers IRIs, because most occur often."""

    def __init__(self, prefixes: Prefixes) -> None:
        super().__init__()
        self._prefixes = prefixes

    def __missing__(self, term: str) -> str:
        if len(self) >= _CACHE_SIZE:
            self.clear()
        short = self._prefixes.curie(term[1:-1]) if term[0] == "<" else f"_:{label(term)}"
        self[term] = short = short or term
        return short

    def typed(self, term: str) -> str:
        """Return a literal with a datatype."""
        text, _, datatype = literal(term)
        bare = _BARE.get(datatype)
        if bare is not None and bare.match(text):
            return text
        return f'"{text}"^^{self[f"<{datatype}>"]}'


def header(prefixes: Mapping[str, str]) -> str:
    """Return the declarations of the prefixes."""
    lines = [f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in sorted(prefixes.items())]
    return "".join([*lines, "\n"])


def node(subject: str, rows: NestedRows, terms: Terms, indent: str = "") -> str:
    """Return the statements about a subject."""
    begin = f"{indent}{subject if subject == ANONYMOUS else terms[subject]}"
    return f"{begin}{_statements(rows, terms, indent)} .\n\n"


def _statements(rows: NestedRows, terms: Terms, indent: str) -> str:
    parts: list[str] = []
    last = ""
    between = " "
    for predicate, value in rows:
        written = _value(value, terms, indent)
        if predicate == last:
            parts.append(f" , {written}")
        else:
            parts.append(f"{between}{'a' if predicate == TYPE else terms[predicate]} {written}")
            between = f" ;\n{indent}    "
            last = predicate
    return "".join(parts)


def _value(value: Value, terms: Terms, indent: str) -> str:
    if isinstance(value, str):
        if value[0] != '"':
            return terms[value]
        return terms.typed(value) if value[-1] == ">" else value
    if isinstance(value, Collection):
        return f"( {''.join(f'{_value(member, terms, indent)} ' for member in value.members)})"
    if not value.rows:
        return ANONYMOUS
    inner = f"{indent}    "
    return f"[{_statements(value.rows, terms, inner)} ]"


class TurtleWriter:
    """Writes Turtle with some prefixes."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = prefixes
        self._terms = Terms(Prefixes(prefixes))

    def head(self) -> bytes:
        """Return the declarations of the prefixes."""
        return header(self._prefixes).encode()

    def node(self, subject: str, rows: NestedRows) -> bytes:
        """Return the statements about a subject."""
        return node(subject, rows, self._terms).encode()

    def tail(self) -> bytes:
        """Return nothing: Turtle just ends."""
        return b""


class Turtle(EngineInput, NestingFormat):
    r"""Turtle.

    >>> lines = [b'<e:s> <e:p> "20"^^<http://www.w3.org/2001/XMLSchema#integer> .\n', b'<e:s> <e:p> <e:x> .\n']
    >>> print(b"".join(FORMAT.document([lines], {"e": "e:"})).decode(), end="")
    @prefix e: <e:> .
    <BLANKLINE>
    e:s e:p 20 , e:x .
    <BLANKLINE>
    """

    has_named_graphs = False
    syntax: ClassVar = ox.RdfFormat.TURTLE

    def writer(self, prefixes: Mapping[str, str]) -> TurtleWriter:
        """Return a writer of one document."""
        return TurtleWriter(prefixes)


FORMAT: Final = Turtle(
    key="ttl",
    name="Turtle",
    media_type="text/turtle",
    iri=W3C + "Turtle",
    aliases=("application/x-turtle", "application/turtle"),
    words=("turtle",),
    charset=True,
    rank=10,
)
