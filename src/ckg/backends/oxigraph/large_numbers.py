"""Numbers of the data that the engine keeps as text: it cannot compare them, compute with them, or sort them.

Integers beyond 64 bits, and decimals with more digits than its 128 bits hold, are terms like any other to the engine:
they match and are given back, but MAX leaves them out, a comparison fails, and ORDER BY takes them for text. A build
lists the properties that have such values (`ckg.release.text_numbers`); a query that does arithmetic with the values of
one of them is refused here, and what only matches or shows them is answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ckg.query.guard.tokens import Token, TokenKind, place

_HARMLESS = frozenset(
    {"STR", "COUNT", "BOUND", "DATATYPE", "SAMPLE", "GROUP_CONCAT", "LANG", "ISLITERAL", "ISIRI", "ISURI", "ISBLANK"}
)
_PATH = frozenset("/|^*+?()!")
_NAMED = frozenset({TokenKind.IRI, TokenKind.NAME})
_AFTER_ORDER = frozenset({"LIMIT", "OFFSET", "VALUES"})


def refuse(text: str, found: Sequence[Token], properties: Iterable[str]) -> None:
    """Raise `ValueError` where a query sorts, compares or computes with values of one of some properties."""
    wanted = tuple(properties)
    values = _values(found, wanted)
    if not values:
        return
    depth = 0
    ordering = False
    for index, token in enumerate(found):
        word = token.text.upper() if token.kind is TokenKind.WORD else ""
        if word == "ORDER":
            ordering = True
        elif word in _AFTER_ORDER or token.text == "}":
            ordering = False
        depth += (token.text == "(") - (token.text == ")")
        is_value = token.kind is TokenKind.VARIABLE and token.text[1:] in values
        if is_value and (depth > 0 or ordering) and not _is_harmless(found, index):
            line, column = place(text, token.start)
            names = ", ".join(f"<{name}>" for name in wanted)
            raise ValueError(
                f"line {line}, column {column}: {token.text} may be a value of {names}, which has numbers beyond 64"
                " bits (or decimals beyond 128); they are kept as text here, and cannot be compared, sorted or"
                f" computed with: use STR({token.text}), or take the values and compute with them yourself"
            )


def _values(found: Sequence[Token], properties: Sequence[str]) -> set[str]:
    """Return the names of the variables that may have a value of one of the properties."""
    names: set[str] = set()
    in_expression = _in_expressions(found)
    for index, token in enumerate(found):
        if token.kind is TokenKind.VARIABLE:
            if _is_verb(found, index):
                names |= _objects(found, index + 1)
        elif in_expression[index]:
            continue  # "!" is not, and a name with arguments a function: no path stands here
        elif token.text == "!" or (token.kind in _NAMED and any(_may_be(token, name) for name in properties)):
            names |= _objects(found, index + 1)
            names |= _before(found, index)
    return names


def _in_expressions(found: Sequence[Token]) -> list[bool]:
    """Say of each token whether it stands in an expression: in parentheses behind a word or inside of such ones.

    A group in braces inside an expression (EXISTS) has patterns again.
    """
    answer: list[bool] = []
    contexts = [False]
    for index, token in enumerate(found):
        if token.text == "(":
            before = found[index - 1] if index else None
            begins = before is not None and before.kind is TokenKind.WORD and before.text != "a"
            contexts.append(contexts[-1] or begins)
        elif token.text == "{":
            contexts.append(False)
        answer.append(contexts[-1])
        if token.text in (")", "}") and len(contexts) > 1:
            contexts.pop()
    return answer


def _may_be(token: Token, name: str) -> bool:
    if "\\" in token.text:
        return True
    ending = token.text[1:-1] if token.kind is TokenKind.IRI else token.text.partition(":")[2]
    return name.endswith(ending)


def _is_verb(found: Sequence[Token], index: int) -> bool:
    """Say whether a variable stands between two terms, or behind a semicolon, as a verb does."""
    before = found[index - 1] if index else None
    after = found[index + 1] if index + 1 < len(found) else None
    if before is None or after is None or (after.kind is TokenKind.SYMBOL and after.text not in ("[", "(")):
        return False
    if before.text in (";", "[", "]"):
        return True
    subject = before.kind in (*_NAMED, TokenKind.VARIABLE, TokenKind.BLANK)
    return subject and (index < 2 or found[index - 2].text in ("{", "}", ".", ")") or found[index - 2].text.isdigit())


def _objects(found: Sequence[Token], index: int) -> set[str]:
    """Return the variables among the objects behind a verb or a part of a path."""
    while index < len(found) and (found[index].text in _PATH or found[index].kind in _NAMED):
        index += 1
    names: set[str] = set()
    while index < len(found) and found[index].kind is not TokenKind.SYMBOL:
        if found[index].kind is TokenKind.VARIABLE:
            names.add(found[index].text[1:])
        if index + 1 >= len(found) or found[index + 1].text != ",":
            break
        index += 2
    return names


def _before(found: Sequence[Token], index: int) -> set[str]:
    """Return the subject of a path in which something is inverse: its subject may be a value."""
    inverse = False
    index -= 1
    while index >= 0 and (found[index].text in _PATH or found[index].kind in _NAMED):
        inverse = inverse or found[index].text == "^"
        index -= 1
    return {found[index].text[1:]} if inverse and index >= 0 and found[index].kind is TokenKind.VARIABLE else set()


def _is_harmless(found: Sequence[Token], index: int) -> bool:
    """Say whether a variable is the argument of a function that needs no value of it, or only named behind AS."""
    if found[index - 1].text.upper() == "AS":
        return True
    opening = index - 1
    while found[opening].kind is TokenKind.WORD and found[opening].text.upper() == "DISTINCT":
        opening -= 1
    return found[opening].text == "(" and found[opening - 1].text.upper() in _HARMLESS
