"""What a document says: a thing, what points to it, and what is needed to understand both.

A concise bounded description (blank nodes are followed) of the thing and of what shares its document (hash IRIs), the
quotations and sources that its statements rest on, and the names of everything mentioned. All of it is bounded: a hub
has pages, and what a page does not hold has a document of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeGuard

from pyoxigraph import BlankNode, Literal, NamedNode

from ckg.model.byte_lru import ByteLru
from ckg.model.vocabulary import DCTERMS_NS, OWL_NS, RDFS_NS
from ckg.query.fragments import Fragments
from ckg.query.lookup import Lookup, Node, Statement

_OA = "http://www.w3.org/ns/oa#"
_PROV = "http://www.w3.org/ns/prov#"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

EVIDENCE: Final = frozenset(
    {
        f"{_OA}hasSource",
        f"{_OA}hasSelector",
        f"{_OA}hasTarget",
        f"{_PROV}wasQuotedFrom",
        f"{_PROV}wasDerivedFrom",
        f"{_PROV}hadPrimarySource",
        f"{_PROV}wasAttributedTo",
        f"{DCTERMS_NS}source",
    }
)
"""Properties (with those below them) whose values are described along with a thing: what it rests on."""

_REMEMBERED_BYTES: Final = 1 << 20
_FOLLOWING_BYTES: Final = 100
_MAX_TERMS: Final = 100_000
_NAMES_EACH: Final = 12  # names of one thing that is mentioned

QUOTATION: Final = f"{_OA}SpecificResource"
"""The class of quotations; one that a statement points to is described along with it."""


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """How much one page of a document holds.

    `statements` about the thing, and as many that point to it; `described` terms of an ontology or a module; `beside`
    statements about blank nodes, quotations and sources, at most `depth` steps away where they have IRIs; `names`
    statements that name what is mentioned.
    """

    statements: int = 500
    described: int = 200
    beside: int = 3_000
    depth: int = 8
    names: int = 3_000


@dataclass(frozen=True, slots=True)
class Document:
    """What a document about `about` says; pages are counted from 1, and `following` is the next one, if any.

    `about` is an IRI, or a blank node as N-Triples writes it. `said` is what is said of the thing and of what shares
    its document, `pointing` what points to the thing, `context` the rest: blank nodes, quotations, sources, names. No
    statement is in two of them. `fragments` are the things that share the document and are described on this page,
    `elsewhere` those nodes of it that have more to say than the page holds, `others` how many things beside `about` the
    page describes.
    """

    about: str
    said: tuple[Statement, ...]
    pointing: tuple[Statement, ...]
    context: tuple[Statement, ...]
    page: int
    following: int | None
    fragments: tuple[str, ...] = ()
    elsewhere: tuple[Node, ...] = ()
    others: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether there is no such page: it describes nothing, and none follows."""
        return not (self.said or self.pointing or self.others or self.more)

    @property
    def more(self) -> bool:
        """Whether another page follows."""
        return self.following is not None

    @property
    def statements(self) -> tuple[Statement, ...]:
        """Every statement of the document."""
        return (*self.said, *self.pointing, *self.context)


def node_of(about: str) -> Node:
    """Return the node that a document is about. Raises `ValueError` for what is neither an IRI nor a blank node.

    >>> node_of("_:b1")
    <BlankNode value=b1>
    """
    return BlankNode(about[2:]) if about.startswith("_:") else NamedNode(about)


class DocumentBuilder:
    """Makes documents of one release.

    `fragments` are the things whose IRIs have a fragment, `languages` those of the project: where a thing has many
    names, those in other languages are left out first.
    """

    def __init__(
        self,
        lookup: Lookup,
        fragments: Fragments,
        limits: DocumentLimits = DocumentLimits(),
        *,
        languages: Sequence[str] = (),
    ) -> None:
        self._lookup = lookup
        self.fragments = fragments
        self._limits = limits
        self._languages = tuple(language.lower() for language in languages)
        self._evidence = frozenset(_below(lookup, EVIDENCE))
        self._following = ByteLru[tuple[int | None]](_REMEMBERED_BYTES, share_divisor=64)

    def close(self) -> None:
        """Let go of files."""
        self.fragments.close()

    def write(
        self, about: str, page: int = 1, *, document: str = "", with_others: bool = True, with_context: bool = True
    ) -> Document:
        """Return a page of the document about an IRI or a blank node; a page after the last one is empty.

        `document` is the IRI of the document itself: what is said of that is a part of the first page. Without the
        others, what shares the document is named and not described; without the context, that is empty. Pages for
        people look both up as far as they show them.
        """
        limit = self._limits.statements
        offset = (page - 1) * limit
        lookup, node = self._lookup, node_of(about)
        found = lookup.outgoing(node, offset=offset, limit=limit)
        said, more = list(found.rows), found.more
        if isinstance(node, NamedNode) and lookup.is_graph(about):
            content = lookup.within(about, offset=offset, limit=limit)
            said += content.rows
            more = more or content.more
        if page == 1 and document not in ("", about):
            said += lookup.outgoing(document, limit=limit).rows
        fragments, terms, following = self._shared(about, page)
        elsewhere: list[Node] = []
        for part in (*fragments, *terms) if with_others else ():
            rows = lookup.outgoing(part, limit=limit)
            said += rows.rows
            if rows.more:
                elsewhere.append(NamedNode(part))
        said = [row for row in said if not _is_anonymous_type(row)]
        pointing = lookup.incoming(node, offset=offset, limit=limit)
        kept = set(said)
        pointing_rows = [row for row in pointing.rows if row not in kept]
        kept.update(pointing_rows)
        context: dict[Statement, None] = {}
        if with_context:
            beside, cut = self._beside(said)
            elsewhere += cut
            context = dict.fromkeys(row for row in beside if row not in kept)
            names = self._names((*said, *pointing_rows, *context))
            context |= dict.fromkeys(row for row in names if row not in kept)
        if more or pointing.more:
            following = page + 1
        self._following.put((about, page), (following,), size=_FOLLOWING_BYTES)
        return Document(
            about=about,
            said=tuple(dict.fromkeys(said)),
            pointing=tuple(pointing_rows),
            context=tuple(context),
            page=page,
            following=following,
            fragments=fragments,
            elsewhere=tuple(elsewhere),
            others=len(fragments) + len(terms),
        )

    def following(self, about: str, page: int) -> int | None:
        """Return the number of the page that follows a page of a document, if any does, without writing it."""
        known = self._following.get((about, page))
        if known is not None:
            return known[0]
        offset = page * self._limits.statements
        lookup, node = self._lookup, node_of(about)
        if isinstance(node, NamedNode) and lookup.is_graph(about) and lookup.within(about, offset=offset, limit=1).rows:
            return page + 1
        beyond = (lookup.outgoing(node, offset=offset, limit=1), lookup.incoming(node, offset=offset, limit=1))
        return page + 1 if any(found.rows for found in beyond) else self._shared(about, page)[2]

    def _shared(self, about: str, page: int) -> tuple[tuple[str, ...], list[str], int | None]:
        """Return what else a page of a document describes: hash IRIs, terms of an ontology, and the page after it."""
        if about.startswith("_:"):
            return (), [], None
        ontologies = [about, *(node.value for node in self._lookup.subjects(f"{OWL_NS}versionIRI", about))]
        parts = self.fragments.page(about, page)
        others: dict[str, None] = {}
        following = parts.following
        for ontology in ontologies:
            if ontology != about:
                others[ontology] = None
                version = self.fragments.page(ontology, page)
                others |= dict.fromkeys(version.iris)
                following = min(filter(None, (following, version.following)), default=None)
            terms = self._terms_of(ontology)
            size = self._limits.described
            others |= dict.fromkeys(terms[(page - 1) * size : page * size])
            if len(terms) > page * size:
                following = page + 1
        return parts.iris, [iri for iri in others if iri != about and iri not in parts.iris], following

    def _terms_of(self, iri: str) -> list[str]:
        """Return the terms that say that an ontology defines them, but not its hash IRIs, which are fragments of it."""
        found = self._lookup.subjects(f"{RDFS_NS}isDefinedBy", iri, limit=_MAX_TERMS)
        fragment = f"{iri}#"
        return [node.value for node in found if isinstance(node, NamedNode) and not node.value.startswith(fragment)]

    def _names(self, rows: Iterable[Statement]) -> Iterator[Statement]:
        """Name everything that is mentioned, in the languages of the project first where there are many."""
        left = self._limits.names
        mentioned = dict.fromkeys(term.value for row in rows for term in (row.subject, row.object) if _is_named(term))
        for iri in mentioned:
            found = self._lookup.naming(iri)
            if len(found) > _NAMES_EACH:
                found = tuple(sorted(found, key=self._rank)[:_NAMES_EACH])
            yield from found[:left]
            left -= len(found)
            if left <= 0:
                return

    def _rank(self, row: Statement) -> int:
        tag = (row.object.language or "").lower() if isinstance(row.object, Literal) else ""
        for place, language in enumerate(("", *self._languages)):
            if tag == language or (language and tag.startswith(f"{language}-")):
                return place
        return len(self._languages) + 1

    def _beside(self, rows: Iterable[Statement]) -> tuple[list[Statement], list[Node]]:
        """Describe the blank nodes, quotations and sources that statements lead to, step by step.

        Return the statements, and the blank nodes for which there was no more room.
        """
        seen: set[Node] = {row.subject for row in rows}
        found: list[Statement] = []
        cut: list[Node] = []
        frontier = list(rows)
        depth = 0
        while frontier:
            reached: list[Statement] = []
            for row in frontier:
                node = row.object
                if not isinstance(node, NamedNode | BlankNode) or node in seen or not self._carries(row, node, depth):
                    continue
                seen.add(node)
                left = self._limits.beside - len(found) - len(reached)
                # What was inferred of a thing stands in its own document; here it would drown what was asserted.
                about = self._lookup.outgoing(node, limit=min(left, self._limits.statements)) if left > 0 else None
                reached += (r for r in about.rows if not r.inferred) if about is not None else ()
                if (about is None or about.more) and isinstance(node, BlankNode):
                    cut.append(node)
            found += reached
            frontier = reached
            depth += 1
        return found, cut

    def _carries(self, row: Statement, node: Node, depth: int) -> bool:
        if isinstance(node, BlankNode):
            return True
        if depth >= self._limits.depth:
            return False
        return row.predicate.value in self._evidence or QUOTATION in self._lookup.types(node.value)


def _is_named(term: object) -> TypeGuard[NamedNode]:
    return isinstance(term, NamedNode)


def _is_anonymous_type(row: Statement) -> bool:
    """Say whether a statement only repeats that a thing falls under a class expression without a name."""
    return row.inferred and row.predicate.value == _TYPE and isinstance(row.object, BlankNode)


def _below(lookup: Lookup, properties: Iterable[str]) -> Iterator[str]:
    """Yield properties and all properties below them."""
    seen: set[str] = set()
    waiting = list(properties)
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        yield current
        below = lookup.subjects(f"{RDFS_NS}subPropertyOf", current)
        waiting += [node.value for node in below if isinstance(node, NamedNode)]
