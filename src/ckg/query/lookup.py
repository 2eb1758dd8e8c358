"""What pages and documents look up in a release: the protocol that every backend has, and the values it returns.

A look-up is bounded: it never reads more than it is told to, and every result is a finished list.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple, Protocol, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

Node: TypeAlias = NamedNode | BlankNode
Term: TypeAlias = NamedNode | BlankNode | Literal | Triple

MAX_COUNTED: Final = 10_000
"""Statements up to which `Lookup.count` counts unless it is told otherwise."""


class Label(NamedTuple):
    """A name of a thing: the text, at most 300 characters, and its language tag, empty where it has none."""

    text: str
    language: str


class Statement(NamedTuple):
    """A statement, the named graphs it stands in (IRIs, sorted), and whether it stands only among the inferred."""

    subject: Node
    predicate: NamedNode
    object: Term
    graphs: tuple[str, ...]
    inferred: bool


class Statements(NamedTuple):
    """A page of statements, sorted; `more` says whether there are others after it."""

    rows: tuple[Statement, ...]
    more: bool


class Count(NamedTuple):
    """A number that was counted up to a bound; `exact` is false where the bound was met."""

    number: int
    exact: bool


class Lookup(Protocol):
    """Look-ups in one release; safe to use from several threads.

    Things are IRIs or blank nodes. What is no IRI is nothing anybody says something about, so the result is empty.
    Literals of `outgoing` and `within` have the lexical form of the source files. `close` it after the last look-up.
    """

    def close(self) -> None:
        """Let go of files and connections."""

    @property
    def remembered_bytes(self) -> int:
        """Bytes of what is remembered of earlier look-ups."""

    def exists(self, iri: str) -> bool:
        """Say whether an IRI occurs in the release: as subject, predicate, object or name of a graph."""

    def describes(self, node: str | Node, /) -> bool:
        """Say whether somebody states something of a thing; what was only inferred of it does not count."""

    def is_graph(self, iri: str) -> bool:
        """Say whether an IRI is the name of a graph that holds at least one statement."""

    def outgoing(self, node: str | Node, *, offset: int = 0, limit: int = 500) -> Statements:
        """Return statements about a thing, those of the shapes included."""

    def incoming(self, node: str | Node, *, offset: int = 0, limit: int = 500) -> Statements:
        """Return statements that point to a thing."""

    def uses(self, predicate: str, *, offset: int = 0, limit: int = 50) -> Statements:
        """Return statements made with a property."""

    def within(self, graph: str, *, offset: int = 0, limit: int = 500) -> Statements:
        """Return statements that stand in one named graph, in the order of the store."""

    def values(self, subject: str | Node, predicate: str | NamedNode, *, limit: int = 1000) -> list[Term]:
        """Return the objects of one property of a thing, sorted by their text, literals as the store has them."""

    def subjects(self, predicate: str, value: Term | str, *, limit: int = 1000) -> list[Node]:
        """Return the things that have a value of a property, sorted by their text; a text value is taken as an IRI."""

    def pairs(self, predicate: str, value: str | None = None, *, limit: int = 100_000) -> list[tuple[Node, Term]]:
        """Return subject and object of statements that somebody made with a property, not those inferred, each once.

        A `value` asks for those with one IRI as object only.
        """

    def instances(self, class_: str, *, offset: int = 0, limit: int = 500) -> list[Node]:
        """Return things of a class (asserted or inferred), in the order of the store, a page at a time."""

    def count(
        self,
        subject: str | None = None,
        predicate: str | None = None,
        value: str | None = None,
        *,
        most: int = MAX_COUNTED,
    ) -> Count:
        """Count statements of the union graph that match a pattern of IRIs, up to `most`."""

    def label(self, node: str | Node, languages: Sequence[str]) -> Label | None:
        """Return the name to show for a thing: in the first of `languages` that has one, else untagged, else any.

        A tag matches what refines it: `zh` finds `zh-Hans`.
        """

    def names(self, node: str | Node, /) -> tuple[Label, ...]:
        """Return every name of a thing, the more telling properties first, each language in the order of its tag."""

    def naming(self, iri: str, /) -> tuple[Statement, ...]:
        """Return the statements that name a thing, by the most telling property it has, in every language."""

    def types(self, node: str | Node, /) -> tuple[str, ...]:
        """Return the IRIs of the classes of a thing, asserted or inferred, sorted."""

    def parts(self, graphs: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return, by the IRI of their document, the IRIs with a fragment that are described in the named graphs."""
