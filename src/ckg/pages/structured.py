"""What a search engine is told of a page, in schema.org's terms (JSON-LD)."""

from __future__ import annotations

from pyoxigraph import NamedNode

from ckg.pages import evidence, evidence_records, summaries, text
from ckg.pages.graph import Node
from ckg.pages.site import Site
from ckg.pages.terms import EVIDENCE, OWL, SCHEMA
from ckg.pages.view_context import ViewContext
from ckg.release.dumps import read as read_dumps
from ckg.release.layout import DUMPS

_TYPES = (
    (EVIDENCE.Claim, "Claim"),
    (EVIDENCE.Source, "CreativeWork"),
    (EVIDENCE.Quotation, "Quotation"),
    (SCHEMA.Person, "Person"),
    (SCHEMA.Organization, "Organization"),
    (SCHEMA.City, "City"),
    (SCHEMA.Event, "Event"),
)
_DESCRIPTION_CHARS = 300
_MOST_NAMED = 3
_MOST_LISTED = 50
_WORKS = frozenset({"Article", "Book", "Claim", "CreativeWork", "Legislation", "Quotation", "Report"})


def dataset(site: Site, days: str = "") -> dict[str, object]:
    """Return the data set as a whole, with its files (DataDownload); `days` is from when to when its dates lie."""
    about = site.about
    found: dict[str, object] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": about.base,
        "name": about.title,
        "description": about.description or about.title,
        **({"license": about.license} if about.license else {}),
        "version": about.version,
        "inLanguage": list(about.languages),
        "url": about.base,
    }
    if about.issued:
        found["datePublished"] = about.issued
    if about.publisher:
        found["publisher"] = found["creator"] = {"@type": "Organization", "name": about.publisher}
    if days:
        found["temporalCoverage"] = days.replace("–", "/")
    found["isAccessibleForFree"] = True
    found["distribution"] = [
        {
            "@type": "DataDownload",
            "name": dump.path.name,
            "encodingFormat": dump.format.media_type,
            "contentUrl": f"{about.base}dump/{dump.path.name}",
            "contentSize": f"{dump.bytes} B",
            "sha256": dump.sha256,
        }
        for dump in read_dumps(site.release.folder / DUMPS)
        if not dump.omitted
    ]
    return found


def in_words(reader: ViewContext, node: NamedNode) -> str:
    """Return a thing in a sentence or two: its definition, else who says it in which words, else its kind."""
    definition = reader.definition(node)
    if definition:
        return text.plain(definition.text, _DESCRIPTION_CHARS)
    kinds = ", ".join(ref.words.text for ref in reader.kinds(node))
    if not evidence_records.is_record(reader, node):
        return f"{reader.label(node).text}: {kinds}." if kinds else ""
    one = summaries.brief(reader, node)
    parts = [f"{figure.qualifier} {figure.said}".strip() for figure in one.figures]
    voices = one.voice
    quoted = max(one.quotations, key=lambda quotation: len(quotation.words), default=None)
    if quoted is not None:
        parts.append(f"“{quoted.words}”")
        if not one.by and quoted.source:
            voices = [*quoted.source.publishers] or [quoted.source.ref]
    voice = ", ".join(ref.words.text for ref in voices[:_MOST_NAMED])
    said = "; ".join(parts or [kinds]) + (f" ({voice})" if voice else "") + "."
    return text.plain(said, _DESCRIPTION_CHARS)


def thing(reader: ViewContext, node: NamedNode) -> dict[str, object]:
    """Return a thing: what it is, what it is called, what it is the same as, and of which data set it is a part."""
    graph = reader.graph
    kind = _kind_of(reader, node, "Thing")
    found: dict[str, object] = {
        "@context": "https://schema.org/",
        "@type": kind,
        "@id": node.value,
        "name": reader.label(node).text,
    }
    others = [words.text for words in reader.other_names(node)]
    if others:
        found["alternateName"] = others
    said = in_words(reader, node)
    if said:
        found["description"] = said
    same = [other.value for other in graph.named(node, OWL.sameAs) if text.is_web(other.value)]
    if same:
        found["sameAs"] = same
    if kind == "Event":
        found |= _event(reader, node)
    elif kind == "Claim":
        found |= _claim(reader, node)
    elif kind == "Quotation":
        quoted = evidence.quotation(reader, node)
        found["text"] = quoted.words
        if quoted.source:
            found["citation"] = _work(quoted.source)
    elif evidence_records.is_record(reader, node):
        works = [_work(source) for source in summaries.brief(reader, node).all_sources]
        if works:
            found["citation" if kind in _WORKS else "subjectOf"] = works
    if kind in _WORKS:
        found["isPartOf"] = {"@type": "Dataset", "@id": reader.about.base, "name": reader.about.title}
    return found


def _event(reader: ViewContext, node: NamedNode) -> dict[str, object]:
    """Return dates, place and participants of an event."""
    graph = reader.graph
    found: dict[str, object] = {}
    for key, predicate in (("startDate", SCHEMA.startDate), ("endDate", SCHEMA.endDate)):
        day = graph.text(node, predicate)
        if day:
            found[key] = day
    for key, predicate, kind in (
        ("location", SCHEMA.location, "Place"),
        ("organizer", SCHEMA.organizer, "Organization"),
        ("attendee", SCHEMA.attendee, "Organization"),
        ("superEvent", SCHEMA.superEvent, "Event"),
    ):
        things = graph.nodes(node, predicate)[:_MOST_LISTED]
        rows = [{"@type": _kind_of(reader, t, kind), "@id": t.value, "name": reader.label(t).text} for t in things]
        if rows:
            found[key] = rows
    return found


def _claim(reader: ViewContext, node: NamedNode) -> dict[str, object]:
    """Return who claims something, in which words, and where it appeared."""
    found: dict[str, object] = {}
    one = summaries.brief(reader, node)
    if one.by:
        found["author"] = [{"@type": "Organization", "name": ref.words.text} for ref in one.by]
    words = evidence.words_of(one.quotations)
    if words:
        found["text"] = words.text
    works = [_work(source) for source in one.all_sources]
    if works:
        found["appearance"] = works
    return found


def _work(source: evidence.Source) -> dict[str, object]:
    """Return a source."""
    found: dict[str, object] = {"@type": "CreativeWork", "@id": source.ref.iri, "name": source.ref.words.text}
    if source.url:
        found["url"] = source.url
    if source.day:
        found["datePublished"] = source.day
    if source.publishers:
        found["publisher"] = [{"@type": "Organization", "name": ref.words.text} for ref in source.publishers]
    return found


def _kind_of(reader: ViewContext, node: Node, default: str) -> str:
    rows = (*reader.config.schema_org, *_TYPES)
    types = reader.graph.lookup.types(node)
    return next((name for cls, name in rows if cls.value in types), default)
