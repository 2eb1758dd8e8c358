"""Look-ups by patterns: everything that `ckg.query.lookup.Lookup` promises, on an engine that finds quads of a pattern.

Everything here asks by pattern, never by SPARQL, and reads no more than it is told to. An engine that answers several
questions at once sooner than one by one may have a class of its own instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, Protocol

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from ckg.backends.source_literals import SourceLiterals, SourceStatements, stored_form
from ckg.model.byte_lru import Memo
from ckg.model.iris import Base
from ckg.model.staged import Role, StagedGraph
from ckg.model.vocabulary import LABELS
from ckg.query.lookup import MAX_COUNTED, Count, Label, Node, Statement, Statements, Term

_LABELS: Final = tuple(map(NamedNode, LABELS))
_TYPE: Final = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_CACHE_MAX_BYTES: Final = 16 << 20
_LABEL_MAX_CHARACTERS: Final = 300
_SORTED_MAX_QUADS: Final = 5_000  # what has more is paged in the order of the store
_UNION: Final = DefaultGraph()
_GRAPHS_ASKED: Final = 50  # graphs that are asked one by one rather than all together
_ASSERTED_SEARCHED: Final = 2_000  # statements of one thing among which an asserted one is looked for

Pattern = tuple[Node | None, NamedNode | None, Term | None]


class PatternSource(Protocol):
    """What an engine must be able to do: find the quads of a pattern, None for anything."""

    def quads_for_pattern(
        self,
        subject: Node | None,
        predicate: NamedNode | None,
        object: Term | None,  # noqa: A002  the engine's name of it
        graph_name: NamedNode | BlankNode | DefaultGraph | None = None,
    ) -> Iterator[Quad]:
        """Yield the quads of a pattern; a quad of the default graph is one of the union of the graphs."""

    def __contains__(self, quad: Quad, /) -> bool:
        """Say whether a quad is there."""


class PatternLookup:
    """The look-ups of `ckg.query.lookup.Lookup` on a `PatternSource`; safe to use from several threads if that is.

    `graphs` are the staged graphs that the release was made from: literals are given back as they stand there (see
    `ckg.backends.source_literals`). An iterator of the source is used in the thread that began it, and to its end or
    not at all.
    """

    def __init__(self, source: PatternSource, base: Base, graphs: Sequence[StagedGraph] = ()) -> None:
        self._source = source
        self._inferred = base.inferred_graph
        self._source_statements = SourceStatements((graph.name, graph.path) for graph in graphs)
        apart = [graph.name for graph in graphs if graph.role is Role.SHAPES]
        self._stated = tuple(NamedNode(g.name) for g in graphs if g.name != self._inferred)
        self._apart = tuple(map(NamedNode, apart)) or (NamedNode(base.shapes_graph),)
        used = (p for p in _LABELS if next(source.quads_for_pattern(None, p, None, None), None) is not None)
        self._labels = tuple(used)
        self.names = Memo(self._names, max_bytes=_CACHE_MAX_BYTES)
        self.naming = Memo(self._naming, max_bytes=_CACHE_MAX_BYTES)
        self.describes = Memo(self._describes, max_bytes=_CACHE_MAX_BYTES)
        self._values = Memo(self._values_of, max_bytes=_CACHE_MAX_BYTES)
        self.types = Memo(self._types, max_bytes=_CACHE_MAX_BYTES)

    @property
    def remembered_bytes(self) -> int:
        """Bytes of the names, types and forms of literals that are remembered."""
        return sum(
            memo.held for memo in (self.names, self.naming, self.types, self.describes, self._values, stored_form)
        )

    def close(self) -> None:
        """Let go of the files."""
        self._source_statements.close()

    def exists(self, iri: str) -> bool:
        """Say whether an IRI occurs in the release: as subject, predicate, object or name of a graph."""
        node = as_node(iri)
        if node is None:
            return False
        patterns = ((node, None, None, None), (None, None, node, None), (None, node, None, None))
        return any(next(self._source.quads_for_pattern(*p), None) is not None for p in patterns) or self.is_graph(iri)

    def is_graph(self, iri: str) -> bool:
        """Say whether an IRI is the name of a graph that holds at least one statement."""
        node = as_node(iri)
        return node is not None and next(self._source.quads_for_pattern(None, None, None, node), None) is not None

    def _describes(self, node: str | Node) -> bool:
        """Say whether somebody states something of a thing; what was only inferred of it does not count."""
        subject = as_node(node)
        if subject is None:
            return False
        found = islice(self._source.quads_for_pattern(subject, None, None, None), _ASSERTED_SEARCHED)
        names = (quad.graph_name for quad in found)
        return any(isinstance(name, NamedNode) and name.value != self._inferred for name in names)

    def outgoing(self, node: str | Node, *, offset: int = 0, limit: int = 500) -> Statements:
        """Return statements about a thing (an IRI or a blank node), those of the shapes included."""
        subject = as_node(node)
        if subject is None:
            return Statements((), False)
        rows, more = self._page((subject, None, None), offset, limit)
        return Statements(tuple(sorted(self._as_written(rows), key=order)), more)

    def incoming(self, node: str | Node, *, offset: int = 0, limit: int = 500) -> Statements:
        """Return statements that point to a thing."""
        value = as_node(node)
        if value is None:
            return Statements((), False)
        rows, more = self._page((None, None, value), offset, limit)
        return Statements(tuple(sorted(rows, key=order)), more)

    def uses(self, predicate: str, *, offset: int = 0, limit: int = 50) -> Statements:
        """Return statements made with a property."""
        node = as_node(predicate)
        if node is None:
            return Statements((), False)
        rows, more = self._page((None, node, None), offset, limit)
        return Statements(tuple(sorted(rows, key=order)), more)

    def within(self, graph: str, *, offset: int = 0, limit: int = 500) -> Statements:
        """Return statements that stand in one named graph, in the order of the store."""
        node = as_node(graph)
        if node is None:
            return Statements((), False)
        found = self._some((None, None, None), node, offset, limit + 1)
        rows = [self._statement(quad, (graph,)) for quad in found[:limit]]
        return Statements(tuple(self._as_written(rows)), len(found) > limit)

    def values(self, subject: str | Node, predicate: str | NamedNode, *, limit: int = 1000) -> list[Term]:
        """Return the objects of one property of a thing, sorted by their text, literals as the store has them."""
        node, property_ = as_node(subject), as_node(predicate)
        return list(self._values(node, property_, limit)) if node is not None and property_ is not None else []

    def _values_of(self, subject: Node, predicate: NamedNode, limit: int) -> tuple[Term, ...]:
        found = islice(self._everywhere(subject, predicate, None), limit)
        return tuple(sorted({quad.object for quad in found}, key=str))

    def subjects(self, predicate: str, value: Term | str, *, limit: int = 1000) -> list[Node]:
        """Return the things that have a value of a property, sorted by their text; a text value is taken as an IRI."""
        property_, term = as_node(predicate), as_node(value) if isinstance(value, str) else value
        if property_ is None or term is None:
            return []
        return sorted({_subject(quad) for quad in islice(self._everywhere(None, property_, term), limit)}, key=str)

    def pairs(self, predicate: str, value: str | None = None, *, limit: int = 100_000) -> list[tuple[Node, Term]]:
        """Return subject and object of statements that somebody made with a property, not those inferred, each once.

        A `value` asks for those with one IRI as object only.
        """
        node, wanted = as_node(predicate), None if value is None else as_node(value)
        if node is None or (value is not None and wanted is None):
            return []
        few = len(self._stated) <= _GRAPHS_ASKED
        graphs: tuple[NamedNode | None, ...] = self._stated if few else (None,)
        quads = (quad for graph in graphs for quad in self._source.quads_for_pattern(None, node, wanted, graph))
        stated = (q for q in quads if isinstance(q.graph_name, NamedNode) and q.graph_name.value != self._inferred)
        return list(dict.fromkeys((_subject(quad), quad.object) for quad in islice(stated, limit)))

    def instances(self, class_: str, *, offset: int = 0, limit: int = 500) -> list[Node]:
        """Return things of a class (asserted or inferred), in the order of the store, a page at a time."""
        node = as_node(class_)
        if node is None:
            return []
        return [_subject(quad) for quad in islice(self._everywhere(None, _TYPE, node), offset, offset + limit)]

    def count(
        self,
        subject: str | None = None,
        predicate: str | None = None,
        value: str | None = None,
        *,
        most: int = MAX_COUNTED,
    ) -> Count:
        """Count statements of the union graph that match a pattern of IRIs, up to `most`."""
        nodes = [None if iri is None else as_node(iri) for iri in (subject, predicate, value)]
        if any(iri is not None and node is None for iri, node in zip((subject, predicate, value), nodes, strict=True)):
            return Count(0, True)
        found = self._source.quads_for_pattern(nodes[0], nodes[1], nodes[2], _UNION)
        number = sum(1 for _ in islice(found, most + 1))
        return Count(min(number, most), number <= most)

    def label(self, node: str | Node, languages: Sequence[str]) -> Label | None:
        """Return the name to show for a thing: in the first of `languages` that has one, else untagged, else any.

        A tag matches what refines it: `zh` finds `zh-Hans`.
        """
        names = self.names(node)
        for wanted in languages:
            tag = wanted.lower()
            for name in names:
                if name.language == tag or name.language.startswith(f"{tag}-"):
                    return name
        return next((name for name in names if not name.language), names[0] if names else None)

    def parts(self, graphs: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return, by the IRI of their document, the IRIs with a fragment that are described in the named graphs."""
        found: dict[str, dict[str, None]] = {}
        for name in graphs:
            for quad in self._source.quads_for_pattern(None, None, None, NamedNode(name)):
                if isinstance(quad.subject, NamedNode) and "#" in quad.subject.value:
                    iri = quad.subject.value
                    found.setdefault(iri.partition("#")[0], {})[iri] = None
        return {document: tuple(sorted(iris)) for document, iris in found.items()}

    def _naming(self, iri: str) -> tuple[Statement, ...]:
        """Return the statements that name a thing, by the most telling property it has, in every language.

        What was asserted is preferred; names that are only inferred are given where there are no others.
        """
        subject = as_node(iri)
        if subject is not None:
            for predicate in self._labels:
                rows = self._named_by(subject, predicate)[:50]
                if rows:
                    return tuple(row for row in rows if not row.inferred) or tuple(rows)
        return ()

    def _named_by(self, subject: Node, predicate: NamedNode) -> list[Statement]:
        """Return the statements about a thing that are made with a property, at least the first 50."""
        return self._page((subject, predicate, None), 0, 50)[0]

    def _names(self, node: str | Node) -> tuple[Label, ...]:
        """Return every name of a thing, the more telling properties first, each language in the order of its tag."""
        subject = as_node(node)
        if subject is None:
            return ()
        found: list[Label] = []
        for predicate in self._labels:
            texts = self._texts(subject, predicate)
            rows = {
                Label(_short(text.value), (text.language or "").lower()) for text in texts if isinstance(text, Literal)
            }
            found += sorted(rows - set(found), key=lambda row: (row.language, row.text))
        return tuple(found)

    def _texts(self, subject: Node, predicate: NamedNode) -> list[Term]:
        """Return the values of a property that names things, at most 200."""
        return [quad.object for quad in islice(self._everywhere(subject, predicate, None), 200)]

    def _types(self, node: str | Node) -> tuple[str, ...]:
        """Return the IRIs of the classes of a thing, asserted or inferred, sorted."""
        return tuple(value.value for value in self.values(node, _TYPE.value) if isinstance(value, NamedNode))

    def _everywhere(self, subject: Node | None, predicate: NamedNode | None, value: Term | None) -> Iterator[Quad]:
        """Yield matches in the union graph, then those that stand only in the graphs that are no part of it."""
        yield from self._source.quads_for_pattern(subject, predicate, value, _UNION)
        for graph in self._apart:
            for quad in self._source.quads_for_pattern(subject, predicate, value, graph):
                if Quad(quad.subject, quad.predicate, quad.object, _UNION) not in self._source:
                    yield quad

    def _page(self, pattern: Pattern, offset: int, limit: int) -> tuple[list[Statement], bool]:
        few = list(islice(self._source.quads_for_pattern(*pattern, None), _SORTED_MAX_QUADS))
        if len(few) < _SORTED_MAX_QUADS:  # everything is here: sort before cutting into pages
            rows = self._sorted_rows(few)
            return rows[offset : offset + limit], len(rows) > offset + limit
        found = self._some(pattern, _UNION, offset, limit + 1)
        if len(found) <= limit:  # the union ends here; what stands only in the graphs beside it follows
            before = offset if found or not offset else self._number(pattern)
            others = islice(self._everywhere(*pattern), before + len(found), None) if self._is_apart(pattern) else ()
            start = max(0, offset - before)
            found += list(islice(others, start, start + limit + 1 - len(found)))
        return [self._statement(quad) for quad in found[:limit]], len(found) > limit

    def _sorted_rows(self, quads: Iterable[Quad]) -> list[Statement]:
        """Return the statements of all quads of a pattern, sorted."""
        graphs: dict[tuple[Node, NamedNode, Term], list[str]] = {}
        for quad in quads:
            names = graphs.setdefault((_subject(quad), quad.predicate, quad.object), [])
            if isinstance(quad.graph_name, NamedNode):
                names.append(quad.graph_name.value)
        return sorted((self._row(*triple, names) for triple, names in graphs.items()), key=order)

    def _some(self, pattern: Pattern, graph: NamedNode | DefaultGraph, offset: int, limit: int) -> list[Quad]:
        """Return quads of a graph from `offset` on, in the order of the store."""
        return list(islice(self._source.quads_for_pattern(*pattern, graph), offset, offset + limit))

    def _number(self, pattern: Pattern) -> int:
        """Return how many quads of the union match."""
        return sum(1 for _ in self._source.quads_for_pattern(*pattern, _UNION))

    def _is_apart(self, pattern: Pattern) -> bool:
        """Say whether a quad that matches stands in a graph that is no part of the union."""
        found = (self._source.quads_for_pattern(*pattern, graph) for graph in self._apart)
        return any(next(quads, None) is not None for quads in found)

    def _statement(self, quad: Quad, graphs: Iterable[str] | None = None) -> Statement:
        triple = (_subject(quad), quad.predicate, quad.object)
        if graphs is None:
            named = (found.graph_name for found in self._source.quads_for_pattern(*triple, None))
            graphs = [name.value for name in named if isinstance(name, NamedNode)]
        return self._row(*triple, graphs)

    def _row(self, subject: Node, predicate: NamedNode, value: Term, graphs: Iterable[str]) -> Statement:
        names = tuple(sorted(graphs))
        return Statement(subject, predicate, value, names, names == (self._inferred,))

    def _as_written(self, rows: list[Statement]) -> list[Statement]:
        """Give literals the lexical form they have in the staged graphs."""
        written = SourceLiterals(self._source_statements)
        out: list[Statement] = []
        for row in rows:
            forms = written.of(row.subject, row.predicate, row.object, row.graphs)
            out += [row._replace(object=form) for form in forms] or [row]
        return out


def _subject(quad: Quad) -> Node:
    if isinstance(quad.subject, NamedNode | BlankNode):
        return quad.subject
    raise TypeError(f"a triple as a subject (RDF 1.2) has no place in a release: {quad}")


def as_node(value: str | Node | Term) -> NamedNode | None:
    """Return the node that an IRI names, None for what is no IRI; a term as it is."""
    if isinstance(value, str):
        try:
            return NamedNode(value)
        except ValueError:  # not an IRI, so nothing is said of it
            return None
    return value  # type: ignore[return-value]


def _short(text: str) -> str:
    return text if len(text) <= _LABEL_MAX_CHARACTERS else text[: _LABEL_MAX_CHARACTERS - 1] + "…"


def order(row: Statement) -> tuple[str, int, str, str]:
    """Return the place of a statement among others."""
    kind = 0 if isinstance(row.object, NamedNode) else 1 if isinstance(row.object, Literal) else 2
    return row.predicate.value, kind, str(row.object), str(row.subject)
