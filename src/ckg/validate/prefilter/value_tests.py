"""Tests of a single value, as SQL on the text of its term.

Each function returns an expression for "the value fails": TRUE and FALSE where SQL can be sure of what pyshacl will
say, NULL where it cannot. `t` in the expressions is the term as N-Quads write it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pyshacl.constraints.constraint_component import ConstraintComponent
from pyshacl.constraints.core.value_range_constraints import (
    MaxExclusiveConstraintComponent,
    MaxInclusiveConstraintComponent,
    MinExclusiveConstraintComponent,
    MinInclusiveConstraintComponent,
)
from rdflib import RDF, RDFS, XSD, Literal, URIRef
from rdflib.namespace import SH
from rdflib.term import Node, XSDToPython

from ckg.validate.prefilter.path_sql import NotPrefiltered

IS_IRI, IS_BLANK, IS_LITERAL = ("ascii(t) = 60", "ascii(t) = 95", "ascii(t) = 34")
_PLAIN = "(ascii(t) = 34 AND right(t, 1) = '\"')"
LANGUAGE = (
    "(CASE WHEN ascii(t) = 34 AND right(t, 1) NOT IN ('\"', '>') THEN lower(regexp_extract(t, '@([^@\"]*)$', 1)) END)"
)
_ESCAPED = "contains(t, '\\')"

# Lexical forms that Python and the XSD specification agree on; what matches is well formed for sure.
_INTEGER = "[+-]?[0-9]{1,300}"
_DECIMAL = r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?"
_DOUBLE = r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,2})?"
_YEAR = "([1-9][0-9]{3}|0[1-9][0-9]{2})"
_DATE = (  # 29 February is left to pyshacl
    f"{_YEAR}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
)
_TIME = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
WELL_FORMED: dict[URIRef, str] = {
    XSD.integer: _INTEGER,
    XSD.nonNegativeInteger: r"\+?[0-9]{1,300}",
    XSD.positiveInteger: r"\+?[1-9][0-9]{0,300}",
    XSD.decimal: _DECIMAL,
    XSD.double: _DOUBLE,
    XSD.float: _DOUBLE,
    XSD.boolean: "true|false|0|1",
    XSD.date: _DATE,
    XSD.dateTime: f"{_DATE}T{_TIME}Z?",
    XSD.duration: "P[0-9]{1,4}[YMD]",
    XSD.anyURI: "[!-~]*",
}

_NUMBERS: dict[URIRef, str] = {XSD.integer: r"[+-]?[0-9]{1,18}", XSD.decimal: r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?"}


def sql_text(text: str) -> str:
    """Return a string as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def any_of(tests: Iterable[str]) -> str:
    """Return the disjunction of expressions."""
    return " OR ".join(f"({test})" for test in tests) or "FALSE"


def node_kind(kind: URIRef) -> str:
    """sh:nodeKind (SHACL 4.1.3)."""
    kinds: dict[URIRef, list[str]] = {
        SH.IRI: [IS_IRI],
        SH.BlankNode: [IS_BLANK],
        SH.Literal: [IS_LITERAL],
        SH.BlankNodeOrIRI: [IS_BLANK, IS_IRI],
        SH.BlankNodeOrLiteral: [IS_BLANK, IS_LITERAL],
        SH.IRIOrLiteral: [IS_IRI, IS_LITERAL],
    }
    allowed = kinds.get(kind)
    if allowed is None:
        raise NotPrefiltered("an unusual node kind")
    return f"NOT ({any_of(allowed)})"


def typed_as(datatype: str, column: str = "t") -> str:
    """Whether the literal has the datatype, which is none of xsd:string and rdf:langString."""
    ending = sql_text(f'"^^<{datatype}>')
    return f"(ascii({column}) = 34 AND ends_with({column}, {ending}))"


def lexical(datatype: str, column: str = "t") -> str:
    """Return the lexical form, escapes unresolved, of a literal of the datatype."""
    return f"{column}[2 : len({column}) - {len(datatype) + 5}]"


def datatype(wanted: URIRef) -> str:
    """sh:datatype (SHACL 4.1.2): the datatype of a literal and that its lexical form is well formed."""
    if wanted == RDFS.Literal:
        return f"CASE WHEN {typed_as(wanted)} THEN NULL ELSE NOT ({IS_LITERAL}) END"
    if wanted == RDFS.Datatype:
        raise NotPrefiltered("an unusual datatype")
    if wanted == XSD.string:
        return f"CASE WHEN {typed_as(wanted)} THEN NULL ELSE NOT {_PLAIN} END"
    if wanted == RDF.langString:
        return f"{LANGUAGE} IS NULL"
    form = WELL_FORMED.get(wanted)
    if wanted not in XSDToPython:  # rdflib takes every lexical form of a datatype it does not know
        sure = "TRUE"
    else:
        sure = f"regexp_full_match({lexical(wanted)}, {sql_text(form)})" if form else "FALSE"
    return f"CASE WHEN NOT {typed_as(wanted)} THEN TRUE WHEN {sure} THEN FALSE END"


def length(*, at_least: int = 0, at_most: int | None = None) -> str:
    """sh:minLength and sh:maxLength (SHACL 4.4.1, 4.4.2), in code points; a blank node never passes."""
    inside = (
        f"CASE WHEN {IS_IRI} THEN len(t) - 2 WHEN right(t, 1) = '\"' THEN len(t) - 2 "
        "ELSE len(t) - 1 - instr(reverse(t), '\"') END"
    )
    test = f"{inside} > {at_most}" if at_most is not None else f"{inside} < {at_least}"
    if at_most is None and at_least == 0:
        return "FALSE"
    return f"CASE WHEN {IS_BLANK} THEN TRUE WHEN {_ESCAPED} THEN NULL ELSE {test} END"


def languages(tags: Iterable[str]) -> str:
    """sh:languageIn (SHACL 4.4.4) as pyshacl matches: the whole tag or its first part."""
    wanted = sorted(tag.lower() for tag in tags)
    if "*" in wanted:
        return f"{LANGUAGE} IS NULL"
    listed = ", ".join(sql_text(tag) for tag in wanted) or "NULL"
    return f"coalesce({LANGUAGE} NOT IN ({listed}) AND split_part({LANGUAGE}, '-', 1) NOT IN ({listed}), TRUE)"


def among(ids: Iterable[int]) -> str:
    """sh:in (SHACL 4.8.3); the value's id is `v`."""
    listed = ", ".join(str(number) for number in ids)
    return f"v NOT IN ({listed})" if listed else "TRUE"


def number(column: str = "t") -> str:
    """Return the number of an xsd:integer or xsd:decimal literal of moderate length, else NULL."""
    cases = (
        f"WHEN {typed_as(kind, column)} AND regexp_full_match({lexical(kind, column)}, {sql_text(form)})"
        f" THEN CAST({lexical(kind, column)} AS DECIMAL(38, 18))"
        for kind, form in _NUMBERS.items()
    )
    return f"(CASE {' '.join(cases)} END)"


def day(column: str = "t") -> str:
    """Return the text of an xsd:date without a time zone, which sorts by time, else NULL."""
    text = lexical(XSD.date, column)
    return f"(CASE WHEN {typed_as(XSD.date, column)} AND regexp_full_match({text}, {sql_text(_DATE)}) THEN {text} END)"


def not_ordered(left: str, passes: str, right: str) -> str:
    """Whether `left passes right` fails for two columns: sure for two numbers and for two dates."""
    return (
        f"CASE WHEN {number(left)} IS NOT NULL AND {number(right)} IS NOT NULL"
        f" THEN NOT ({number(left)} {passes} {number(right)})"
        f" WHEN {day(left)} IS NOT NULL AND {day(right)} IS NOT NULL THEN NOT ({day(left)} {passes} {day(right)}) END"
    )


def in_range(component: ConstraintComponent) -> str:
    """sh:minInclusive and its kin (SHACL 4.3): sure for numbers against numbers and dates against dates."""
    match component:
        case MinExclusiveConstraintComponent():
            bounds, passes = component.min_vals, ">"
        case MinInclusiveConstraintComponent():
            bounds, passes = component.min_vals, ">="
        case MaxExclusiveConstraintComponent():
            bounds, passes = component.max_vals, "<"
        case MaxInclusiveConstraintComponent():
            bounds, passes = component.max_vals, "<="
        case _:
            raise NotPrefiltered("an unusual range")
    return any_of(_beyond(bound, passes) for bound in bounds)


def _beyond(bound: Node, passes: str) -> str:
    kind = URIRef(bound.datatype or "") if isinstance(bound, Literal) else URIRef("")
    if kind in _NUMBERS and re.fullmatch(_NUMBERS[kind], str(bound)):
        test = f"{number()} {passes} CAST({sql_text(str(bound))} AS DECIMAL(38, 18))"
    elif kind == XSD.date and re.fullmatch(_DATE, str(bound)):
        test = f"{day()} {passes} {sql_text(str(bound))}"
    else:
        raise NotPrefiltered("a bound that is no plain number or date")
    return f"CASE WHEN {IS_LITERAL} THEN NOT ({test}) ELSE TRUE END"
