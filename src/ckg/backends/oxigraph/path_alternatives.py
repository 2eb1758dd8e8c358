"""Property paths as SPARQL 1.1 counts them, in words that the engine counts alike.

The engine gives one solution where the alternatives of a path lead to the same value; section 18.4 asks for one by each
alternative (`alternative: multiset-union`). So a triple with a path of alternatives becomes a UNION of triples without
them, which the engine plans as well. A path of length zero (`*`, `?`) from or to a term that is nowhere in the graph
has that term as its solution (section 9.3); the engine has none there, so that a second branch adds it. Only a term
that is nowhere gets one: the engine plans a path better that stands by itself.

What is rewritten is a triple with a name or a variable at both ends. The text of everything else stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Final

from ckg.query.guard.tokens import Token, TokenKind

MAX_BRANCHES: Final = 64
"""Branches of UNION up to which the paths of one triple are rewritten."""

_NODES: Final = frozenset({TokenKind.VARIABLE, TokenKind.IRI, TokenKind.NAME, TokenKind.STRING})
_CONSTANTS: Final = frozenset({TokenKind.IRI, TokenKind.NAME})
_PAIRS: Final = {"(": ")", "{": "}", "[": "]"}
_BEFORE_GROUP: Final = frozenset({"OPTIONAL", "MINUS", "UNION", "WHERE"})

Branches = list[tuple[Token, ...]]
"""A path as alternatives that have none in themselves, each as its tokens."""


class _NotUnderstood(Exception):
    """Something that this module does not rewrite; the engine says what is wrong, if anything is."""


def rewritten(text: str, found: Sequence[Token], is_nowhere: Callable[[str], bool]) -> str:
    """Return a query in which no path of alternatives stands between two names or variables.

    `is_nowhere` says of a pattern of the query whether it has no solution.
    """
    if not any(token.kind is TokenKind.SYMBOL and token.text in ("|", "*", "?") for token in found):
        return text
    reader = _Reader(text, found, is_nowhere)
    try:
        reader.read()
    except (_NotUnderstood, IndexError):
        return text
    parts, position = [], 0
    for start, end, written in sorted(reader.edits):
        parts += [text[position:start], written]
        position = end
    return "".join([*parts, text[position:]])


@dataclass(slots=True)
class _Reader:
    """Reads the groups of a query and notes which triples are to be written in another way."""

    text: str
    tokens: Sequence[Token]
    is_nowhere: Callable[[str], bool]
    at: int = 0
    edits: list[tuple[int, int, str]] = field(default_factory=list)

    def read(self) -> None:
        while self.at < len(self.tokens):
            if self._is("{"):
                self._group()
            elif self._word() in ("CONSTRUCT", "VALUES"):
                self._skip_template()
            else:
                self.at += 1

    def _is(self, *symbols: str) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at].text in symbols

    def _word(self) -> str:
        token = self.tokens[self.at]
        return token.text.upper() if token.kind is TokenKind.WORD else ""

    def _skip_template(self) -> None:
        """Skip a template of CONSTRUCT, or VALUES with its data."""
        is_values = self._word() == "VALUES"
        self.at += 1
        if is_values and self._is("("):
            self._skip_balanced()
        elif is_values:
            self.at += 1
        if self._is("{"):
            self._skip_balanced()

    def _skip_balanced(self) -> None:
        """Go behind the bracket that closes the one here."""
        depth = 0
        while True:
            token = self.tokens[self.at].text
            depth += (token in _PAIRS) - (token in _PAIRS.values())
            self.at += 1
            if depth == 0:
                return

    def _expression(self) -> None:
        """Go behind an expression in brackets, reading the groups of EXISTS in it."""
        depth = 0
        while True:
            if self._is("{"):
                self._tested_group()
                continue
            depth += self._is("(") - self._is(")")
            self.at += 1
            if depth == 0:
                return

    def _group(self) -> None:
        first = self.at
        self.at += 1
        edits, self.edits = self.edits, []
        if self._word() == "SELECT":
            self._sub_select()
        while not self._is("}"):
            self._element()
        # A label of a blank node may not stand on both sides of what is put between.
        if any(token.kind is TokenKind.BLANK for token in self.tokens[first : self.at]):
            self.edits = []
        self.edits = edits + self.edits
        self.at += 1

    def _tested_group(self) -> None:
        """Read the group of EXISTS, in which nothing is counted, unless a sub-select counts."""
        first, edits = self.at, list(self.edits)
        self._group()
        if not any(token.text.upper() == "SELECT" for token in self.tokens[first : self.at]):
            self.edits = edits

    def _sub_select(self) -> None:
        while not self._is("{"):
            if self._is("("):
                self._expression()
            else:
                self.at += 1
        self._group()
        while not self._is("}"):
            if self._word() == "VALUES":
                self._skip_template()
            elif self._is("("):
                self._expression()
            else:
                self.at += 1

    def _element(self) -> None:
        word = self._word()
        if self._is("{"):
            self._group()
        elif self._is(".") or word in _BEFORE_GROUP:
            self.at += 1
        elif word == "GRAPH":
            self.at += 2
        elif word == "VALUES":
            self._skip_template()
        elif word in ("FILTER", "BIND"):
            self.at += 1
            while not self._is("(", "{"):
                self.at += 1
            if self._is("{"):
                self._tested_group()
            else:
                self._expression()
        else:
            self._triples()

    def _triples(self) -> None:
        """Read the triples of one subject; write those with alternatives behind the others, as unions."""
        start = self.tokens[self.at].start
        subject = self._node()
        kept: list[str] = []
        unions: list[str] = []
        while not self._is(".", "}"):
            if self._is(";"):
                self.at += 1
                continue
            verb = self.at
            branches = self._verb()
            objects = [self._node()]
            while self._is(","):
                self.at += 1
                objects.append(self._node())
            last = self.tokens[self.at - 1].end
            written = self.text[self.tokens[verb].start : last]
            rows = [self._branches(subject, branches, value) for value in objects]
            if any(rows) and all(value in _NODES for _, value in [subject, *objects]):
                unions += [
                    row or f"{subject[0]} {_joined(branches[0])} {value[0]} ."
                    for row, value in zip(rows, objects, strict=True)
                ]
            else:
                kept.append(written)
            if not self._is(";", ".", "}"):
                break
        if unions:
            end = self.tokens[self.at - 1].end
            plain = f"{subject[0]} {' ; '.join(kept)} . " if kept else ""
            self.edits.append((start, end, f"{plain}{' '.join(unions)} "))

    def _branches(self, subject: tuple[str, TokenKind], branches: Branches, value: tuple[str, TokenKind]) -> str:
        """Return a union for one triple, empty where the engine evaluates it as it should."""
        if len(branches) > 1:
            if len(branches) > MAX_BRANCHES:
                return ""
            rows = (
                self._branches(subject, [path], value) or f"{subject[0]} {_joined(path)} {value[0]}"
                for path in branches
            )
            return " UNION ".join(f"{{ {row} }}" for row in rows)
        (path,) = branches
        if path[-1].text not in ("*", "?") or not _is_one_element(path):
            return ""
        ends = subject[1] in _CONSTANTS, value[1] in _CONSTANTS
        if ends not in ((True, False), (False, True)):
            return ""
        (term, _), (variable, _) = (subject, value) if ends[0] else (value, subject)
        other = "?path_end"
        looked_for = f"{term} {_joined(path)} {other}" if ends[0] else f"{other} {_joined(path)} {term}"
        if not self.is_nowhere(looked_for):
            return ""
        there = f"{{ {subject[0]} {_joined(path)} {value[0]} }}"
        return f"{there} UNION {{ FILTER NOT EXISTS {{ {looked_for} }} BIND({term} AS {variable}) }}"

    def _node(self) -> tuple[str, TokenKind]:
        """Read a subject or an object; return its text, and its kind: STRING for any literal, SYMBOL for brackets."""
        token = self.tokens[self.at]
        kind = token.kind
        if token.text in ("[", "("):
            self._skip_balanced()
        elif token.text in ("+", "-"):
            kind = TokenKind.STRING
            self.at += 2
        elif kind in (TokenKind.STRING, TokenKind.NUMBER) or token.text.lower() in ("true", "false"):
            kind = TokenKind.STRING
            self.at += 1
            if self.at < len(self.tokens) and self.tokens[self.at].kind is TokenKind.LANGUAGE:
                self.at += 1
            elif self._is("^"):  # `^^` comes as two
                raise _NotUnderstood
            elif self._is("^^"):
                self.at += 2
        elif kind in _NODES or kind is TokenKind.BLANK:
            self.at += 1
        else:
            raise _NotUnderstood
        return self.text[token.start : self.tokens[self.at - 1].end], kind

    def _verb(self) -> Branches:
        if self.tokens[self.at].kind is TokenKind.VARIABLE:
            self.at += 1
            return [(self.tokens[self.at - 1],)]
        return self._path()

    def _path(self) -> Branches:
        found = self._sequence()
        while self._is("|"):
            self.at += 1
            found += self._sequence()
        return found

    def _sequence(self) -> Branches:
        parts = [self._step()]
        slash: tuple[Token, ...] = ()
        while self._is("/"):
            slash = (self.tokens[self.at],)
            self.at += 1
            parts.append(self._step())
        size = 1
        for part in parts:
            size *= len(part)
            if size > MAX_BRANCHES:
                raise _NotUnderstood
        return [_sequenced(chosen, slash) for chosen in product(*parts)]

    def _step(self) -> Branches:
        start = self.at
        inverse: tuple[Token, ...] = ()
        if self._is("^"):
            inverse = (self.tokens[self.at],)
            self.at += 1
        if self._is("!"):
            self.at += 1
            if self._is("("):
                self._skip_balanced()
            else:
                self.at += 1 + self._is("^")
            found: Branches = [tuple(self.tokens[start + len(inverse) : self.at])]
        elif self._is("("):
            opening = self.tokens[self.at]
            self.at += 1
            inner = self._path()
            if not self._is(")"):
                raise _NotUnderstood
            closing = self.tokens[self.at]
            self.at += 1
            found = [(opening, *path, closing) for path in inner]
        else:
            token = self.tokens[self.at]
            if token.kind not in _CONSTANTS and token.text != "a":
                raise _NotUnderstood
            self.at += 1
            found = [(token,)]
        if self._is("*", "+", "?"):  # what is repeated is a set of nodes (ALP): its alternatives count once
            self.at += 1
            return [tuple(self.tokens[start : self.at])]
        return [(*inverse, *path) for path in found]


def _is_one_element(path: Sequence[Token]) -> bool:
    """Say whether a path is one element with its sign of repetition, and no sequence."""
    depth = 0
    for token in path:
        depth += (token.text == "(") - (token.text == ")")
        if token.text == "/" and depth == 0:
            return False
    return True


def _sequenced(parts: Sequence[Sequence[Token]], slash: Sequence[Token]) -> tuple[Token, ...]:
    found: list[Token] = []
    for part in parts:
        found += [*slash, *part] if found else part
    return tuple(found)


def _joined(path: Sequence[Token]) -> str:
    return " ".join(token.text for token in path)
