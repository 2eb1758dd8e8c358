"""Whether one value is less than another, as SPARQL's operators say (SPARQL 1.1, 17.3).

SHACL compares by them in `sh:minInclusive` and its kin (4.3) and in `sh:lessThan` (4.5.3): what they do not order, an
IRI, a blank node, a text in a language, a literal that is no value of its datatype, NaN, never conforms. Beyond
SPARQL, dates, times, durations and years are compared with their like, as XML Schema orders them.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal

from rdflib import XSD, Literal
from rdflib.term import Node

_TEXT = "text"
_YEAR = re.compile(r"[0-9]{4}(-[0-9]{2})?")


def is_less(left: Node, right: Node, *, or_equal: bool) -> bool:
    """Whether `left < right`, or `left <= right` with `or_equal`, is true; an error of SPARQL is not.

    >>> is_less(Literal(1), Literal("1.5", datatype=XSD.decimal), or_equal=False)
    True
    >>> is_less(Literal("NaN", datatype=XSD.double), Literal(1), or_equal=True)
    False
    """
    if not isinstance(left, Literal) or not isinstance(right, Literal):
        return False
    kind = _kind(left)
    if kind is None or kind != _kind(right):
        return False
    try:
        if kind in (_TEXT, str(XSD.gYear), str(XSD.gYearMonth)):
            return bool(str(left) <= str(right) if or_equal else str(left) < str(right))
        return bool(left.value <= right.value if or_equal else left.value < right.value)
    except TypeError:  # a time with a time zone beside one without: none comes first
        return False


def _kind(literal: Literal) -> str | None:  # noqa: PLR0911 - one line for each kind
    """Return what the literal can be compared with: numbers, texts, or others of its datatype; None for nothing."""
    if literal.language:
        return None
    if literal.datatype in (None, XSD.string):
        return _TEXT
    if literal.datatype in (XSD.gYear, XSD.gYearMonth) and _YEAR.fullmatch(literal):
        return str(literal.datatype)
    if literal.value is None or literal.ill_typed:
        return None
    if isinstance(literal.value, bool):
        return "boolean"
    if isinstance(literal.value, int | float | Decimal):
        return None if math.isnan(literal.value) else "number"
    return str(XSD.dateTime if literal.datatype == XSD.dateTimeStamp else literal.datatype)
