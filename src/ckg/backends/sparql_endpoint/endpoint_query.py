"""A query in the words in which an endpoint is asked, so that it means there what it means on the release.

At the endpoint there are graphs that no release has, which `GRAPH ?g` must not find, and blank nodes are IRIs
(`skolem_iris`), which no function may tell.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Final

from ckg.backends.sparql_endpoint.dialects import SERVICE_PREFIX
from ckg.backends.sparql_endpoint.skolem_iris import GENID_PREFIX
from ckg.errors import QueryRefused
from ckg.query.guard.tokens import Token, TokenKind, closing_bracket, tokens

_TELLING: Final = ("ISBLANK", "ISIRI", "ISURI", "STR")
_VOLATILE: Final = frozenset({"RAND", "BNODE", "UUID", "STRUUID"})
_MAY_END_ORDER: Final = frozenset({"LIMIT", "OFFSET", "VALUES", "}"})
_NOTHING: Final = "?ckg_nothing"  # a variable without a value, so that an expression with it is an error
_TO_LOOK_AT: Final = re.compile("GRAPH|ISBLANK|ISIRI|ISURI|STR|ORDER", re.IGNORECASE)


def for_endpoint(text: str, *, prefixes: Mapping[str, str], base: str, has_blank_nodes: bool) -> str:
    """Return a query with its base and prefixes in it, that sees only what is in the release.

    Raises `QueryRefused` for what cannot be asked there in the same meaning, and for internal names.

    >>> for_endpoint("ASK { ?s a x:C }", prefixes={"x": "http://x/"}, base="http://b/", has_blank_nodes=True)
    'BASE <http://b/> PREFIX x: <http://x/> ASK { ?s a x:C }'
    >>> for_endpoint("ASK { GRAPH ?g { } }", prefixes={}, base="", has_blank_nodes=True)
    'ASK { { GRAPH ?g { } FILTER(!STRSTARTS(STR(?g), "urn:x-ckg:")) } }'
    """
    if SERVICE_PREFIX in text:
        raise QueryRefused(f"names that begin with {SERVICE_PREFIX} are not in the release")
    head = f"BASE <{base}> " if base else ""
    head += "".join(f"PREFIX {name}: <{iri}> " for name, iri in prefixes.items() if f"{name}:" in text)
    if not _TO_LOOK_AT.search(text):
        return head + text
    found = list(tokens(text))
    edits = _Edits(text)
    _hide_service_graphs(found, edits)
    if has_blank_nodes:
        _hide_genids(text, found, edits)
        _order_blank_nodes(found, edits)
    return head + edits.made()


class _Edits:
    """Replacements and insertions in a text, by place."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._all: list[tuple[int, int, int, str]] = []
        self._number = count()

    def insert(self, place: int, words: str) -> None:
        self._all.append((place, place, next(self._number), words))

    def replace(self, start: int, end: int, words: str) -> None:
        self._all.append((start, end, next(self._number), words))

    def made(self) -> str:
        parts, position = [], 0
        for start, end, _, words in sorted(self._all):
            parts += [self._text[position:start], words]
            position = end
        return "".join([*parts, self._text[position:]])


def _word(token: Token) -> str:
    return token.text.upper() if token.kind is TokenKind.WORD else ""


def _hide_service_graphs(found: Sequence[Token], edits: _Edits) -> None:
    for index, token in enumerate(found[:-1]):
        name = found[index + 1]
        if _word(token) != "GRAPH" or name.kind is not TokenKind.VARIABLE:
            continue
        end = closing_bracket(found, index + 2)
        if end is not None:
            edits.insert(token.start, "{ ")
            edits.insert(found[end].end, f' FILTER(!STRSTARTS(STR({name.text}), "{SERVICE_PREFIX}")) }}')


def _is_genid(term: str) -> str:
    return f'ISIRI({term}) && STRSTARTS(STR({term}), "{GENID_PREFIX}")'


def _hide_genids(text: str, found: Sequence[Token], edits: _Edits) -> None:
    """Let the functions that tell a blank node from an IRI see blank nodes."""
    for index, token in enumerate(found):
        name = _word(token)
        end = closing_bracket(found, index + 1) if name in _TELLING else None
        if end is None or end <= index + 2:
            continue
        inner = found[index + 2 : end]
        if len(inner) == 1 and inner[0].kind is not TokenKind.VARIABLE:
            continue
        words = {_word(part) for part in inner}
        if words & {*_TELLING, *_VOLATILE}:
            if words <= {"", "STR", "LANG", "DATATYPE", "LCASE", "UCASE"}:
                continue  # a function of a text, whose own argument is looked at
            raise QueryRefused(
                f"{token.text} around {', '.join(sorted(words & {*_TELLING, *_VOLATILE}))} cannot be asked of the"
                " endpoint behind this server: give the inner value a name with BIND"
            )
        term = text[inner[0].start : inner[-1].end]
        telling = f"({_is_genid(term)})"
        if name == "STR":
            words_of = f"IF({telling}, {_NOTHING}, STR({term}))"
        elif name == "ISBLANK":
            words_of = f"(ISBLANK({term}) || {telling})"
        else:
            words_of = f"(ISIRI({term}) && !{telling})"
        edits.replace(token.start, found[end].end, words_of)


def _order_blank_nodes(found: Sequence[Token], edits: _Edits) -> None:
    """Let ORDER BY sort blank nodes before IRIs (SPARQL 1.1 Query, section 15.1)."""
    for index, token in enumerate(found[:-1]):
        if _word(token) != "ORDER" or _word(found[index + 1]) != "BY":
            continue
        place = index + 2
        while place < len(found) and found[place].text.upper() not in _MAY_END_ORDER:
            here = found[place]
            if here.kind is TokenKind.VARIABLE:
                edits.insert(here.start, f"ASC({_rank(here.text)}) ")
                place += 1
                continue
            end = closing_bracket(found, place + (here.text != "("))
            if end is None:
                break
            first = place + 2
            if _word(here) in ("ASC", "DESC") and end == first + 1 and found[first].kind is TokenKind.VARIABLE:
                edits.insert(here.start, f"{here.text}({_rank(found[first].text)}) ")
            place = end + 1


def _rank(variable: str) -> str:
    return f"IF(BOUND({variable}), IF({_is_genid(variable)}, 1, 2), 0)"
