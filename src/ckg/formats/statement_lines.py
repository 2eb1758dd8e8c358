"""Reading lines of canonical N-Triples as text, subject by subject, for the writers of formats.

The writers work on the text of terms and never on parsed values, so that every lexical form stays as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from ckg.errors import StageFailed
from ckg.model.vocabulary import RDF_NS

RDF = RDF_NS
TYPE = f"<{RDF}type>"

_GROUP = 10_000
_SIMPLE_LABEL = re.compile(r"[A-Za-wyz][A-Za-z0-9_]*\Z")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_CHARACTERS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}

_NAMESPACE = re.compile(r"<([^<>\s]*[/#:])[^<>\s/#:]*>")

Lines = list[bytes]
"""Lines of N-Triples, each with its line feed."""

Rows = list[tuple[str, str]]
"""Predicates and objects of one subject, as text of N-Triples."""


def subjects(blocks: Iterable[Lines]) -> Iterator[tuple[str, Rows]]:
    """Yield each subject with its predicates and objects, as text, `rdf:type` first and otherwise in the order given.

    A subject of more than 10,000 statements comes in several groups, so that memory stays bounded.
    Raises `StageFailed` for a triple term of RDF 1.2, which not every format of a dump can hold.
    """
    subject = ""
    types: Rows = []
    rows: Rows = []
    for line in chain.from_iterable(blocks):
        found, predicate, rest = line.decode().split(" ", 2)
        if found != subject or len(rows) >= _GROUP:
            if subject:
                yield subject, types + rows
            subject, types, rows = found, [], []
        if rest.startswith("<<"):
            raise StageFailed(f"a statement about {subject} has a triple as its object (RDF 1.2)", hint="Reify it.")
        (types if predicate == TYPE else rows).append((predicate, rest[:-3]))
    if subject:
        yield subject, types + rows


def label(node: str) -> str:
    """Return the label of a blank node in a form that every format allows, a different one for every node.

    >>> label("_:c14n0"), label("_:0.a")
    ('c14n0', 'x302e61')
    """
    written = node[2:]
    return written if _SIMPLE_LABEL.match(written) else "x" + written.encode().hex()


def literal(term: str) -> tuple[str, str, str]:
    r"""Return the quoted part (still escaped, without its quotes), the language and the datatype of a literal.

    >>> literal('"1"^^<http://www.w3.org/2001/XMLSchema#integer>')
    ('1', '', 'http://www.w3.org/2001/XMLSchema#integer')
    >>> literal('"say \\"a\\""@en')
    ('say \\"a\\"', 'en', '')
    """
    end = term.rindex('"')
    tail = term[end + 1 :]
    if tail.startswith("@"):
        return term[1:end], tail[1:], ""
    return term[1:end], "", tail[3:-1]


def unescaped(text: str) -> str:
    r"""Return text with the escapes of N-Triples resolved (RDF 1.1 N-Triples, section 2.4).

    >>> unescaped("a\\tb \\u65E5 \\\\n")
    'a\tb 日 \\n'
    """
    if "\\" not in text:
        return text
    return _ESCAPE.sub(_resolve, text)


def _resolve(found: re.Match[str]) -> str:
    if found[3] is not None:
        return _CHARACTERS.get(found[3], found[3])
    return chr(int(found[1] or found[2], 16))


def iri(term: str) -> str:
    """Return the IRI of a term in angle brackets."""
    return unescaped(term[1:-1])


def used_prefixes(prefixes: Mapping[str, str], lines: Lines) -> dict[str, str]:
    r"""Return the prefixes whose namespace occurs in the lines.

    >>> used_prefixes({"a": "http://a.example/", "b": "http://b.example/"}, [b'<http://a.example/s> <x:p> "b" .\n'])
    {'a': 'http://a.example/'}
    """
    text = b"".join(lines).decode()
    used = set(_NAMESPACE.findall(text))
    # A namespace that ends in no delimiter is rare; only for those is the text searched.
    return {p: iri for p, iri in prefixes.items() if iri in used or (iri[-1:] not in "/#:" and f"<{iri}" in text)}
