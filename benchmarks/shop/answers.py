"""Whether two endpoints gave the same answer: rows and graphs compared by what they mean, not by their bytes."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal, InvalidOperation
from typing import Any

import pyoxigraph as ox

from shop.queries import Asked

_XSD = "http://www.w3.org/2001/XMLSchema#"
_NUMBERS = frozenset(_XSD + name for name in ("integer", "decimal", "double", "float"))
_DIGITS = 12
"""Engines divide to 18 or 24 digits; means are held equal that agree in so many."""

Meaning = list[Any] | Counter[Any] | bool | frozenset[Any]


def meaning(asked: Asked, body: bytes) -> Meaning:
    """Return what an answer says: rows (in order where the query orders them), yes or no, or a set of triples.

    Raises ValueError for what is no answer: JSON that is cut short, a graph that cannot be read.
    """
    if asked.graph:
        try:
            triples = list(ox.parse(body, format=ox.RdfFormat.N_TRIPLES))
        except SyntaxError as error:
            raise ValueError(str(error)) from None
        return frozenset(tuple(map(_term, (t.subject, t.predicate, t.object))) for t in triples)
    found = json.loads(body)
    if "boolean" in found:
        return bool(found["boolean"])
    rows = [tuple(sorted((name, _value(value)) for name, value in row.items())) for row in found["results"]["bindings"]]
    return rows if asked.ordered else Counter(rows)


def _value(value: dict[str, str]) -> tuple[str, ...]:
    kind = "literal" if value["type"] == "typed-literal" else value["type"]
    datatype, language = value.get("datatype", ""), value.get("xml:lang", "").lower()
    return kind, _lexical(value["value"], datatype), "" if datatype == _XSD + "string" else datatype, language


def _term(term: object) -> tuple[str, ...]:
    if isinstance(term, ox.Literal):
        datatype = "" if term.language else term.datatype.value
        return "literal", _lexical(term.value, datatype), datatype, term.language or ""
    return ("term", str(term))


def _lexical(text: str, datatype: str) -> str:
    if datatype not in _NUMBERS:
        return text
    try:
        number = Decimal(text)
        return str(round(number, _DIGITS - number.adjusted() - 1).normalize()) if number else "0"
    except InvalidOperation:
        return text
