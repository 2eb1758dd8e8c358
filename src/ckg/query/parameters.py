"""Parameters of a stored query: the columns by which a caller may keep rows, and the constants that may be replaced."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode

from ckg.model.prefixes import Prefixes
from ckg.model.vocabulary import XSD_NS
from ckg.query.guard.tokens import TERMS, Token, TokenKind, tokens

MAX_VALUES: Final = 100
"""Values that one parameter may have."""

_STRING: Final = f"{XSD_NS}string"


def _is_date(value: str) -> bool:
    try:
        datetime.date.fromisoformat(value)
    except ValueError:
        return False
    return len(value) == len("2025-12-19")


_INTEGER: Final = re.compile(r"[+-]?[0-9]+")
_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_YEAR: Final = re.compile(r"[0-9]{4}")
_HAS_FORM: Final[Mapping[str, Callable[[str], object]]] = {
    _STRING: lambda _: True,
    f"{XSD_NS}date": _is_date,
    f"{XSD_NS}gYear": _YEAR.fullmatch,
    f"{XSD_NS}integer": _INTEGER.fullmatch,
    f"{XSD_NS}decimal": _DECIMAL.fullmatch,
    f"{XSD_NS}boolean": re.compile("true|false").fullmatch,
}


class ParameterError(ValueError):
    """A query has no such parameter, or a value does not fit it."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a query by the name of its variable.

    `default` is the constant that the query has, empty for a column, by which rows are kept. `datatype` is the IRI of
    the constant's datatype, empty for an IRI and for a column.
    """

    name: str
    default: str = ""
    datatype: str = ""

    @property
    def replaces(self) -> bool:
        """Whether a value takes the place of a constant, rather than keeping rows."""
        return bool(self.default)


@dataclass(frozen=True, slots=True)
class _Constant:
    """A constant of `BIND(constant AS ?name)`: where it stands in the text, and what it is."""

    start: int
    end: int
    parameter: Parameter


@dataclass(frozen=True, slots=True)
class _Parts:
    """What is known of a SELECT query: its columns, its constants, and where its WHERE group begins and ends."""

    columns: tuple[str, ...]
    constants: Mapping[str, _Constant]
    start: int
    end: int


def parameters(text: str, prefixes: Prefixes) -> tuple[Parameter, ...]:
    """Return the parameters of a query: constants in the order of the text, then columns; none but for a SELECT.

    A constant is what `BIND(constant AS ?name)` binds in the outermost group. A column is a variable that is selected
    as it is; one that is computed for the answer (`(COUNT(?x) AS ?n)`) is none, nor is anything of `SELECT *`.
    """
    parts = _parts(text, prefixes)
    if parts is None:
        return ()
    constants = tuple(found.parameter for found in parts.constants.values())
    return (*constants, *(Parameter(name) for name in parts.columns if name not in parts.constants))


def with_values(text: str, values: Mapping[str, Sequence[str]], prefixes: Prefixes) -> str:
    """Return the query for some values of its parameters.

    A column keeps the solutions of the WHERE group in which it is one of the values: an IRI, a name with a prefix, or
    the text of a literal, as results in CSV show it. A constant is replaced by one value of the same datatype.
    Raises `ParameterError` for an unknown parameter, and for a value that does not fit.
    """
    if not values:
        return text
    parts = _parts(text, prefixes)
    known = {parameter.name: parameter for parameter in parameters(text, prefixes)}
    unknown = sorted(values.keys() - known.keys())
    if unknown or parts is None:
        names = ", ".join(known) or "none"
        raise ParameterError(f"the query has no parameter {', '.join(unknown)}; it has {names}")
    filters = []
    edits: list[tuple[int, int, str]] = []
    for name, given in values.items():
        if len(given) > MAX_VALUES:
            raise ParameterError(f"the parameter {name} may have {MAX_VALUES} values, not {len(given)}")
        constant = parts.constants.get(name)
        if constant is not None:
            if len(given) != 1:
                raise ParameterError(f"the parameter {name} stands for a constant and has one value, not {len(given)}")
            edits.append((constant.start, constant.end, _replacement(constant.parameter, given[0], prefixes)))
        else:
            words = sorted({word for value in given for word in (value, prefixes.expand(value)) if word is not None})
            filters.append(f"FILTER(STR(?{name}) IN ({', '.join(str(Literal(word)) for word in words)}))")
    if filters:
        edits += [(parts.start, parts.start, "{ "), (parts.end, parts.end, f" {' '.join(filters)} }}")]
    pieces, reached = [], 0
    for start, end, written in sorted(edits):
        pieces += [text[reached:start], written]
        reached = end
    return "".join([*pieces, text[reached:]])


def _replacement(parameter: Parameter, value: str, prefixes: Prefixes) -> str:
    if not parameter.datatype:
        iri = prefixes.expand(value) or value
        try:
            return str(NamedNode(iri))
        except ValueError:
            raise ParameterError(f"the parameter {parameter.name} must be an IRI or a name with a prefix") from None
    has_form = _HAS_FORM[parameter.datatype]
    if not has_form(value):
        kind = parameter.datatype.removeprefix(XSD_NS)
        message = f"the parameter {parameter.name} must be of type xsd:{kind}, for example {parameter.default}"
        raise ParameterError(message)
    return str(Literal(value, datatype=NamedNode(parameter.datatype)))


def _parts(text: str, prefixes: Prefixes) -> _Parts | None:
    found = list(tokens(text))
    first = next((p for p, t in enumerate(found) if t.kind is TokenKind.WORD and t.text.upper() not in _PROLOGUE), None)
    if first is None or found[first].text.upper() != "SELECT":
        return None
    opening = next((p for p in range(first, len(found)) if found[p].text == "{"), None)
    closing = _closing(found, opening) if opening is not None else None
    if opening is None or closing is None:
        return None
    computed = {found[p + 1].text[1:] for p in range(closing, len(found) - 1) if found[p].text.upper() == "AS"}
    columns = [name for name in _selected(found[first:opening]) if name not in computed]
    constants = {}
    known = Prefixes({**prefixes, **_declared(found[:first])})
    for place in _outermost(found, opening, closing):
        constant = _constant(found, place, known)
        if constant is not None:
            constants[constant.parameter.name] = constant
    return _Parts(tuple(dict.fromkeys(columns)), constants, found[opening].start, found[closing].end)


def _declared(prologue: Sequence[Token]) -> dict[str, str]:
    """Return the prefixes that a prologue declares."""
    return {
        name.text.removesuffix(":"): iri.text[1:-1]
        for word, name, iri in zip(prologue, prologue[1:], prologue[2:], strict=False)
        if word.text.upper() == "PREFIX" and name.kind is TokenKind.NAME and iri.kind is TokenKind.IRI
    }


_PROLOGUE: Final = ("BASE", "PREFIX", "VERSION")


def _closing(found: Sequence[Token], opening: int) -> int | None:
    depth = 0
    for place in range(opening, len(found)):
        depth += {"{": 1, "}": -1}.get(found[place].text, 0)
        if depth == 0:
            return place
    return None


def _selected(found: Sequence[Token]) -> list[str]:
    """Return the variables that stand in a SELECT clause outside of parentheses."""
    depth, names = 0, []
    for token in found:
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if token.kind is TokenKind.VARIABLE and depth == 0:
            names.append(token.text[1:])
    return names


def _outermost(found: Sequence[Token], opening: int, closing: int) -> list[int]:
    """Return the places of tokens that stand in a group and in no group within it."""
    depth, places = 0, []
    for place in range(opening, closing):
        depth += {"{": 1, "}": -1}.get(found[place].text, 0)
        if depth == 1:
            places.append(place)
    return places


def _constant(found: Sequence[Token], place: int, prefixes: Prefixes) -> _Constant | None:
    """Return the constant of a BIND that begins at a place; None where there is none of a datatype that is known."""
    words = [token.text.upper() for token in found[place : place + 7]]
    if words[:2] != ["BIND", "("] or found[place + 2].kind not in TERMS:
        return None
    term = found[place + 2]
    after = place + 5 if words[3:4] == ["^^"] else place + 3
    typed = found[place + 4] if after == place + 5 else None
    if len(found) < after + 3 or found[after].text.upper() != "AS" or found[after + 2].text != ")":
        return None
    variable = found[after + 1]
    known = _known(term, typed, prefixes)
    if known is None or variable.kind is not TokenKind.VARIABLE:
        return None
    end = typed.end if typed is not None else term.end
    return _Constant(term.start, end, Parameter(variable.text[1:], *known))


def _known(term: Token, typed: Token | None, prefixes: Prefixes) -> tuple[str, str] | None:
    """Return value and datatype of a constant (none for an IRI); None for what is no parameter."""
    if term.kind in (TokenKind.IRI, TokenKind.NAME):
        iri = _iri(term, prefixes)
        return (iri, "") if iri and typed is None else None
    if term.kind is TokenKind.NUMBER:
        kind = "integer" if _INTEGER.fullmatch(term.text) else "decimal" if _DECIMAL.fullmatch(term.text) else None
        return (term.text, f"{XSD_NS}{kind}") if kind else None
    if term.kind is not TokenKind.STRING or "\\" in term.text or term.text.startswith(('"""', "'''")):
        return None
    datatype = _iri(typed, prefixes) if typed is not None else _STRING
    if datatype is None or datatype not in _HAS_FORM or not term.text[1:-1]:
        return None
    return term.text[1:-1], datatype


def _iri(term: Token, prefixes: Prefixes) -> str | None:
    if term.kind is TokenKind.IRI:
        return term.text[1:-1] if ":" in term.text else None  # one relative to a BASE is no parameter
    return prefixes.expand(term.text)
