"""A tokenizer for SPARQL 1.1 (section 19.8), in linear time and without recursion.

It follows the terminals of the grammar. Where a text could be cut in more than one way it does what the engine does:
the longest token wins, `<` starts an IRI if what follows is one, and words need no space between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import Final, NamedTuple

from ckg.errors import QueryMalformed


class TokenKind(IntEnum):
    """What a token is; the order is that of the groups of the pattern."""

    IRI = 1
    STRING = 2
    VARIABLE = 3
    LANGUAGE = 4
    BLANK = 5
    NAME = 6
    NUMBER = 7
    WORD = 8
    SYMBOL = 9


TERMS: Final = frozenset(
    {TokenKind.IRI, TokenKind.STRING, TokenKind.VARIABLE, TokenKind.BLANK, TokenKind.NAME, TokenKind.NUMBER}
)
"""The kinds of token that are a term by themselves."""


class Token(NamedTuple):
    """A token and where it starts, counted in characters from 0."""

    kind: TokenKind
    text: str
    start: int

    @property
    def end(self) -> int:
        """Where the next character stands."""
        return self.start + len(self.text)


_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_ANY = _BASE + "_0-9\u00b7\u0300-\u036f\u203f\u2040"
_INNER = rf"[{_ANY}\-]"
_ESCAPED = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_U = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"

_PREFIX = (
    200  # characters looked at for the colon of a prefixed name: without a bound `a.a.a.a…` is read again and again
)

# Possessive quantifiers throughout: a token is never read twice, whatever the text.
_TOKEN: Final = re.compile(
    rf"""
    (?:[\x20\t\r\n]++|\#[^\r\n]*+)*+(?:
    (<(?:[^<>"{{}}|^`\\\x00-\x20]|{_U})*+>)
    |(\"\"\"(?:[^"\\]|\\.|"(?!""))*+\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*+'''
      |(?!\"\"\"|''')(?:"(?:[^"\\\r\n]|\\.)*+"|'(?:[^'\\\r\n]|\\.)*+'))
    |([?$][{_BASE}_0-9][{_ANY}]*+)
    |(@[A-Za-z]++(?:--?[A-Za-z0-9]++)*+)
    |(_:[{_BASE}_0-9](?:{_INNER}|\.++(?={_INNER}))*+)
    |((?:(?=[^:\s]{{1,{_PREFIX}}}:)[{_BASE}]{_INNER}*+(?:\.++{_INNER}++)*+)?:
      (?:(?:[{_BASE}_0-9:]|{_ESCAPED})(?:{_INNER}|:|{_ESCAPED}|\.++(?={_INNER}|:|{_ESCAPED}))*+)?)
    |((?:[0-9]++(?:\.[0-9]*+(?=[eE][+-]?[0-9])|\.[0-9]++)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?)
    |([A-Za-z_][A-Za-z0-9_]*+)
    |(<<\(|\)>>|<<|>>|\{{\||\|\}}|\|\||&&|!=|<=|>=|\^\^|[{{}}()\[\].,;=<>!+\-*/|^?~])
    |\Z)
    """,
    re.VERBOSE | re.DOTALL,
)


def tokens(text: str) -> Iterator[Token]:
    r"""Yield the tokens of a query or an update; white space and comments are left out.

    Raises `QueryMalformed` with line and column (from 1) at what no token can begin with, such as a string that
    does not end.

    >>> [token.text for token in tokens("ASK{?s a ex:b # no\n FILTER(?s<1)}")]
    ['ASK', '{', '?s', 'a', 'ex:b', 'FILTER', '(', '?s', '<', '1', ')', '}']
    """
    position, match, new = 0, _TOKEN.match, tuple.__new__
    while (found := match(text, position)) is not None:
        group = found.lastindex
        if group is None:
            return
        yield new(Token, (_KINDS[group], found[group], found.start(group)))
        position = found.end()
    start = position + len(_SPACE.match(text, position)[0])  # type: ignore[index]  # it matches the empty text
    raise malformed(_complaint(text, start), text, start)


def closing_bracket(found: Sequence[Token], opening: int) -> int | None:
    """Return where the bracket closes that opens at a token, or None where there is none."""
    pairs = {"(": ")", "{": "}"}
    if opening >= len(found) or found[opening].text not in pairs:
        return None
    left, right = found[opening].text, pairs[found[opening].text]
    depth = 0
    for index in range(opening, len(found)):
        depth += (found[index].text == left) - (found[index].text == right)
        if depth == 0:
            return index
    return None


def shape(text: str) -> list[str | int]:
    """Return the tokens of a text, with nothing but the kind of IRIs, strings and numbers; -1 for what is no token.

    An IRI with brackets or `!` in it is there as it is: the engine may read these as something else.

    >>> shape("ASK { ?s <a:b> 1 }")
    ['ASK', '{', '?s', 1, 7, '}']
    """
    position, match = 0, _TOKEN.match
    parts: list[str | int] = []
    while (found := match(text, position)) is not None:
        group = found.lastindex
        if group is None:
            break
        if group in _CONSTANTS and not (group == _IRI and ("(" in found[group] or "!" in found[group])):
            parts.append(group)
        else:
            parts.append(found[group])
        position = found.end()
    else:
        parts.append(_NO_TOKEN)
    return parts


_NO_TOKEN: Final = -1
_IRI: Final = int(TokenKind.IRI)
_CONSTANTS: Final = (_IRI, int(TokenKind.STRING), int(TokenKind.NUMBER))
_KINDS: Final = (None, *TokenKind)
_SPACE: Final = re.compile(r"(?:[\x20\t\r\n]++|\#[^\r\n]*+)*+")


def _complaint(text: str, position: int) -> str:
    character = text[position]
    if character in "\"'":
        return "a string that does not end"
    if character.isprintable():
        return f"nothing can begin with {character!r} here"
    return f"the character U+{ord(character):04X} cannot stand here"


def place(text: str, position: int) -> tuple[int, int]:
    r"""Return line and column, from 1, of a character.

    >>> place("ASK\n{ %", 6)
    (2, 3)
    """
    before = text[:position]
    line = before.count("\n")
    return line + 1, position - (before.rfind("\n") + 1) + 1


def malformed(message: str, text: str, position: int) -> QueryMalformed:
    """Return the error that says what is wrong with a text at a position."""
    line, column = place(text, position)
    return QueryMalformed(f"line {line}, column {column}: {message}", line=line, column=column)
