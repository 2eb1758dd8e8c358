"""A card of the data set for programs: prefixes, classes, properties, counts, ready questions, and known pitfalls."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote

import pyoxigraph as ox
from pyoxigraph import NamedNode

from ckg.pages import evidence_table
from ckg.pages.questions import questions
from ckg.pages.site import Site
from ckg.pages.tables import table_request
from ckg.pages.terms import EVIDENCE, OWL, Namespace
from ckg.pages.view_context import ViewContext

MAX_TERMS: Final = 300
"""Classes, and properties, that the card lists: those that are used most."""

_VOID: Final = Namespace("http://rdfs.org/ns/void#")
_MAX_OF_A_CLASS: Final = 40
_MAX_DEFINITION_CHARS: Final = 300
_SHOWN_IN_TEXT: Final = 60


def card(site: Site, reader: ViewContext) -> dict[str, Any]:
    """Return the card; counts are those of the release's VoID description."""
    classes, properties = _partitions(site)
    about = site.about
    return {
        "release": site.release.id,
        "title": about.title,
        "description": about.description,
        "base": about.base,
        "licence": about.license,
        "languages": list(about.languages),
        "prefixes": dict(reader.prefixes),
        "classes": [_class(reader, iri, count, parts) for iri, (count, parts) in _most_used(classes)],
        "properties": [{**_term(reader, iri), "triples": count} for iri, (count, _) in _most_used(properties)],
        "more_terms": len(classes) > MAX_TERMS or len(properties) > MAX_TERMS,
        "pitfalls": list(pitfalls(site, reader)),
        "examples": _examples(reader),
    }


def as_json(site: Site, reader: ViewContext) -> bytes:
    """Return the card as JSON."""
    return json.dumps(card(site, reader), ensure_ascii=False).encode() + b"\n"


def examples(reader: ViewContext) -> bytes:
    """Return the example queries as JSON: IRI, question in words, comment, theme, query, address, parameters."""
    return json.dumps(_examples(reader), ensure_ascii=False).encode() + b"\n"


def _examples(reader: ViewContext) -> list[dict[str, Any]]:
    found = questions(reader)
    slugs = [question.slug for question in found]
    return [
        {
            "iri": question.ref.iri,
            "question": question.words.text,
            "comment": question.comment.text if question.comment else "",
            "theme": question.theme,
            "query": question.text,
            "address": reader.path(f"queries/{quote(question.slug)}") if slugs.count(question.slug) == 1 else None,
            "parameters": [parameter.name for parameter in question.parameters],
        }
        for question in found
    ]


def pitfalls(site: Site, reader: ViewContext) -> Iterable[str]:
    """Yield what is often got wrong with these data: what the project says, and what the data show."""
    yield from site.folder.config.pitfalls
    graph = reader.graph
    languages = ", ".join(site.about.languages)
    if len(site.about.languages) > 1:
        yield (
            f"Names are given in several languages ({languages}). Ask for one with FILTER(lang(?label) = "
            f'"{site.about.languages[0]}"), or each thing comes once for every language.'
        )
    conflicts, _ = graph.number_of(EVIDENCE.Conflict)
    if conflicts:
        yield (
            f"{conflicts} points are disputed. A statement with {reader.prefixes.curie(EVIDENCE.inConflict.value)} "
            "takes one side: never give it without the others."
        )
    claims, _ = graph.number_of(EVIDENCE.Claim)
    if claims:
        yield (
            f"{claims} statements are claims of somebody, with {reader.prefixes.curie(EVIDENCE.assertedBy.value)}. "
            "Say who claims it; do not tell it as a fact."
        )
    if graph.made_with(OWL.sameAs, limit=1):
        yield "Things may have more than one IRI (owl:sameAs): count DISTINCT things, or only those of this data set."
    yield (
        "The default graph is the union of what was stated and what was inferred. A statement that stands only in "
        "the graph of the inferences is in no source."
    )
    yield "An empty answer means that the data do not say it. It does not mean that it is not so."


def _partitions(site: Site) -> tuple[dict[str, tuple[int, dict[str, int]]], dict[str, tuple[int, dict[str, int]]]]:
    """Return classes (members, and how often each property is used by them) and properties (triples) of the release."""
    path = site.release.void
    if not path.is_file():
        return {}, {}
    store = ox.Store()
    store.load(path=path, format=ox.RdfFormat.TURTLE)

    def value(node: Any, predicate: NamedNode) -> str:
        found = (quad.object for quad in store.quads_for_pattern(node, predicate, None))
        return next((term.value for term in found if isinstance(term, NamedNode | ox.Literal)), "")

    def properties(node: Any) -> dict[str, int]:
        parts = [quad.object for quad in store.quads_for_pattern(node, _VOID.propertyPartition, None)]
        return {value(part, _VOID.property): int(value(part, _VOID.triples) or 0) for part in parts}

    classes: dict[str, tuple[int, dict[str, int]]] = {}
    data_sets = {quad.subject for quad in store.quads_for_pattern(None, _VOID.classPartition, None)}
    used: dict[str, tuple[int, dict[str, int]]] = {}
    for data_set in data_sets:
        for quad in store.quads_for_pattern(data_set, _VOID.classPartition, None):
            name = value(quad.object, NamedNode(_VOID.iri + "class"))
            classes[name] = int(value(quad.object, _VOID.entities) or 0), properties(quad.object)
        used |= {name: (count, {}) for name, count in properties(data_set).items()}
    return classes, used


def _most_used(
    counted: Mapping[str, tuple[int, dict[str, int]]],
) -> list[tuple[str, tuple[int, dict[str, int]]]]:
    rows = [(name, found) for name, found in counted.items() if name]
    return sorted(rows, key=lambda row: (-row[1][0], row[0]))[:MAX_TERMS]


def _term(reader: ViewContext, iri: str) -> dict[str, str]:
    node = NamedNode(iri)
    definition = reader.definition(node)
    return {
        "iri": iri,
        "curie": reader.prefixes.curie(iri) or "",
        "label": reader.label(node).text,
        "definition": definition.text[:_MAX_DEFINITION_CHARS] if definition else "",
    }


def _class(reader: ViewContext, iri: str, members: int, parts: Mapping[str, int]) -> dict[str, Any]:
    most = sorted(parts.items(), key=lambda row: (-row[1], row[0]))[:_MAX_OF_A_CLASS]
    return {
        **_term(reader, iri),
        "members": members,
        "properties": {reader.prefixes.curie(name) or name: count for name, count in most},
    }


def as_text(site: Site, reader: ViewContext, root: str) -> bytes:
    """Return `llms.txt`: what the data set is, where its facts are with their evidence, and what to beware of.

    `root` is the address of the site with its final slash.
    """
    found = card(site, reader)
    lines = [f"# {found['title']}", ""]
    if found["description"]:
        lines += [f"> {found['description']}", ""]
    lines += [
        f"Release {found['release']}. Licence: {found['licence']}",
        "",
        "## How to read it",
        "",
        "A statement here stands with who says it, in which standing, in which words of which source, and with what "
        "it is disputed. Give these whenever you give the statement.",
        "",
        f"- [Table of evidence]({root}evidence?format=csv&show=*): each coded statement in one row "
        f"({', '.join(column.key for column in evidence_table.COLUMNS)}). Each column filters (kind=claim), sorts "
        "(sort=date, sort=-date) and can be chosen (show=words); q finds text, iri names statements; page and "
        f"per_page; the whole table at once with per_page={table_request.MAX_PER_PAGE}. Also in TSV, in Parquet, "
        "and as JSON (format=json) with all quotations and facts.",
        f"- [A thing as JSON]({root}thing?iri=IRI): everything said of it, each statement with its standing.",
        "- Any thing in Markdown: its IRI or its page with `Accept: text/markdown`, or its page with `.md` at the end.",
        f"- [Why a statement holds]({root}explain?subject=IRI&predicate=IRI&object=TERM): stated, inferred with a "
        "proof, or not in the graph.",
        f"- [Search]({root}search.json?q=WORDS): names, quotations and definitions, each hit with its evidence.",
        f"- [SPARQL endpoint]({root}sparql): SPARQL 1.1 queries, with `query` by GET or POST.",
        f"- [Schema]({root}schema): classes, properties, counts, prefixes, pitfalls, questions, as JSON.",
        f"- [Downloads]({root}dump/): everything, in several RDF formats.",
        f"- [OpenAPI]({root}openapi.json): every address.",
        "",
        "## Known pitfalls",
        "",
        *(f"- {text}" for text in found["pitfalls"]),
        "",
        "## Properties used most",
        "",
        *(
            f"- {row['curie'] or row['iri']}: {row['label']} ({row['triples']})"
            for row in found["properties"][:_SHOWN_IN_TEXT]
        ),
        "",
        "## Ready questions",
        "",
    ]
    for row in found["examples"]:
        lines += [f"### {row['question']}", "", "```sparql", row["query"], "```", ""]
    return ("\n".join(lines).rstrip() + "\n").encode()
