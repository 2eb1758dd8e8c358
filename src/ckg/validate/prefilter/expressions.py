"""SPARQL expressions as SQL that is NULL wherever it cannot be sure.

A value is text (a plain string such as STR gives), a number, or a term; everything else is unknown. Errors of SPARQL
come out as NULL too: a filter that fails with an error keeps nothing, so keeping the row is on the safe side.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rdflib import XSD, Literal, URIRef, Variable
from rdflib.plugins.sparql.parserutils import CompValue

from ckg.validate.prefilter.value_tests import number, sql_text
from ckg.validate.rdflib_graphs import from_rdflib

_PIECE = r"([A-Za-z0-9 .-]|\[\^?(0-9|a-z|A-Z|[A-Za-z0-9 .])+\])"
_PATTERN = re.compile(rf"\^?({_PIECE}[+*]?)*\$?")
"""Regular expressions that every engine reads alike, on texts of printable ASCII."""


@dataclass(frozen=True, slots=True)
class SqlValue:
    """An SQL expression and what it stands for: `text`, `number`, `term` (an id, its text in `text`) or `unknown`."""

    kind: str
    sql: str
    text: str = "NULL"


UNKNOWN = SqlValue("unknown", "NULL")


@dataclass(frozen=True, slots=True)
class Scope:
    """The columns of bound variables, and the values of computed ones."""

    bound: Mapping[Variable, str]
    computed: Mapping[Variable, SqlValue]

    def with_computed(self, variable: Variable, computed: SqlValue) -> Scope:
        """Return the scope with one more computed variable."""
        return Scope(self.bound, {**self.computed, variable: computed})

    def look_up(self, variable: Variable) -> SqlValue:
        """Return what is known of a variable."""
        if variable in self.bound:
            name = self.bound[variable]
            return SqlValue("term", name, f"{name}_text")
        return self.computed.get(variable, UNKNOWN)


def condition(expression: object, scope: Scope) -> str:  # noqa: PLR0911 - one line for each operator
    """Return a test as SQL: TRUE or FALSE where it is sure, else NULL."""
    if not isinstance(expression, CompValue):
        return "NULL"
    match expression.name:
        case "ConditionalAndExpression" | "ConditionalOrExpression":
            word = " AND " if expression.name == "ConditionalAndExpression" else " OR "
            parts = [expression.expr, *(expression.other or ())]
            return "(" + word.join(condition(part, scope) for part in parts) + ")"
        case "UnaryNot":
            return f"(NOT {condition(expression.expr, scope)})"
        case "RelationalExpression" if expression.op in ("=", "!=", "<", ">", "<=", ">="):
            return _compared(value(expression.expr, scope), expression.op, value(expression.other, scope))
        case "Builtin_STRSTARTS" | "Builtin_STRENDS" | "Builtin_CONTAINS":
            function = {"S": "starts_with", "E": "ends_with", "C": "contains"}[
                expression.name.removeprefix("Builtin_STR").removeprefix("Builtin_")[0]
            ]
            left, right = value(expression.arg1, scope), value(expression.arg2, scope)
            if left.kind == right.kind == "text":
                return f"{function}({left.sql}, {right.sql})"
        case "Builtin_REGEX" if expression.flags is None:
            text, pattern = value(expression.text, scope), expression.pattern
            if text.kind == "text" and isinstance(pattern, Literal) and _PATTERN.fullmatch(str(pattern)):
                return f"CASE WHEN {_plain(text.sql)} THEN regexp_matches({text.sql}, {sql_text(str(pattern))}) END"
    return "NULL"


def value(expression: object, scope: Scope) -> SqlValue:  # noqa: PLR0911 - one line for each function
    """Return an expression's value as SQL."""
    if isinstance(expression, Variable):
        return scope.look_up(expression)
    if isinstance(expression, Literal):
        if expression.datatype == XSD.integer and re.fullmatch(r"-?[0-9]{1,18}", str(expression)):
            return SqlValue("number", f"{expression}::DECIMAL(38, 18)")
        plain = expression.datatype in (None, XSD.string) and not expression.language
        return SqlValue("text", sql_text(str(expression))) if plain else UNKNOWN
    if isinstance(expression, URIRef):
        written = sql_text(str(from_rdflib(expression)))
        return SqlValue("term", f"hash({written})", written)
    if not isinstance(expression, CompValue):
        return UNKNOWN
    match expression.name:
        case "Builtin_STR":
            return _string(value(expression.arg, scope))
        case "Builtin_STRLEN":
            text = value(expression.arg, scope)
            return SqlValue("number", f"len({text.sql})::DECIMAL(38, 18)") if text.kind == "text" else UNKNOWN
        case "Builtin_SUBSTR":
            return _part(expression, scope)
        case "Builtin_CONCAT":
            texts = [value(part, scope) for part in expression.arg]
            joined = " || ".join(text.sql for text in texts)
            return SqlValue("text", f"({joined})") if all(text.kind == "text" for text in texts) else UNKNOWN
        case "Builtin_REPLACE":
            return _replaced(expression, scope)
        case "Function":
            return _cast(expression, scope)
        case "AdditiveExpression":
            return _sum(expression, scope)
    return UNKNOWN


def _compared(left: SqlValue, operator: str, right: SqlValue) -> str:
    kinds = {left.kind, right.kind}
    if kinds == {"text"}:
        return f"({left.sql} {operator} {right.sql})"
    if kinds == {"term"} and operator in ("=", "!="):
        same, other = ("TRUE", "FALSE") if operator == "=" else ("FALSE", "TRUE")
        nodes = f"ascii({left.text}) <> 34 AND ascii({right.text}) <> 34"
        ids = f"WHEN {left.sql} = {right.sql} AND {nodes} THEN {same} WHEN {nodes} THEN {other}"
        return f"(CASE {ids} ELSE {_numbers(left, operator, right)} END)"
    if kinds <= {"term", "number"}:
        return _numbers(left, operator, right)
    return "NULL"


def _numbers(left: SqlValue, operator: str, right: SqlValue) -> str:
    return f"({_number(left)} {operator} {_number(right)})"


def _number(given: SqlValue) -> str:
    if given.kind == "number":
        return given.sql
    return number(given.text) if given.kind == "term" else "NULL"


def _string(given: SqlValue) -> SqlValue:
    """STR: the IRI, or the lexical form, where no escape has to be resolved."""
    if given.kind == "text":
        return given
    if given.kind == "number" or given.text == "NULL":
        return UNKNOWN
    t = given.text
    lexical = f"{t}[2 : len({t}) - instr(reverse({t}), '\"')]"
    inside = f"CASE WHEN contains({t}, '\\') THEN NULL WHEN ascii({t}) = 60 THEN {t}[2 : len({t}) - 1]"
    return SqlValue("text", f"({inside} WHEN ascii({t}) = 34 THEN {lexical} END)")


def _part(expression: CompValue, scope: Scope) -> SqlValue:
    text, start = value(expression.arg, scope), value(expression.start, scope)
    length = value(expression.length, scope) if expression.length is not None else None
    if text.kind != "text" or start.kind != "number" or (length is not None and length.kind != "number"):
        return UNKNOWN
    rest = f", {length.sql}::BIGINT" if length is not None else ""
    return SqlValue("text", f"(CASE WHEN {start.sql} >= 1 THEN substr({text.sql}, {start.sql}::BIGINT{rest}) END)")


def _replaced(expression: CompValue, scope: Scope) -> SqlValue:
    text, pattern, by = value(expression.arg, scope), expression.pattern, expression.replacement
    simple = isinstance(pattern, Literal) and _PATTERN.fullmatch(str(pattern))
    plain = isinstance(by, Literal) and not set(str(by)) & set("$\\")
    if text.kind != "text" or not simple or not plain or expression.flags is not None:
        return UNKNOWN
    replaced = f"regexp_replace({text.sql}, {sql_text(str(pattern))}, {sql_text(str(by))}, 'g')"
    return SqlValue("text", f"(CASE WHEN {_plain(text.sql)} THEN {replaced} END)")


def _plain(text: str) -> str:
    return f"regexp_full_match({text}, '[ -~]*')"


def _cast(expression: CompValue, scope: Scope) -> SqlValue:
    """xsd:integer of a text of digits."""
    arguments = list(expression.expr)
    if expression.iri != XSD.integer or len(arguments) != 1:
        return UNKNOWN
    text = value(arguments[0], scope)
    if text.kind != "text":
        return UNKNOWN
    return SqlValue(
        "number",
        f"(CASE WHEN regexp_full_match({text.sql}, '[0-9]{{1,15}}') THEN CAST({text.sql} AS DECIMAL(38, 18)) END)",
    )


def _sum(expression: CompValue, scope: Scope) -> SqlValue:
    operators, others = expression.op or [], expression.other or []
    parts = [_number(value(expression.expr, scope)), *(_number(value(other, scope)) for other in others)]
    if "NULL" in parts or len(operators) != len(others):
        return UNKNOWN
    written = parts[0] + "".join(f" {sign} {part}" for sign, part in zip(operators, parts[1:], strict=True))
    return SqlValue("number", f"({written})")
