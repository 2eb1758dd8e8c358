"""What a statement rests on: the quoted words, where they stand, and the source they come from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from ckg.pages import text
from ckg.pages.graph import Graph, Node
from ckg.pages.messages import gettext
from ckg.pages.terms import DCTERMS, EVIDENCE, OA, PROV, SCHEMA
from ckg.pages.view_context import Ref, ViewContext, Words


@dataclass(frozen=True, slots=True)
class Source:
    """A source as pages cite it: `date` as people read it, `day` as data have it, `url` only where it may be a link."""

    ref: Ref
    publishers: list[Ref]
    date: str
    day: str
    language: str
    grade: Ref | None
    url: str
    primary: list[Ref]

    @property
    def shown_publishers(self) -> list[Ref]:
        """The publishers that the name of the source does not already name."""
        return [one for one in self.publishers if one.words.text.casefold() not in self.ref.words.text.casefold()]

    @property
    def shown_date(self) -> bool:
        """Whether there is a date and the name of the source does not already give it."""
        written = (self.date, text.date(text.plain(self.day, 40), english=True))
        return bool(self.date) and not any(date in self.ref.words.text for date in written)


@dataclass(frozen=True, slots=True)
class QuotationView:
    """Quoted words; positions are code points of the source text; `checked` is None where nobody can say.

    `primary_unknown` says that the source reports several others and does not tell which of them has the words.
    """

    ref: Ref
    words: str
    lang: str
    language: str
    before: str
    after: str
    start: int | None
    end: int | None
    source: Source | None
    primary: list[Ref]
    primary_unknown: bool
    checked: bool | None

    @property
    def positions(self) -> str:
        """Where the words stand, in words."""
        return (
            gettext("characters %(start)s–%(end)s", start=self.start, end=self.end)
            if self.start is not None and self.end is not None
            else ""
        )


def day_of(graph: Graph, node: Node) -> str:
    """Return the day on which a source was published as the data have it, empty where they do not say."""
    return graph.text(node, SCHEMA.datePublished, DCTERMS.date, DCTERMS.issued) or ""


def source(reader: ViewContext, node: Node) -> Source:
    """Return a source as pages cite it."""
    graph = reader.graph
    day = day_of(graph, node)
    grades = graph.named(node, EVIDENCE.grade)
    addresses = [term.value for term in graph.objects(node, SCHEMA.url)]
    tag = graph.text(node, DCTERMS.language, SCHEMA.inLanguage) or ""
    return Source(
        ref=reader.ref(node),
        publishers=reader.refs(graph.nodes(node, SCHEMA.publisher, DCTERMS.publisher)),
        date=text.date(text.plain(day, 40)),
        day=day,
        language=reader.language_name(tag),
        grade=reader.ref(grades[0]) if grades else None,
        url=next((address for address in addresses if text.is_web(address)), ""),
        primary=reader.refs(graph.nodes(node, PROV.hadPrimarySource)),
    )


def quotation(reader: ViewContext, node: Node, behind: Sequence[Node] = ()) -> QuotationView:
    """Return a quotation with its selectors (Web Annotation Data Model, sections 4.2.4 and 4.2.5).

    `behind` are the sources that the record resting on it goes back to, where the quotation itself names none.
    """
    graph = reader.graph
    selectors = [node, *graph.nodes(node, OA.hasSelector)]

    def first(predicate: NamedNode) -> str:
        return next((found for s in selectors if (found := graph.text(s, predicate)) is not None), "")

    exact = next((term for s in selectors for term in graph.objects(s, OA.exact)), None)
    tagged = getattr(exact, "language", None) or graph.text(node, DCTERMS.language, SCHEMA.inLanguage) or ""
    origin = graph.node(node, OA.hasSource, PROV.wasQuotedFrom)
    primary = graph.nodes(node, PROV.hadPrimarySource) or list(behind)
    start, end = first(OA.start), first(OA.end)
    return QuotationView(
        ref=reader.ref(node),
        words=text.plain(exact.value, 2_000) if exact is not None else "",
        lang=text.plain(tagged, 20),
        language=reader.language_name(tagged),
        before=text.plain_part(first(OA.prefix)[-200:]),
        after=text.plain_part(first(OA.suffix)[:200]),
        start=int(start) if start.isdigit() else None,
        end=int(end) if end.isdigit() else None,
        source=source(reader, origin) if origin is not None else None,
        primary=reader.refs(primary),
        primary_unknown=not primary and origin is not None and _reports_several(reader, node, origin),
        checked=reader.checked(node.value),
    )


def _reports_several(reader: ViewContext, node: Node, origin: Node) -> bool:
    """Say whether the primary source of a passage is said to be unknown, or cannot be told from its source."""
    several = len(reader.graph.nodes(origin, PROV.hadPrimarySource)) > 1
    return several or reader.graph.text(node, EVIDENCE.primarySourceUnknown) in {"true", "1"}


def quotations(reader: ViewContext, subject: Node) -> list[QuotationView]:
    """Return the quotations a record rests on, in the order of their sources and positions."""
    behind = reader.graph.nodes(subject, PROV.hadPrimarySource)
    found = [quotation(reader, node, behind) for node in reader.graph.nodes(subject, EVIDENCE.restsOn)]
    return sorted(found, key=lambda q: (q.source.day if q.source else "", q.start or 0, q.ref.iri))


def unquoted_sources(reader: ViewContext, subject: Node, quoted: Iterable[QuotationView]) -> list[Source]:
    """Return the sources that state a record without a quotation of theirs in it."""
    cited = {q.source.ref.iri for q in quoted if q.source}
    nodes = [node for node in reader.graph.nodes(subject, EVIDENCE.statedIn) if node.value not in cited]
    return sorted((source(reader, node) for node in nodes), key=lambda s: (s.day, s.ref.iri))


def rank(reader: ViewContext, found: Source) -> int:
    """Return where the grade of a source stands in the project's order (`evidence.grades`), 0 for the most reliable.

    What has no grade, or one that the order does not name, comes before the last: it is not said to be weak.
    """
    grades = [grade.value for grade in reader.config.grades]
    if found.grade is None or found.grade.iri not in grades:
        return max(len(grades) - 1, 0)
    place = grades.index(found.grade.iri)
    return place if place < len(grades) - 1 else place + 1


def best_rank(reader: ViewContext, found: Iterable[Source]) -> int:
    """Return the rank of the most reliable of some sources."""
    return min((rank(reader, one) for one in found), default=len(reader.config.grades))


def words_of(found: list[QuotationView]) -> Words | None:
    """Return the words of the first quotation, for a line in a list."""
    return Words(found[0].words, found[0].lang) if found and found[0].words else None
