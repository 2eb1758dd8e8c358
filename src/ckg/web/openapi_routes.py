"""What the routes for programs take and give, for `/openapi.json`: parameters with examples, schemas of the JSON."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from ckg.formats import CSV, DOCUMENT_FORMATS, HTML, Format
from ckg.formats.media import BIBTEX, CSL_JSON, JSON, TEXT
from ckg.model.vocabulary import RDFS_NS
from ckg.pages import evidence_table, search_records
from ckg.pages.evidence_records import EvidenceRecord
from ckg.pages.result_drawings import VIEWS, ResultDrawings
from ckg.pages.tables import table_files, table_request
from ckg.web.pages import MAX_TYPED_CHARS, MOST_PAGES

_PRIMITIVES: Final = {str: "string", int: "integer", float: "number", bool: "boolean"}


class RouteDescription(NamedTuple):
    """A route as OpenAPI has it: what it is for, its parameters, and by media type what it answers with."""

    summary: str
    parameters: list[dict[str, Any]]
    content: dict[str, dict[str, Any]]


def schema_of(kind: Any) -> dict[str, Any]:
    """Return the JSON Schema of a dataclass, or of what a field of one may be.

    >>> schema_of(int | None)
    {'anyOf': [{'type': 'integer'}, {'type': 'null'}]}
    """
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        names = [field.name for field in dataclasses.fields(kind)]
        return {"type": "object", "required": names, "properties": {name: schema_of(hints[name]) for name in names}}
    if isinstance(kind, types.UnionType):
        return {"anyOf": [schema_of(one) for one in typing.get_args(kind)]}
    if kind is types.NoneType:
        return {"type": "null"}
    if typing.get_origin(kind) is tuple:
        return {"type": "array", "items": schema_of(typing.get_args(kind)[0])}
    return {"type": _PRIMITIVES[kind]}


def _text(name: str, description: str, example: str = "", *, required: bool = False) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    found: dict[str, Any] = {"name": name, "in": "query", "description": description, "schema": schema}
    if required:
        found["required"] = True
        schema["minLength"] = 1
    return found | ({"example": example} if example else {})


def _number(name: str, description: str, default: int, most: int) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": 1, "maximum": most, "default": default}
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _flag(name: str, description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": {"type": "boolean"}}


def _format(*offered: Format) -> dict[str, Any]:
    schema = {"type": "string", "enum": [form.key for form in offered]}
    return {"name": "format", "in": "query", "description": "The format, before Accept.", "schema": schema}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


def _rows(of: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": dict(of)}


_ANY: Final[dict[str, Any]] = {}
_STRING: Final = {"type": "string"}
_COUNT: Final = {"type": "integer", "minimum": 0}
_FLAG: Final = {"type": "boolean"}
_RECORD: Final = schema_of(EvidenceRecord)
_RECORD_OR_NULL: Final = {"anyOf": [_RECORD, {"type": "null"}]}
_PAGE: Final = _number("page", "The page, counted from 1; one behind the last is empty or 404.", 1, MOST_PAGES)
_TYPED: Final = {"type": "string", "maxLength": MAX_TYPED_CHARS}
_HIT: Final = _object(
    iri=_STRING,
    label=_STRING,
    kind=_STRING,
    found_in=_STRING,
    before=_STRING,
    match=_STRING,
    after=_STRING,
    standing=_STRING,
    evidence=_RECORD_OR_NULL,
    page=_STRING,
)
_STATEMENT: Final = _object(
    property=_STRING,
    property_iri=_STRING,
    property_label=_STRING,
    value=_STRING,
    iri=_STRING,
    datatype=_STRING,
    language=_STRING,
    inferred=_FLAG,
    standing=_STRING,
    graphs=_rows(_STRING),
)
_LISTING: Final = {form.media_type: dict(_ANY) for form in (HTML, JSON, CSV)}


def _search(name: str, description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": _TYPED, "example": "uranium"}


ROUTES: Final[Mapping[str, RouteDescription]] = {
    "evidence": RouteDescription(
        "The table of evidence: coded statements with standing, words, source and disputes.",
        [
            _text("q", "Occurs in a cell, whatever the case.", "yen"),
            _text("kind", "The kind: an IRI, a CURIE, or part of its name."),
            _text("standing", "The standing.", "attributed"),
            _text("by", "Who says it: an IRI, a CURIE, or part of a name."),
            _text("source", "The source: an IRI, a CURIE, or part of a name."),
            _text("about", "What it speaks of: an IRI, a CURIE, or part of a name."),
            _flag("disputed", "Whether it is disputed."),
            _flag("inferred", "Whether it follows by rule only."),
            {
                "name": "iri",
                "in": "query",
                "description": "The statements themselves.",
                "schema": {"type": "array", "items": _STRING, "maxItems": evidence_table.MAX_IRIS},
                "explode": True,
            },
            _text("sort", "A column to sort by, with a hyphen before it for the other way round.", "-date"),
            _text("show", "Columns that files and the page have: one argument for each, or * for all.", "*"),
            _PAGE,
            _number("per_page", "Rows of a page.", table_request.PER_PAGE, table_request.MAX_PER_PAGE),
            _format(HTML, *table_files.offered()),
        ],
        {
            **{form.media_type: dict(_ANY) for form in (HTML, *table_files.offered())},
            JSON.media_type: _object(release=_STRING, total=_COUNT, complete=_FLAG, page=_COUNT, rows=_rows(_RECORD)),
        },
    ),
    "thing.json": RouteDescription(
        "A thing: its names, its kinds, each statement with its standing, and the evidence of a coded statement.",
        [_text("iri", "An IRI, or a name with a prefix of this data set.", f"{RDFS_NS}label", required=True)],
        {
            JSON.media_type: _object(
                iri=_STRING,
                label=_STRING,
                standing=_STRING,
                evidence=_RECORD_OR_NULL,
                statements=_rows(_STATEMENT),
                pointing=_rows({"type": "object"}),
                more=_FLAG,
            )
        },
    ),
    "search_for_programs": RouteDescription(
        "What is found for words, each hit with its evidence.",
        [
            _search("q", "Words of names, quotations, definitions."),
            _PAGE,
            _number("per_page", "Hits of a page.", 20, search_records.MAX_HITS),
        ],
        {JSON.media_type: _object(query=_STRING, page=_COUNT, total=_COUNT, complete=_FLAG, hits=_rows(_HIT))},
    ),
    "explain": RouteDescription(
        "Why a triple holds: stated, inferred with a proof, or not in the graph.",
        [
            _text("subject", "An IRI or a CURIE.", required=True),
            _text("predicate", "An IRI or a CURIE.", f"{RDFS_NS}label", required=True),
            _text("object", "An IRI, a CURIE, or a literal as in N-Triples.", required=True),
        ],
        {
            JSON.media_type: _object(
                subject=_STRING,
                predicate=_STRING,
                value=_STRING,
                verdict={"type": "string", "enum": ["stated", "inferred", "not in the graph"]},
                graphs=_rows(_STRING),
                steps=_rows({"type": "object"}),
            )
        },
    ),
    "cite": RouteDescription(
        "How to cite a thing, or the answer to a query by its address on this release and its hash.",
        [
            _text("query", "A SPARQL query.", "ASK {}"),
            _text("iri", "The IRI of a thing, in the place of a query."),
            _text("release", "The release that the answer must be from."),
            _format(JSON, TEXT, BIBTEX, CSL_JSON),
        ],
        {
            JSON.media_type: _object(
                release=_STRING, read_on={"type": "string", "format": "date"}, text=_STRING, bibtex=_STRING
            ),
            TEXT.media_type: {},
            BIBTEX.media_type: {},
            CSL_JSON.media_type: {},
        },
    ),
    "drawings": RouteDescription(
        "The answer to a query as SVG documents: a chart, a map, a timeline, or a graph; else why there is none.",
        [
            _text("query", "A SPARQL query.", "CONSTRUCT WHERE { ?s a ?o } LIMIT 5", required=True),
            {
                "name": "view",
                "in": "query",
                "description": "How the answer is drawn.",
                "required": True,
                "schema": {"type": "string", "enum": list(VIEWS)},
                "example": "graph",
            },
            _text("release", "The release that the answer must be from."),
        ],
        {JSON.media_type: schema_of(ResultDrawings)},
    ),
    "schema.json": RouteDescription(
        "A card of the data set: prefixes, classes, properties, counts, questions, known pitfalls.",
        [],
        {JSON.media_type: _object(release=_STRING, title=_STRING, prefixes={"type": "object"}, classes=_rows({}))},
    ),
    "labels": RouteDescription(
        "The names of up to a hundred things, with their languages and links.",
        [_text("iri", "The IRI of a thing; may be repeated.", f"{RDFS_NS}label", required=True)],
        {JSON.media_type: {"type": "object"}},
    ),
    "examples": RouteDescription("Questions with the SPARQL queries that answer them.", [], {JSON.media_type: {}}),
    "search": RouteDescription(
        "What is found for words, as a page, or its rows: the best 200.",
        [
            _search("q", "Words of names, quotations, definitions."),
            _text("kind", "The most specific class of what is found: an IRI, a CURIE, or its name."),
            _text("standing", "The standing.", "attributed"),
            _text("year", "The year of the first source, else of the first date that is stated."),
            _text("language", "The language of the text found: a tag, or its name.", "en"),
            _text("sort", "A column to sort by, with a hyphen before it for the other way round.", "-year"),
            _PAGE,
            _format(HTML, *table_files.offered()),
        ],
        {form.media_type: dict(_ANY) for form in (HTML, *table_files.offered())},
    ),
    "browse_classes": RouteDescription(
        "The classes that are used, or the members of one, as a page, or their rows.",
        [_text("class", "The IRI of a class."), _PAGE, _format(HTML, JSON, CSV)],
        _LISTING,
    ),
    "suggest": RouteDescription(
        "Things whose name begins so.",
        [_search("q", "The beginning of a name."), _format(JSON, CSV)],
        {
            JSON.media_type: _rows(_object(label=_STRING, lang=_STRING, kind=_STRING, href=_STRING, iri=_STRING)),
            CSV.media_type: {},
        },
    ),
    "document": RouteDescription(
        "The document about a thing, in the format agreed on.",
        [_PAGE],
        {form.media_type: {} for form in DOCUMENT_FORMATS},
    ),
}
"""By the endpoint of the route."""
