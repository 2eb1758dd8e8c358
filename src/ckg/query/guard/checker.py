"""What is checked before the engine sees a query: its form, what it asks for, how large, how deep and how wide it is.

The engine's parser recurses and its planner takes time that grows with the fourth power of the patterns that are joined
(docs/endpoint.md has the figures), so both are bounded here, on tokens, in linear time. The guard is no parser: it
accepts texts that the engine then rejects. Where it cannot know, it counts too much rather than too little.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ckg.errors import QueryMalformed, QueryRefused, QueryTooComplex
from ckg.model.byte_lru import ByteLru
from ckg.query.guard.measure import measure
from ckg.query.guard.tokens import TERMS, Token, TokenKind, malformed, place, shape, tokens
from ckg.query.limits import QueryLimits


class Form(StrEnum):
    """The four query forms (SPARQL 1.1 Query, section 16)."""

    SELECT = "SELECT"
    ASK = "ASK"
    CONSTRUCT = "CONSTRUCT"
    DESCRIBE = "DESCRIBE"

    @property
    def gives_graph(self) -> bool:
        """Whether the answer is a graph, not a table or a truth value."""
        return self in (Form.CONSTRUCT, Form.DESCRIBE)


_UPDATES: Final = ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "ADD", "MOVE", "COPY", "WITH")
_VOLATILE: Final = ("NOW", "RAND", "UUID")  # STRUUID contains the last
_ESCAPE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A query that may be evaluated: its form, and whether two evaluations on the same data may differ."""

    text: str
    form: Form
    volatile: bool


def check(text: str, limits: QueryLimits) -> ParsedQuery:
    """Return the query, checked.

    Codepoint escapes count as what they stand for (SPARQL 1.1 Query, section 19.2) and as what they are, so that
    neither reading hides anything. Raises `QueryTooComplex`, `QueryRefused` (SERVICE, an update) or `QueryMalformed`.

    >>> check("ASK { ?s ?p ?o }", QueryLimits()).form
    <Form.ASK: 'ASK'>
    >>> check("ASK { SERVICE <http://example.org/> {} }", QueryLimits())
    Traceback (most recent call last):
    ...
    ckg.errors.QueryRefused: SERVICE is not offered here: line 1, column 7
    """
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        raise malformed("half of a surrogate pair is not a character", text, error.start) from None
    if size > limits.text:
        message = f"the query has {size} bytes, more than the {limits.text} that are accepted"
        raise QueryTooComplex(message, bound="text", limit=limits.text)
    if "\\u" in text or "\\U" in text:
        # The engine reads escapes inside tokens only, so that the text with escapes read may be no query to it.
        with contextlib.suppress(QueryMalformed):
            _check(_ESCAPE.sub(_character, text), limits)
    form, volatile = _check(text, limits)
    return ParsedQuery(text, form, volatile)


def remembered_bytes() -> int:
    """Return how many bytes the shapes of queries take that are remembered."""
    return _passed.held


def _character(escape: re.Match[str]) -> str:
    code = int(escape[1] or escape[2], 16)
    return chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else escape[0]


_passed: Final = ByteLru[tuple[Form, bool]](4 << 20, share_divisor=16)


def _check(text: str, limits: QueryLimits) -> tuple[Form, bool]:
    """Return the form of a query, and whether it is volatile.

    Queries of one shape, which differ in constants alone, pass alike: programs ask the same query of many things.
    """
    key = (limits.depth, limits.patterns, *shape(text))
    passed = _passed.get(key)
    if passed is None:
        passed = _measured(text, list(tokens(text)), limits)
        _passed.put(key, passed, size=0)
    return passed


def _measured(text: str, found: list[Token], limits: QueryLimits) -> tuple[Form, bool]:
    form = _form(text, found)
    volatile = False
    for index, (kind, word, start) in enumerate(found):
        if kind is TokenKind.WORD and len(word) > 2:
            upper = word.upper()
            if "SERVICE" in upper:
                raise _service(text, start)
            volatile = volatile or any(name in upper for name in _VOLATILE)
        elif kind is TokenKind.NAME and _hides_service(found, index):
            raise _service(text, start)
    measure(text, found, limits)
    return form, volatile


def _form(text: str, found: list[Token]) -> Form:
    first = _first_word(found)
    if first is None:
        raise malformed("there is no query here", text, len(text))
    upper = first.text.upper()
    for form in Form:
        if first.kind is TokenKind.WORD and upper.startswith(form):
            return form
    if upper.startswith(_UPDATES):
        raise QueryRefused("the data are an immutable release: updates are not offered here")
    raise malformed("a query begins with SELECT, ASK, CONSTRUCT or DESCRIBE, and a space", text, first.start)


def _first_word(found: list[Token]) -> Token | None:
    """Return the first word behind the prologue (BASE and PREFIX declarations)."""
    for index, token in enumerate(found):
        if token.kind is TokenKind.WORD:
            upper = token.text.upper()
            if upper not in ("BASE", "PREFIX", "VERSION"):
                return token
        elif token.kind is TokenKind.NAME and not (index + 1 < len(found) and found[index + 1].kind is TokenKind.IRI):
            return token  # a form joined to a name: the engine takes `DESCRIBEa:x`, here it is refused
    return None


def _hides_service(found: list[Token], index: int) -> bool:
    """Say whether a prefixed name may hold the keyword SERVICE.

    The engine wants no space around it: it reads `SERVICEa:x {` as SERVICE and `a:x`.
    Where a name stands for no valid IRI it takes the prefix alone for a name, and reads on behind the colon: with `h:`
    for `http://h:` there is a SERVICE in `h:SERVICE<x> {`. So any name with these letters may be one where a group
    follows as it does behind SERVICE. Behind GRAPH, a group must follow the name itself.
    """
    if "SERVICE" not in found[index].text.upper() or (index > 0 and found[index - 1].text.upper() == "GRAPH"):
        return False
    after = index + 1
    if after < len(found) and found[after].text.upper() == "SILENT":
        after += 1
    ends = (after, after + 1) if after < len(found) and found[after].kind in TERMS else (after,)
    return any(end < len(found) and found[end].text == "{" for end in ends)


def _service(text: str, start: int) -> QueryRefused:
    line, column = place(text, start)
    return QueryRefused(f"SERVICE is not offered here: line {line}, column {column}")
