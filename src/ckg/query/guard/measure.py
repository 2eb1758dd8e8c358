"""How deep, wide and long a query is: the measures by which the engine's parser and planner can be brought down."""

from __future__ import annotations

from typing import Final

from ckg.errors import QueryTooComplex
from ckg.query.guard.tokens import TERMS, Token, TokenKind, place
from ckg.query.limits import MAX_OPERATORS, WIDTH_FACTOR, QueryLimits

_OPENING: Final = frozenset({"{", "(", "[", "<<", "<<(", "{|"})
_CLOSING: Final = frozenset({"}", ")", "]", ">>", ")>>", "|}"})
_HOLDS_TRIPLES: Final = frozenset({"{", "[", "{|", "<<"})
_UNARY: Final = frozenset({"!", "+", "-", "^", "^^"})
_TERM_WORDS: Final = frozenset({"A", "TRUE", "FALSE"})
_PLANNED_APART: Final = ("OPTIONAL", "MINUS", "EXISTS", "UNION")
_JOINS: Final = "a group joins more than {} patterns"
_LISTS: Final = frozenset({"ORDER", "GROUP", "BY", "HAVING", "ASC", "DESC"})


class _Frame:
    """An open bracket and what was seen inside it.

    `width` counts what the planner joins and `members` terms that may be members of a collection. `pending` says that a
    triple has begun, `mixed` that this is no collection, `apart` that it is planned apart from what is around it,
    `optional` that it is no operand of a join either, `flat` that nothing in it is planned (VALUES data, a CONSTRUCT
    template). `last` is what the group that closed last added to the width.
    """

    __slots__ = ("apart", "expression", "flat", "last", "members", "mixed", "opening", "optional", "pending", "width")

    def __init__(self, opening: str, *, apart: bool, expression: bool = False, flat: bool = False) -> None:
        self.opening = opening
        self.apart = apart
        self.expression = expression
        self.flat = flat
        self.optional = False
        self.width = 0
        self.members = 0
        self.pending = False
        self.mixed = False
        self.last = 0


def measure(text: str, found: list[Token], limits: QueryLimits) -> None:
    """Raise `QueryTooComplex` where a query is deeper, wider or longer than the limits.

    Depth is the number of open brackets, and of signs before one expression. Width is the number of triple patterns,
    path steps, groups and VALUES blocks that are joined in one group; a group within counts as its content does, unless
    it is planned apart (OPTIONAL, MINUS, EXISTS, a branch of UNION, a sub-select); a member of a collection is two
    patterns. All groups together may hold `WIDTH_FACTOR` times as many. Length is the number of keywords, operators and
    brackets outside VALUES data.
    """
    gauge = _Gauge()
    for token in found:
        # The width is looked at before a token: a group that has just closed may turn out to be a branch of UNION.
        if gauge.frames[-1].width > limits.patterns and not token.text.upper().endswith("UNION"):
            raise _exceeds("patterns", limits.patterns, _JOINS, text, token)
        gauge.step(token)
        if len(gauge.frames) - 1 + gauge.signs > limits.depth:
            raise _exceeds("depth", limits.depth, "the query is nested more than {} deep", text, token)
        if gauge.closed > limits.patterns:
            raise _exceeds("patterns", limits.patterns, _JOINS, text, token)
        if gauge.total > WIDTH_FACTOR * limits.patterns:
            raise _exceeds(
                "patterns", WIDTH_FACTOR * limits.patterns, "the query has more than {} patterns", text, token
            )
        if gauge.length > MAX_OPERATORS:
            raise _exceeds("operators", MAX_OPERATORS, "the query has more than {} keywords and operators", text, token)


def _exceeds(bound: str, limit: int, message: str, text: str, token: Token) -> QueryTooComplex:
    line, column = place(text, token.start)
    return QueryTooComplex(f"line {line}, column {column}: {message.format(limit)}", bound=bound, limit=limit)


class _Gauge:
    """The measures so far, and the brackets that are open."""

    def __init__(self) -> None:
        self.frames = [_Frame("", apart=True)]
        self.length = 0
        self.total = 0
        self.signs = 0
        self.closed = 0  # the width of the bracket that closed last
        self._word = ""  # the keyword directly before, else empty
        self._values = False  # between VALUES and its data
        self._list = False  # in a list of expressions without commas, as behind ORDER BY or DESCRIBE

    def step(self, token: Token) -> None:
        """Take in the next token."""
        kind, symbol, _ = token
        self.signs = self.signs + 1 if symbol in _UNARY else 0
        if kind is TokenKind.WORD:
            self._keyword(symbol.upper())
            return
        if kind in TERMS:
            self._term(token)
        elif symbol in _OPENING:
            self._open(symbol)
        elif symbol in _CLOSING:
            self._close(symbol)
        elif kind is TokenKind.SYMBOL:
            self._operator(symbol)
        self._word = ""

    def _term(self, token: Token) -> None:
        frame = self.frames[-1]
        if token.kind is TokenKind.IRI:
            # Behind an expression the engine reads `?a<((((1))))>` as comparisons: count the brackets it may find.
            self.signs += token.text.count("(") + token.text.count("!")
        if self._list:
            self.length += 1
        frame.pending = frame.pending or self._word != "GRAPH"
        frame.members += 1

    def _keyword(self, upper: str) -> None:
        frame = self.frames[-1]
        if upper in _TERM_WORDS:
            frame.pending = True
            frame.members += 1
            self._word = ""
            return
        self._word = upper
        if frame.flat:
            return
        self.length += 1
        self._end_triple(frame)
        frame.mixed = True
        self._values = upper.endswith("VALUES")
        if upper.startswith("DESCRIBE") or upper in _LISTS:
            self._list = True
        elif upper in ("WHERE", "FROM", "LIMIT", "OFFSET", "VALUES"):
            self._list = False
        if upper.startswith("SELECT") and frame.opening == "{":
            frame.apart = True
        if upper.endswith("UNION") and frame.last > 1:
            frame.width -= frame.last - 1  # what was taken for a group of its own is a branch
            frame.last = 1

    def _operator(self, symbol: str) -> None:
        frame = self.frames[-1]
        if symbol in ".;,":
            if frame.opening in _HOLDS_TRIPLES:
                self._end_triple(frame)
            elif symbol == ",":
                frame.mixed = True
            return
        if symbol == "^^":
            frame.members -= 1  # a datatype belongs to the literal before it
            return
        if frame.flat:
            return
        self.length += 1
        if symbol in "/^" and not frame.expression:
            self._widen(frame)
        if symbol not in "+-":
            frame.mixed = True

    def _open(self, symbol: str) -> None:
        frame = self.frames[-1]
        word, values = self._word, self._values
        if symbol != "{":
            flat = frame.flat or values
            expression = symbol == "(" and (frame.expression or bool(word) or self._list)
            self.length += not flat
            self.frames.append(_Frame(symbol, apart=False, expression=expression, flat=flat))
            return
        self._list = self._values = False
        if values:
            frame.pending = False
            self._widen(frame)
            self.frames.append(_Frame(symbol, apart=True, flat=True))
            return
        self._end_triple(frame)
        self.length += 1
        optional = word.endswith(_PLANNED_APART)
        apart = optional or frame.opening != "{"
        opened = _Frame(symbol, apart=apart, flat=word.startswith("CONSTRUCT"))
        opened.optional = optional
        self.frames.append(opened)

    def _close(self, symbol: str) -> None:
        if len(self.frames) == 1:
            return  # one bracket too many: the engine says where
        closed = self.frames.pop()
        parent = self.frames[-1]
        if closed.opening in _HOLDS_TRIPLES:
            self._end_triple(closed)
        elif not (closed.expression or closed.mixed or closed.flat):
            self._widen(closed, 2 * closed.members)
        self.closed = closed.width
        if symbol != "}":
            parent.width += closed.width
            parent.pending = parent.pending or not closed.expression
            parent.members += 1
            return
        self._list = False
        if closed.flat:
            return
        self.total += 1
        parent.last = 0 if closed.optional else 1 if closed.apart else max(closed.width, 1)
        parent.width += parent.last
        parent.pending = False

    def _end_triple(self, frame: _Frame) -> None:
        if frame.pending and not frame.flat and frame.opening in _HOLDS_TRIPLES:
            self._widen(frame)
        frame.pending = False

    def _widen(self, frame: _Frame, by: int = 1) -> None:
        if not frame.flat:
            frame.width += by
            self.total += by
