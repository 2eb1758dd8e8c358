"""Values for the variables of a query, put into it as a VALUES block: terms are written, never pasted as text."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pyoxigraph import Literal, NamedNode

from ckg.errors import QueryMalformed
from ckg.model.prefixes import Prefixes
from ckg.model.vocabulary import XSD_NS
from ckg.query.guard.tokens import TokenKind, tokens

_DATATYPES = {Decimal: "decimal", datetime.datetime: "dateTime", datetime.date: "date"}  # a dateTime is a date
_OPEN, _CLOSE = frozenset("({["), frozenset(")}]")


def to_term(value: Any, prefixes: Prefixes) -> NamedNode | Literal:
    """Return the RDF term of a value: a text with a known prefix or `://` is an IRI, another one a string.

    >>> str(to_term(7, Prefixes({}))), str(to_term("ex:a", Prefixes({"ex": "https://example.org/"})))
    ('"7"^^<http://www.w3.org/2001/XMLSchema#integer>', '<https://example.org/a>')
    """
    iri = getattr(value, "iri", None)
    if isinstance(iri, str):
        return NamedNode(iri)
    if isinstance(value, str):
        expanded = prefixes.expand(value) or (value if "://" in value and " " not in value else "")
        return NamedNode(expanded) if expanded else Literal(value)
    if isinstance(value, NamedNode | Literal):
        return value
    if isinstance(value, bool | int | float):
        return Literal(value)
    for kind, datatype in _DATATYPES.items():
        if isinstance(value, kind):
            text = value.isoformat() if hasattr(value, "isoformat") else str(value)
            return Literal(text, datatype=NamedNode(XSD_NS + datatype))
    raise TypeError(f"a value of a variable must be a term, a text, a number or a date, not {value!r}")


def bound(text: str, values: Mapping[str, Any], prefixes: Prefixes) -> str:
    """Return a query with values for some of its variables, which must occur in it.

    The values are joined with the outermost group of the query, so that they hold for it and for all that is joined
    with it. A group inside that does not see the variable (a sub-select that does not select it) is not restricted.

    >>> bound("SELECT * { ?s ?p ?o }", {"o": 7}, Prefixes({}))
    'SELECT * { VALUES (?o) { ("7"^^<http://www.w3.org/2001/XMLSchema#integer>) } ?s ?p ?o }'
    """
    if not values:
        return text
    found = list(tokens(text))
    variables = {token.text[1:] for token in found if token.kind is TokenKind.VARIABLE}
    for name in values:
        if name not in variables:
            raise QueryMalformed(f"the query has no variable ?{name}; it has {', '.join(sorted(variables)) or 'none'}")
    head = " ".join(f"?{name}" for name in values)
    row = " ".join(str(to_term(value, prefixes)) for value in values.values())
    position = _outermost_group(text)
    return f"{text[:position]} VALUES ({head}) {{ ({row}) }}{text[position:]}"


def _outermost_group(text: str) -> int:
    """Return the position after the brace that opens the outermost group of the WHERE clause."""
    depth, skipped, is_construct, after_where = 0, False, False, False
    for token in tokens(text):
        word = token.text.upper()
        if depth == 0 and word == "CONSTRUCT":
            is_construct = True
        if depth == 0 and word == "WHERE":
            after_where = True
        if token.text == "{" and depth == 0:
            if is_construct and not after_where and not skipped:
                skipped = True  # the template
            else:
                return token.end
        if token.text in _OPEN:
            depth += 1
        elif token.text in _CLOSE:
            depth -= 1
    raise QueryMalformed("the query has no group that values could be given to")
