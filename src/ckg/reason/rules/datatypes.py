"""The values of literals: dt-type2 (what a literal is), dt-not-type (what it cannot be), dt-eq and dt-diff.

Covered are the datatypes of OWL 2 RL (Profiles, section 4.2) and xsd:date and xsd:time. Literals of other datatypes
have no known value: nothing is said about them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Final, NamedTuple
from xml.parsers import expat

from ckg.model.vocabulary import RDF_NS, XSD_NS
from ckg.reason.rules.owl_terms import term

I18N_NS: Final = "https://www.w3.org/ns/i18n#"
_PARENTS: Final = {
    "integer": "decimal",
    "nonNegativeInteger": "integer",
    "nonPositiveInteger": "integer",
    "positiveInteger": "nonNegativeInteger",
    "negativeInteger": "nonPositiveInteger",
    "long": "integer",
    "int": "long",
    "short": "int",
    "byte": "short",
    "unsignedLong": "nonNegativeInteger",
    "unsignedInt": "unsignedLong",
    "unsignedShort": "unsignedInt",
    "unsignedByte": "unsignedShort",
    "normalizedString": "string",
    "token": "normalizedString",
    "language": "token",
    "Name": "token",
    "NCName": "Name",
    "NMTOKEN": "token",
    "dateTimeStamp": "dateTime",
}
_BOUNDS: Final[dict[str, tuple[int | None, int | None]]] = {
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    **{
        name: (-(2 ** (n - 1)), 2 ** (n - 1) - 1) for name, n in (("long", 64), ("int", 32), ("short", 16), ("byte", 8))
    },
    **{f"unsigned{name}": (0, 2**n - 1) for name, n in (("Long", 64), ("Int", 32), ("Short", 16), ("Byte", 8))},
}
_DATE: Final = r"-?(?:[1-9]\d{3,}|0\d{3})-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_TIME: Final = r"(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)"
_ZONE: Final = r"(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))"
_FLOATING: Final = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?INF|NaN"
_CHECKED_IN_BULK: Final = {
    "decimal": r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)",
    "integer": r"[+-]?\d+",
    "float": _FLOATING,
    "double": _FLOATING,
    "boolean": "true|false|0|1",
    "date": f"{_DATE}{_ZONE}?",
    "time": f"{_TIME}{_ZONE}?",
    "dateTime": f"{_DATE}T{_TIME}{_ZONE}?",
}
_LEXICAL: Final = {
    **_CHECKED_IN_BULK,
    "hexBinary": "(?:[0-9a-fA-F]{2})*",
    "base64Binary": r"(?:(?:[A-Za-z0-9+/] ?){4})*(?:(?:[A-Za-z0-9+/] ?){3}[A-Za-z0-9+/]|"
    r"(?:[A-Za-z0-9+/] ?){2}[AEIMQUYcgkosw048] ?=|[A-Za-z0-9+/] ?[AQgw] ?= ?=)?",
    "dateTimeStamp": f"{_DATE}T{_TIME}{_ZONE}",
    "normalizedString": r"[^\t\n\r]*",
    "token": r"(?:[^\s]+(?: [^\s]+)*)?",
    "language": r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*",
    "Name": r"(?:[^\W\d]|:)[\w:.\-\u00b7]*",
    "NCName": r"[^\W\d][\w.\-\u00b7]*",
    "NMTOKEN": r"[\w:.\-\u00b7]+",
}
_KNOWN: Final = frozenset({*_LEXICAL, *_PARENTS, "string", "anyURI"})
_LITERAL: Final = re.compile(r'"(.*)"(?:@(.+)|\^\^<(.+)>)?', re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_ESCAPED: Final = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


class XsdValue(NamedTuple):
    """A data value: the value space it lies in, and what it is there; equal values are equal."""

    space: str
    content: object


def _unescape(match: re.Match[str]) -> str:
    short, long, letter = match.groups()
    return chr(int(short or long, 16)) if short or long else _ESCAPED.get(letter, letter)


def parts(token: str) -> tuple[str, str, str]:
    r"""Return the lexical form, the language (or nothing) and the datatype of a literal, `xsd:` names without IRI.

    >>> parts('"a\\\\nb"@en'), parts('"1"^^<http://www.w3.org/2001/XMLSchema#int>')
    (('a\\nb', 'en', 'langString'), ('1', '', 'int'))
    """
    match = _LITERAL.fullmatch(token)
    if match is None:
        return token, "", ""
    lexical, language, datatype = match.groups()
    name = "langString" if language else (datatype or f"{XSD_NS}string").removeprefix(XSD_NS)
    return _ESCAPE.sub(_unescape, lexical), language or "", name


def family(datatype: str) -> frozenset[str]:
    """Return the names of a datatype of XML Schema and of all that derive from it."""
    names = {datatype}
    while more := {child for child, parent in _PARENTS.items() if parent in names} - names:
        names |= more
    return frozenset(names)


def ancestors(datatype: str) -> tuple[str, ...]:
    """Return a datatype (a token) and all that it derives from.

    >>> [d[-8:] for d in ancestors(term("xsd:long"))]
    ['ma#long>', 'integer>', 'decimal>']
    """
    name, found = datatype[1:-1].removeprefix(XSD_NS), [datatype]
    while name in _PARENTS:
        name = _PARENTS[name]
        found.append(f"<{XSD_NS}{name}>")
    return tuple(found)


def _primitive(datatype: str) -> str:
    while datatype in _PARENTS:
        datatype = _PARENTS[datatype]
    return datatype


def language_of(datatype: str) -> str:
    """Return the language that a datatype (a token) of the i18n namespace stands for, or nothing.

    A project's rule asks with it for the strings of one language (JSON-LD 1.1, section 9.16.1, names the datatypes).

    >>> language_of("<https://www.w3.org/ns/i18n#en>"), language_of(term("xsd:string"))
    ('en', '')
    """
    return datatype[1:-1].removeprefix(I18N_NS) if datatype.startswith(f"<{I18N_NS}") else ""


def is_known(datatype: str) -> bool:
    """Return whether the values of a datatype (a token) are known here."""
    name = datatype[1:-1].removeprefix(XSD_NS)
    return name in _KNOWN or datatype in (term("rdfs:Literal"), term("rdf:PlainLiteral"))


def well_formed(token: str) -> bool:
    """Return whether a literal's lexical form is one of its datatype's; True where that is not known.

    >>> [well_formed(f'"{x}"^^<{XSD_NS}date>') for x in ("2025-12-19", "2025-02-30", "19 December")]
    [True, False, False]
    """
    lexical, _, name = parts(token)
    if name == f"{RDF_NS}XMLLiteral":
        return _is_xml(lexical)
    return name not in _KNOWN or value(token) is not None


def value(token: str) -> XsdValue | None:
    r"""Return the value of a literal, or None if it has none or it is not known.

    >>> value(f'"01"^^<{XSD_NS}int>') == value(f'"1.0"^^<{XSD_NS}decimal>')
    True
    """
    lexical, language, name = parts(token)
    if language:
        return XsdValue("langString", (lexical, language.lower()))
    if name not in _KNOWN or not re.fullmatch(_LEXICAL.get(name, ".*"), lexical, re.DOTALL):
        return None
    primitive = _primitive(name)
    if primitive == "decimal":
        return _decimal(lexical, name)
    if primitive in ("date", "time", "dateTime"):
        return _moment(lexical, primitive)
    return XsdValue(primitive, _CONTENT.get(primitive, str)(lexical))


def _floating(lexical: str) -> object:
    number = float(lexical.replace("INF", "inf"))
    # NaN is itself; 0 and -0 are two values (XML Schema 1.1 Datatypes, section 3.3.4: identity).
    return "NaN" if math.isnan(number) else (number, math.copysign(1, number) < 0)


_CONTENT: Final[Mapping[str, Callable[[str], object]]] = {
    "float": _floating,
    "double": _floating,
    "boolean": lambda lexical: lexical in ("true", "1"),
    "hexBinary": str.lower,
    "base64Binary": lambda lexical: lexical.replace(" ", ""),
}


def _decimal(lexical: str, name: str) -> XsdValue | None:
    if name != "decimal" and not re.fullmatch(_LEXICAL["integer"], lexical):
        return None
    number = Decimal(lexical)
    return XsdValue("decimal", number) if _inside(number, name) else None


def _moment(lexical: str, primitive: str) -> XsdValue | None:
    zone = re.search(f"{_ZONE}$", lexical[-6:]) if primitive != "date" or len(lexical) > 10 else None
    local = lexical[: -len(zone.group())] if zone else lexical
    moment = local if primitive == "dateTime" else f"2000-01-01T{local}" if primitive == "time" else f"{local}T00:00:00"
    day, _, clock = moment.partition("T")
    next_day = clock.startswith("24")
    try:
        at = datetime.fromisoformat(f"{day}T{clock.replace('24:', '00:', 1) if next_day else clock}"[:26])
    except ValueError:
        # Python knows the years 1 to 9999; beyond them the lexical form stands for the value.
        return None if re.match(r"\d{4}-", day) and not day.startswith("0000") else XsdValue(primitive, lexical)
    if next_day:
        at += timedelta(days=1)
    if zone is None:
        return XsdValue(primitive, at)
    sign, hours, minutes = zone.group()[0], zone.group()[1:3], zone.group()[4:6]
    offset = timedelta() if sign == "Z" else timedelta(hours=int(hours), minutes=int(minutes))
    try:
        return XsdValue(primitive, at.replace(tzinfo=timezone(-offset if sign == "-" else offset)).astimezone(UTC))
    except OverflowError:
        return XsdValue(primitive, lexical)


def _is_xml(lexical: str) -> bool:
    try:
        expat.ParserCreate().Parse(f"<x>{lexical}</x>", True)
    except expat.ExpatError:
        return False
    return True


def belongs(token: str, datatype: str) -> bool | None:
    r"""Return whether a literal's value lies in the value space of a datatype (a token); None if that is not known.

    >>> belongs('"a"', term("xsd:string")), belongs('"a"', term("xsd:integer"))
    (True, False)
    """
    if datatype == term("rdfs:Literal"):
        return True
    found = value(token)
    if found is None or not is_known(datatype):
        return None
    if datatype == term("rdf:PlainLiteral"):
        return found.space in ("string", "langString")
    name = datatype[1:-1].removeprefix(XSD_NS)
    return found.space == _primitive(name) and _within(found, name)


def _within(found: XsdValue, name: str) -> bool:
    """Return whether a value of a datatype's primitive type is one of the datatype's own."""
    if isinstance(found.content, Decimal):
        return _inside(found.content, name) and (
            name == "decimal" or found.content == found.content.to_integral_value()
        )
    if found.space == "string":
        return re.fullmatch(_LEXICAL.get(name, ".*"), str(found.content), re.DOTALL) is not None
    return name != "dateTimeStamp" or not isinstance(found.content, datetime) or found.content.tzinfo is not None


def _inside(number: Decimal, name: str) -> bool:
    least, greatest = _BOUNDS.get(name, (None, None))
    return (least is None or number >= least) and (greatest is None or number <= greatest)


def number(token: str) -> int | None:
    """Return the value of a numeric literal that is a whole number, else None.

    >>> number(f'"1"^^<{XSD_NS}nonNegativeInteger>'), number('"1"')
    (1, None)
    """
    found = value(token)
    if found is not None and isinstance(found.content, Decimal):
        return int(found.content) if found.content == found.content.to_integral_value() else None
    if found is not None and found.space in ("float", "double") and isinstance(found.content, tuple):
        floating = float(found.content[0])
        return int(floating) if floating.is_integer() else None
    return None


def declared_sql(column: str, datatype: str) -> str:
    """Return SQL that says whether a literal is declared to have a datatype (a token) or one derived from it."""
    if datatype == term("rdfs:Literal"):
        return "true"
    name = datatype[1:-1].removeprefix(XSD_NS)
    if datatype == term("rdf:PlainLiteral"):
        name = "string"
    conditions = [f"ends_with({column}, '\"^^<{XSD_NS}{child}>')" for child in sorted(family(name))]
    if name == "string":
        conditions.append(f"ends_with({column}, '\"')")
    if datatype == term("rdf:PlainLiteral"):
        conditions.append(f"NOT ends_with({column}, '>')")
    return f"({' OR '.join(conditions)})"


def suspect_sql(column: str) -> str:
    """Return SQL that is true of every literal that is not well formed, and of few others.

    Datatypes whose lexical forms are looked at one by one are suspect as a whole.
    """
    cases = []
    for name, pattern in _CHECKED_IN_BULK.items():
        # Days of the month, and seconds in a day, are for the closer look.
        sure = pattern.replace("[12]\\d|3[01]", "1\\d|2[0-8]") if name in ("date", "dateTime") else pattern
        cases.append(
            f"WHEN ends_with({column}, '\"^^<{XSD_NS}{name}>') THEN NOT regexp_full_match({column}, "
            f"'\"(?:{sure})\"\\^\\^<[^>]*>')"
        )
    for name, (least, greatest) in _BOUNDS.items():
        number = f"TRY_CAST(substring({column}, 2, instr({column}, '\"^^') - 2) AS HUGEINT)"
        bounds = [f"{number} >= {least}"] * (least is not None) + [f"{number} <= {greatest}"] * (greatest is not None)
        cases.append(
            f"WHEN ends_with({column}, '\"^^<{XSD_NS}{name}>') THEN NOT coalesce({' AND '.join(bounds)}, false)"
        )
    others = sorted(_KNOWN - {*_CHECKED_IN_BULK, *_BOUNDS, "string", "anyURI"})
    listed = ", ".join(f"'{XSD_NS}{name}'" for name in others)
    cases.append(
        f"WHEN ends_with({column}, '>') THEN regexp_extract({column}, '\"\\^\\^<([^>]*)>$', 1) IN "
        f"({listed}, '{RDF_NS}XMLLiteral')"
    )
    return f"(CASE {' '.join(cases)} ELSE false END)"
