"""What a search engine is told of a page, in schema.org's terms (JSON-LD)."""

from __future__ import annotations

from pyoxigraph import NamedNode

from ckg.pages import evidence, text
from ckg.pages.site import Site
from ckg.pages.terms import EVIDENCE, OWL, SCHEMA
from ckg.pages.view_context import ViewContext

_TYPES = (
    (EVIDENCE.Claim, "Claim"),
    (EVIDENCE.Source, "CreativeWork"),
    (EVIDENCE.Quotation, "Quotation"),
    (SCHEMA.Person, "Person"),
    (SCHEMA.Organization, "Organization"),
    (SCHEMA.City, "City"),
    (SCHEMA.Event, "Event"),
)
_WORKS = frozenset({"Article", "Book", "Claim", "CreativeWork", "Legislation", "Quotation", "Report"})


def dataset(site: Site) -> dict[str, object]:
    """Return the data set as a whole."""
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
        found["publisher"] = {"@type": "Organization", "name": about.publisher}
    return found


def thing(reader: ViewContext, node: NamedNode) -> dict[str, object]:
    """Return a thing: what it is, what it is called, what it is the same as, and of which data set it is a part."""
    graph = reader.graph
    kind = next((name for cls, name in (*reader.config.schema_org, *_TYPES) if graph.is_a(node, cls)), "Thing")
    found: dict[str, object] = {
        "@context": "https://schema.org/",
        "@type": kind,
        "@id": node.value,
        "name": reader.label(node).text,
    }
    others = [words.text for words in reader.other_names(node)]
    if others:
        found["alternateName"] = others
    definition = reader.definition(node)
    if definition:
        found["description"] = text.plain(definition.text, 300)
    same = [other.value for other in graph.named(node, OWL.sameAs) if text.is_web(other.value)]
    if same:
        found["sameAs"] = same
    if kind == "Event":
        for key, predicate in (("startDate", SCHEMA.startDate), ("endDate", SCHEMA.endDate)):
            day = graph.text(node, predicate)
            if day:
                found[key] = day
    if kind == "Claim":
        authors = [reader.label(author).text for author in graph.nodes(node, EVIDENCE.assertedBy)]
        if authors:
            found["author"] = [{"@type": "Organization", "name": name} for name in authors]
        words = evidence.words_of(evidence.quotations(reader, node))
        if words:
            found["text"] = words.text
    if kind == "Quotation":
        found["text"] = evidence.quotation(reader, node).words
    if kind in _WORKS:
        found["isPartOf"] = {"@type": "Dataset", "@id": reader.about.base, "name": reader.about.title}
    return found
