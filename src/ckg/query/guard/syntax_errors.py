"""What is wrong with a query that has no valid syntax, in words that a person can act on, with the place.

The engine says which tokens its parser would have taken, some of them behind the place where the error is. Here the
usual mistakes are looked for among the tokens of the text; what is found by none is told by its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Final, NamedTuple

from ckg.errors import QueryMalformed
from ckg.query.guard.tokens import TERMS, Token, TokenKind, place, tokens


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_KEYWORDS: Final = _names("""
    BASE PREFIX SELECT DISTINCT REDUCED CONSTRUCT DESCRIBE ASK FROM NAMED WHERE GROUP BY HAVING ORDER ASC DESC
    LIMIT OFFSET VALUES OPTIONAL GRAPH UNION FILTER BIND SERVICE SILENT MINUS UNDEF AS EXISTS NOT IN SEPARATOR A
    TRUE FALSE
""")
_FUNCTIONS: Final = _names("""
    STR LANG LANGMATCHES DATATYPE BOUND IRI URI BNODE RAND ABS CEIL FLOOR ROUND CONCAT STRLEN UCASE LCASE
    ENCODE_FOR_URI CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER YEAR MONTH DAY HOURS MINUTES SECONDS TIMEZONE
    TZ NOW UUID STRUUID MD5 SHA1 SHA256 SHA384 SHA512 COALESCE IF STRLANG STRDT SAMETERM ISIRI ISURI ISBLANK
    ISLITERAL ISNUMERIC REGEX SUBSTR REPLACE COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT TRIPLE ISTRIPLE SUBJECT
    PREDICATE OBJECT LANGDIR HASLANG HASLANGDIR STRLANGDIR ADJUST VERSION
""")
_WORDS: Final = frozenset((*_KEYWORDS, *_FUNCTIONS))
_WRITTEN: Final = {"SAMETERM": "sameTerm", "A": "a"} | {
    word: "is" + word[2:] for word in _FUNCTIONS if word.startswith("IS")
}
_AGGREGATES: Final = frozenset({"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"})
_EXPECTED: Final = re.compile(r"\b([A-Za-z_]{2,})\b")
_CLOSING: Final = {"}": "{", ")": "(", "]": "["}


class Explanation(NamedTuple):
    """What is wrong, and where: line and column from 1."""

    message: str
    line: int
    column: int


def explain(text: str, expected: str, line: int, column: int, prefixes: Iterable[str]) -> Explanation:
    r"""Return what is wrong with a text that the engine does not accept.

    `expected`, `line` and `column` are what the engine says; `prefixes` need no declaration.

    >>> print(explain("ASK { ?s foa:name ?o }", "", 1, 9, ["foaf"]).message)
    the prefix `foa:` is not declared; did you mean `foaf:`?
        ASK { ?s foa:name ?o }
                 ^
    """
    try:
        found = list(tokens(text))
    except QueryMalformed as error:
        return Explanation(error.message.partition(": ")[2], error.line or line, error.column or column)
    start, message = _diagnosis(text, found, expected, _offset(text, line, column), prefixes)
    line, column = place(text, start)
    shown = text.split("\n")[line - 1].rstrip("\r").expandtabs(1)
    begin = max(0, column - 60)
    caret = " " * (column - 1 - begin) + "^"
    return Explanation(f"{message}\n    {shown[begin : begin + 110]}\n    {caret}", line, column)


def _diagnosis(
    text: str, found: Sequence[Token], expected: str, offset: int, prefixes: Iterable[str]
) -> tuple[int, str]:
    told = (
        _undeclared(found, prefixes)
        or _unknown_word(found)
        or _of_the_engine(found, expected)
        or _bound_twice(found)
        or _unbalanced(found)
        or _without_object(found)
    )
    if told:
        return told
    # The engine's place is behind the longest word that it tried; the shortest one that it names began at the error.
    lengths = [len(word) for word in _EXPECTED.findall(expected) if word.upper() in _WORDS]
    start = offset - min(lengths, default=0)
    token = next((t for t in found if t.end > start), None)
    if token is None:
        return len(text), "something is missing, or too much, before the end of the query"
    if token.text.upper() in _AGGREGATES and found[max(0, found.index(token) - 1)].text.upper() == "SELECT":
        return token.start, f"an expression in SELECT stands in brackets, with a name: ({token.text}(...) AS ?name)"
    if token.kind in TERMS:
        return token.start, f"what begins here is not complete, or `{token.text[:40]}` cannot stand here"
    return token.start, f"`{token.text[:40]}` cannot stand here"


def _offset(text: str, line: int, column: int) -> int:
    before = text.split("\n")[: line - 1]
    return min(len(text), sum(len(row) + 1 for row in before) + column - 1)


def _undeclared(found: Sequence[Token], prefixes: Iterable[str]) -> tuple[int, str] | None:
    known = {f"{prefix}:" for prefix in prefixes}
    for index, token in enumerate(found):
        if token.kind is not TokenKind.NAME:
            continue
        prefix = token.text.partition(":")[0] + ":"
        if index and found[index - 1].text.upper() == "PREFIX":
            known.add(prefix)
        elif prefix not in known:
            near = get_close_matches(prefix, sorted(known), n=1, cutoff=0.5)
            hint = f"; did you mean `{near[0]}`?" if near else f"; begin with PREFIX {prefix} <...>"
            return token.start, f"the prefix `{prefix}` is not declared{hint}"
    return None


def _unknown_word(found: Sequence[Token]) -> tuple[int, str] | None:
    for index, token in enumerate(found):
        upper = token.text.upper()
        if token.kind is not TokenKind.WORD or upper in _WORDS:
            continue
        calls = index + 1 < len(found) and found[index + 1].text == "("
        among = [*_FUNCTIONS, "FILTER", "BIND"] if calls else _KEYWORDS
        near = get_close_matches(upper, among, n=1, cutoff=0.6)
        hint = f"; did you mean {_WRITTEN.get(near[0], near[0])}?" if near else ""
        return token.start, f"`{token.text[:40]}` is no {'function' if calls else 'word'} of SPARQL{hint}"
    return None


def _of_the_engine(found: Sequence[Token], expected: str) -> tuple[int, str] | None:
    select = next((i for i, t in enumerate(found) if t.text.upper() == "SELECT"), None)
    if select is None:
        return None
    start = found[select].start
    opening = next((i for i in range(select, len(found)) if found[i].text == "{"), len(found))
    if "not authorized with GROUP BY" in expected:
        return start, "SELECT * cannot stand beside GROUP BY: name the variables, those of GROUP BY and aggregates"
    if "contains a variable that is unbound" in expected:
        depth = 0
        for token in found[select + 1 : opening]:
            depth += (token.text == "(") - (token.text == ")")
            if depth == 0 and token.kind is TokenKind.VARIABLE:
                return token.start, f"beside an aggregate, {token.text} must be grouped by: add GROUP BY {token.text}"
        return start, "a variable that is selected beside an aggregate must stand in GROUP BY"
    if "Duplicated variable" in expected:
        return start, "a variable is selected twice: give the second expression another name"
    return None


def _bound_twice(found: Sequence[Token]) -> tuple[int, str] | None:
    """Find `AS ?x` of BIND where the group has used the variable before (SPARQL 1.1 Query, 10.1)."""
    groups: list[set[str]] = [set()]
    for index, token in enumerate(found):
        if token.text == "{":
            groups.append(set())
        elif token.text == "}" and len(groups) > 1:
            inner = groups.pop()
            groups[-1] |= inner
        elif token.kind is TokenKind.VARIABLE:
            name = token.text[1:]
            if found[index - 1].text.upper() == "AS" and len(groups) > 1 and name in groups[-1]:
                return token.start, f"{token.text} has a value here already: give what AS names another name"
            groups[-1].add(name)
    return None


def _without_object(found: Sequence[Token]) -> tuple[int, str] | None:
    """Find a group that ends behind a subject and a predicate, or behind a predicate."""
    for index, token in enumerate(found):
        before = [t.kind in TERMS or t.text == "a" for t in found[max(0, index - 2) : index]]
        if token.text == "}" and index > 2 and before[-1]:
            ends = found[index - 3].text in ("{", ".") and before[0]
            if ends or found[index - 2].text == ";":
                return token.start, "a triple pattern has a subject, a predicate and an object: the object is missing"
    return None


def _unbalanced(found: Sequence[Token]) -> tuple[int, str] | None:
    opened: list[Token] = []
    for token in found:
        if token.text in _CLOSING.values():
            opened.append(token)
        elif token.text in _CLOSING:
            if not opened:
                return token.start, f"`{token.text}` closes nothing"
            if opened[-1].text != _CLOSING[token.text]:
                return token.start, f"`{token.text}` cannot close the `{opened[-1].text}` that is open here"
            opened.pop()
    return (opened[-1].start, f"this `{opened[-1].text}` is not closed") if opened else None
