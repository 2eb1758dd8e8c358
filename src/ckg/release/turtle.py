"""Writing Turtle and TriG: grouped by subject, types first, the project's prefixes, lexical forms untouched.

RDF 1.1 Turtle (https://www.w3.org/TR/turtle/) and RDF 1.1 TriG (https://www.w3.org/TR/trig/).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from ckg.model.prefixes import Prefixes
from ckg.release.merge import Lines
from ckg.release.statements import TYPE, Rows, document, label, literal, subjects

_XSD = "http://www.w3.org/2001/XMLSchema#"
# Only what no reader rewrites: rdflib, for one, turns a bare `01` into 1, `.5` into 0.5, and spells doubles anew.
_BARE = {
    f"{_XSD}integer": re.compile(r"(0|-?[1-9][0-9]*)\Z"),
    f"{_XSD}decimal": re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]{1,6}\Z"),
    f"{_XSD}boolean": re.compile(r"(true|false)\Z"),
}
_CACHED = 200_000


class _Terms(dict[str, str]):
    """From terms of N-Triples to terms of Turtle; remembers IRIs, because most occur often."""

    def __init__(self, prefixes: Prefixes) -> None:
        super().__init__()
        self._prefixes = prefixes

    def __missing__(self, term: str) -> str:
        if len(self) >= _CACHED:
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


def _header(prefixes: Mapping[str, str]) -> str:
    lines = [f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in sorted(prefixes.items())]
    return "".join([*lines, "\n"])


def _node(subject: str, rows: Rows, terms: _Terms, indent: str) -> str:
    parts = [f"{indent}{terms[subject]}"]
    last = ""
    between = " "
    for predicate, value in rows:
        written = value
        if value[0] != '"':
            written = terms[value]
        elif value[-1] == ">":
            written = terms.typed(value)
        if predicate == last:
            parts.append(f" , {written}")
        else:
            parts.append(f"{between}{'a' if predicate == TYPE else terms[predicate]} {written}")
            between = f" ;\n{indent}    "
            last = predicate
    parts.append(" .\n\n")
    return "".join(parts)


class TurtleWriter:
    """Writes Turtle with some prefixes."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = prefixes
        self._terms = _Terms(Prefixes(prefixes))

    def head(self) -> str:
        """Return the declarations of the prefixes."""
        return _header(self._prefixes)

    def node(self, subject: str, rows: Rows) -> str:
        """Return the statements about a subject."""
        return _node(subject, rows, self._terms, "")

    def tail(self) -> str:
        """Return nothing: Turtle just ends."""
        return ""


def turtle(blocks: Iterable[Lines], prefixes: Mapping[str, str]) -> Iterator[str]:
    r"""Return a Turtle document, part by part, with the triples of blocks of sorted N-Triples lines.

    >>> lines = [b'<e:s> <e:p> "20"^^<http://www.w3.org/2001/XMLSchema#integer> .\n', b'<e:s> <e:p> <e:x> .\n']
    >>> print("".join(turtle([lines], {"e": "e:"})), end="")
    @prefix e: <e:> .
    <BLANKLINE>
    e:s e:p 20 , e:x .
    <BLANKLINE>
    """
    return document(blocks, TurtleWriter(prefixes))


def trig(graphs: Iterable[tuple[str, Iterable[Lines]]], prefixes: Mapping[str, str]) -> Iterator[str]:
    """Yield a TriG document: each graph is its IRI and the blocks of its N-Triples lines."""
    terms = _Terms(Prefixes(prefixes))
    yield _header(prefixes)
    for name, blocks in graphs:
        yield f"{terms[f'<{name}>']} {{\n"
        for subject, rows in subjects(blocks):
            yield _node(subject, rows, terms, "    ")
        yield "}\n\n"
