"""Queries as SPARQL 1.1 means them, where Oxigraph by itself answers in another way.

Three things are done around the engine. A query is handed to it in other words where it reads or evaluates the words of
the standard differently (`rewritten`). A default graph of several graphs is their merge, in which a triple that stands
in two of them is one (`StandardStore`). A function that nobody knows is an error of its expression, not of the query.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import pyoxigraph as ox

from ckg.backends.oxigraph import described, large_numbers, path_alternatives
from ckg.query.guard.tokens import Token, TokenKind, closing_bracket, place, tokens

MERGED_MAX_STATEMENTS: Final = 200_000
"""Statements up to which graphs that share some are merged for one query."""

_TO_REWRITE: Final = ("TRUE", "FALSE", "GROUP_CONCAT", "GRAPH")
# Looked for one after the other, each beginning with what is rare: an alternation is tried at every character.
_LARGE_NUMBER: Final = re.compile(r"[0-9]{19}")
_ALTERNATIVE: Final = re.compile(r"\|(?<!\|\|)(?!\|)")
_REPEATED: Final = re.compile(r"[*?](?=[\s;,<$?)/])")
_MAX_INTEGER: Final = 2**63 - 1
_MAX_DIGITS: Final = 40
_UNKNOWN_FUNCTION: Final = re.compile(r"The custom function <([^>]*)> is not supported")
_MAX_FUNCTIONS: Final = 50
_MAX_REMEMBERED: Final = 500
_OUT_OF_SCOPE: Final = "out_of_scope_"

Graph = ox.NamedNode | ox.BlankNode | ox.DefaultGraph
Answer = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


class StandardStore:
    """A store that is only read, with queries as the standard means them; used by one thread.

    `text_numbers` are the properties with numbers that the store keeps as text (see `large_numbers`), `description` the
    graphs that describe the store (see `described`), which share no triple with its default graph.
    """

    def __init__(
        self, store: ox.Store, text_numbers: Sequence[str] = (), description: Sequence[ox.NamedNode] = ()
    ) -> None:
        self.store = store
        self._text_numbers = text_numbers
        self._description: list[Graph] = [graph for graph in description if store.contains_named_graph(graph)]
        self._apart: dict[frozenset[Graph], bool] = {}

    def quads_for_pattern(self, *pattern: Any) -> Iterator[ox.Quad]:
        """Return the statements that match a pattern, as `Store.quads_for_pattern` does."""
        return self.store.quads_for_pattern(*pattern)

    def query(self, query: str, *, default_graph: Sequence[Graph] | None, **options: Any) -> Answer:
        """Evaluate a query; the options are those of `Store.query`.

        Raises what `Store.query` raises, and `ValueError` for what cannot be answered rightly.
        """
        store, text = self.store, query
        if default_graph is None:
            default_graph, options = self._from_clauses(text, options)
        if default_graph is None and self._is_described(text, options):
            default_graph = [ox.DefaultGraph(), *self._description]
        elif default_graph is not None:
            default_graph = list(dict.fromkeys(default_graph))
            if len(default_graph) > 1 and not self._are_apart(default_graph):
                store, options = self._merged(text, default_graph, options)
                default_graph = [ox.DefaultGraph()]
        if self._text_numbers:
            large_numbers.refuse(text, list(tokens(text)), self._text_numbers)
        asked = rewritten(text, lambda pattern: _is_nowhere(store, text, pattern, default_graph, options))
        try:
            return _evaluated(store, asked, default_graph=default_graph, **options)
        except SyntaxError:
            if asked != text:  # for the place in the text that was sent
                store.query(text, **options)
            raise

    def _is_described(self, text: str, options: Mapping[str, Any]) -> bool:
        """Say whether a query is to find the description in its default graph."""
        if not self._description:
            return False
        default, named, _ = from_clauses(text)
        prefixes: Mapping[str, str] = options.get("prefixes") or {}
        return not default and not named and described.is_about_the_description(text, list(tokens(text)), prefixes)

    def _from_clauses(self, text: str, options: dict[str, Any]) -> tuple[list[Graph] | None, dict[str, Any]]:
        """Return the graphs of FROM, where there are several, and options with those of FROM NAMED."""
        if text.upper().count("FROM") < 2:
            return None, options
        default, named, prologue = from_clauses(text)
        if len(default) < 2:
            return None, options
        rows = " ".join(f"({term} AS ?r{number})" for number, term in enumerate((*default, *named)))
        try:
            found = self.store.query(f"{prologue}SELECT {rows} {{}}", **options)
        except SyntaxError:
            return None, options  # the query itself has no better syntax: its evaluation says where
        assert isinstance(found, ox.QuerySolutions)
        row = next(found)
        values = [row[number] for number in range(len(default) + len(named))]
        graphs: list[Graph] = [value for value in values if isinstance(value, ox.NamedNode)]
        return graphs[: len(default)], {**options, "named_graphs": graphs[len(default) :]}

    def _are_apart(self, graphs: Sequence[Graph]) -> bool:
        """Say whether no triple stands in two of the graphs; remembered, because the store does not change."""
        key = frozenset(graphs)
        if key not in self._apart:
            if len(self._apart) >= _MAX_REMEMBERED:
                self._apart.clear()
            shared = self.store.query(
                "ASK { GRAPH ?g { ?s ?p ?o } GRAPH ?h { ?s ?p ?o } FILTER(?g != ?h) }",
                named_graphs=[graph for graph in graphs if not isinstance(graph, ox.DefaultGraph)],
            )
            self._apart[key] = not shared
        return self._apart[key]

    def _merged(self, text: str, default: Sequence[Graph], options: dict[str, Any]) -> tuple[ox.Store, dict[str, Any]]:
        """Return a store whose default graph is the merge of some graphs, with the named graphs of the dataset."""
        named = options.get("named_graphs") or []
        if not re.search("GRAPH", text, re.IGNORECASE):
            named = []
        store = ox.Store()
        store.bulk_extend(self._statements(default, named))
        return store, {**options, "named_graphs": named}

    def _statements(self, default: Sequence[Graph], named: Sequence[Graph]) -> Iterator[ox.Quad]:
        count = 0
        for graph, into in (*((g, ox.DefaultGraph()) for g in default), *((g, g) for g in named)):
            for quad in self.store.quads_for_pattern(None, None, None, graph):
                count += 1
                if count > MERGED_MAX_STATEMENTS:
                    raise ValueError(
                        "the graphs of the default graph share statements, and their merge would have more than"
                        f" {MERGED_MAX_STATEMENTS}: leave FROM out (the default graph is the merge of all graphs),"
                        " or ask with GRAPH ?g and DISTINCT"
                    )
                yield ox.Quad(quad.subject, quad.predicate, quad.object, into)


def _evaluated(store: ox.Store, text: str, **options: Any) -> Answer:
    """Evaluate a query; functions that nobody knows are errors of their expressions (SPARQL 1.1 Query, 17.6)."""
    unknown: dict[ox.NamedNode, Any] = {}
    while True:
        try:
            return store.query(text, custom_functions=unknown or None, **options)
        except RuntimeError as error:
            found = _UNKNOWN_FUNCTION.match(str(error))
            if found is None or len(unknown) >= _MAX_FUNCTIONS:
                raise
            unknown[ox.NamedNode(found[1])] = _error


def _is_nowhere(
    store: ox.Store,
    text: str,
    pattern: str,
    default_graph: Sequence[Graph] | None,
    options: Mapping[str, Any],
) -> bool:
    """Say whether a pattern of a query has no solution in the default graph."""
    asked = f"{from_clauses(text)[2]}ASK {{ {pattern} }}"
    graphs = None if default_graph is None else list(default_graph)
    try:
        return not store.query(asked, default_graph=graphs, **options)
    except (SyntaxError, ValueError):
        return False


def _error(*_arguments: object) -> None:
    """Return no term, which the engine takes for an error of the expression."""


def from_clauses(text: str) -> tuple[list[str], list[str], str]:
    """Return the graphs of FROM and of FROM NAMED as they are written, and the text before the query form.

    >>> from_clauses("PREFIX a: <b:> SELECT * FROM a:c FROM NAMED <d:e> FROM <f:g> { ?s ?p ?o }")
    (['a:c', '<f:g>'], ['<d:e>'], 'PREFIX a: <b:> ')
    """
    default: list[str] = []
    named: list[str] = []
    found = list(tokens(text))
    start = next(
        (t.start for t in found if t.kind is TokenKind.WORD and t.text.upper() not in ("PREFIX", "BASE", "VERSION")), 0
    )
    for index, token in enumerate(found[:-1]):
        if token.text == "{":
            break
        if token.kind is TokenKind.WORD and token.text.upper() == "FROM":
            following = found[index + 1]
            if following.text.upper() == "NAMED" and following.kind is TokenKind.WORD:
                named += [t.text for t in found[index + 2 : index + 3]]
            else:
                default.append(following.text)
    return default, named, text[:start]


def _somewhere(_pattern: str) -> bool:
    return False


def rewritten(text: str, is_nowhere: Callable[[str], bool] = _somewhere) -> str:
    """Return a query in words that the engine understands as the standard does.

    * `TRUE` and `FALSE` are keywords, so in any case (section 19.8); the engine knows them in lower case.
    * A path counts each of its alternatives, and one of length zero has a term that is nowhere, as `is_nowhere` says
      (see `path_alternatives`).
    * GROUP_CONCAT gives a simple literal (18.5.1.7); the engine keeps a language that all values share.
    * Inside `GRAPH ?g { ... }` the variable has no value yet where nothing there binds it (18.6); the engine gives it
      one. It does not go through the graphs around VALUES alone, nor around a sub-select that does not select `?g`.

    * MINUS inside `GRAPH ?g { ... }` that shares no variable with what stands before it takes nothing away (18.5); the
      engine takes `?g` for a shared one. So it is left out.

    Raises `ValueError` for what cannot be said rightly: a sub-select inside `GRAPH ?g` that gives one answer for all
    graphs (an aggregate, LIMIT), and a number in an expression that is beyond 64 bits.

    >>> rewritten('ASK { FILTER(True) }')
    'ASK { FILTER(true) }'
    >>> rewritten('SELECT (GROUP_CONCAT(?x; separator=" ") AS ?y) { GRAPH ?g { ?s ?p ?x FILTER(BOUND(?g)) } }')
    'SELECT (STR(GROUP_CONCAT(?x; separator=" ")) AS ?y) { GRAPH ?g { ?s ?p ?x FILTER(BOUND(?out_of_scope_g)) } }'
    """
    upper = text.upper()
    if not any(word in upper for word in _TO_REWRITE) and not _is_to_be_read(text):
        return text
    text = path_alternatives.rewritten(text, list(tokens(text)), is_nowhere)
    found = list(tokens(text))
    edits: dict[int, str] = {}
    without: set[int] = set()
    _refuse_large_numbers(text, found)
    for index, token in enumerate(found):
        if token.kind is not TokenKind.WORD:
            continue
        upper = token.text.upper()
        if upper in ("TRUE", "FALSE"):
            edits[index] = token.text.lower()
        elif upper == "GROUP_CONCAT":
            end = closing_bracket(found, index + 1)
            if end is not None:
                edits[index] = f"STR({edits.get(index, token.text)}"
                edits[end] = edits.get(end, ")") + ")"
        elif upper == "GRAPH" and index + 1 < len(found) and found[index + 1].kind is TokenKind.VARIABLE:
            edits |= _selected_inside(text, found, index + 1)
            edits |= _out_of_scope(found, index + 1)
            without |= _minus_of_nothing(found, index + 1)
            if [t.text.upper() for t in found[index + 2 : index + 4]] == ["{", "VALUES"]:
                edits[index] = f"GRAPH {found[index + 1].text} {{}} {token.text}"
    edits |= dict.fromkeys(without, "")
    parts, position = [], 0
    for index in sorted(edits):
        token = found[index]
        parts += [text[position : token.start], edits[index]]
        position = token.end
    return "".join([*parts, text[position:]])


def _is_to_be_read(text: str) -> bool:
    """Say whether a text may have a number beyond 64 bits, or a path with alternatives or of any length."""
    if _LARGE_NUMBER.search(text) or ("|" in text and _ALTERNATIVE.search(text)):
        return True
    for found in _REPEATED.finditer(text):
        before = found.start() - 1
        while before >= 0 and text[before].isspace():
            before -= 1
        if before >= 0 and (text[before] in ">)_" or text[before].isalnum()):
            return True
    return False


def _out_of_scope(found: Sequence[Token], variable: int) -> dict[int, str]:
    """Return new names for a graph's variable inside its group, where it occurs there in expressions alone."""
    end = closing_bracket(found, variable + 1)
    if end is None:
        return {}
    name = found[variable].text[1:]
    edits: dict[int, str] = {}
    index = variable + 2
    while index < end:
        token = found[index]
        if token.kind is TokenKind.WORD and token.text.upper() in ("FILTER", "BIND"):
            last = _end_of_expression(found, index)
            for inner in range(index, min(last, end - 1) + 1):
                if found[inner].kind is TokenKind.VARIABLE and found[inner].text[1:] == name:
                    if found[inner - 1].text.upper() == "AS":
                        return {}
                    edits[inner] = f"?{_OUT_OF_SCOPE}{name}"
            index = last + 1
            continue
        if token.kind is TokenKind.VARIABLE and token.text[1:] == name:
            return {}  # a pattern, VALUES or a sub-select may bind it
        if token.kind is TokenKind.WORD and token.text.upper() == "SELECT":
            return {}
        index += 1
    return edits


def _minus_of_nothing(found: Sequence[Token], variable: int) -> set[int]:
    """Return the tokens of each MINUS inside a graph's group that shares no variable with what is before it."""
    end = closing_bracket(found, variable + 1) or variable
    without: set[int] = set()
    opened = [variable + 1]
    for index in range(variable + 2, end):
        token = found[index]
        if token.text == "{":
            opened.append(index)
        elif token.text == "}":
            opened.pop()
        elif token.kind is TokenKind.WORD and token.text.upper() == "MINUS" and found[index + 1].text == "{":
            last = closing_bracket(found, index + 1) or end
            before = {t.text[1:] for t in found[opened[-1] : index] if t.kind is TokenKind.VARIABLE}
            if not any(t.kind is TokenKind.VARIABLE and t.text[1:] in before for t in found[index:last]):
                without.update(range(index, last + 1))
    return without


_ONE_ANSWER: Final = frozenset(
    {"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT", "GROUP", "HAVING", "LIMIT", "OFFSET"}
)


def _selected_inside(text: str, found: Sequence[Token], variable: int) -> dict[int, str]:
    """Return sub-selects inside a graph's group that select its variable; the engine keeps it only then.

    Raises `ValueError` where that would make another query of it.
    """
    end = closing_bracket(found, variable + 1) or variable
    name = found[variable].text[1:]
    used = sum(t.kind is TokenKind.VARIABLE and t.text[1:] == name for t in found) > 1
    edits: dict[int, str] = {}
    for index in range(variable + 2, end):
        if found[index].kind is not TokenKind.WORD or found[index].text.upper() != "SELECT":
            continue
        opening = next((i for i in range(index, end) if found[i].text == "{"), end)
        head = found[index + 1 : opening]
        behind = found[index : (closing_bracket(found, opening) or opening) + 2]
        if any(t.kind is TokenKind.VARIABLE and t.text[1:] == name for t in behind):
            continue  # it is selected, or a variable of the sub-select's own
        one = any(t.kind is TokenKind.WORD and t.text.upper() in _ONE_ANSWER for t in behind)
        everything = any(t.text == "*" for t in head)
        if one or (everything and (used or _selects_everything(found))):
            line, column = place(text, found[index].start)
            raise ValueError(
                f"line {line}, column {column}: a sub-select inside GRAPH ?{name} would be evaluated over all graphs at"
                f" once; name ?{name} in its SELECT, and in its GROUP BY, for an answer per graph"
            )
        if not everything:
            last = index + (head[0].text.upper() in ("DISTINCT", "REDUCED") if head else 0)
            edits[last] = f"{found[last].text} ?{name}"
    return edits


def _selects_everything(found: Sequence[Token]) -> bool:
    """Say whether the query itself selects every variable."""
    opening = next((i for i, token in enumerate(found) if token.text == "{"), len(found))
    return any(token.text == "*" for token in found[:opening])


def _refuse_large_numbers(text: str, found: Sequence[Token]) -> None:
    opened: list[str] = []
    closed = ""  # the bracket directly before, else empty
    for index, token in enumerate(found):
        if token.text in ("{", "("):
            before = {t.text.upper() for t in found[max(0, index - 2) : index]}
            is_data = "VALUES" in before or "values" in (closed, *opened[-1:])
            opened.append("values" if is_data else token.text)
        elif token.kind is TokenKind.NUMBER and opened[-1:] == ["("] and _is_large(token.text):
            line, column = place(text, token.start)
            raise ValueError(
                f"line {line}, column {column}: {token.text[:40]} is beyond the 64 bits with which integers are"
                " compared and computed here; compare STR() of the value, or write a decimal"
            )
        closed = opened.pop() if token.text in ("}", ")") and opened else ""


def _is_large(number: str) -> bool:
    return number.isdigit() and (len(number) > _MAX_DIGITS or int(number) > _MAX_INTEGER)


def _end_of_expression(found: Sequence[Token], start: int) -> int:
    """Return the last token of FILTER or BIND."""
    index = start + 1
    while index < len(found) and found[index].text not in ("(", "{"):
        index += 1
    return closing_bracket(found, index) or index
