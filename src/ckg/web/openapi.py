"""`/openapi.json`: the server described for programs, from its routes, formats and settings (OpenAPI 3.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from flask import Flask, Response, current_app, jsonify, request
from werkzeug.routing import Rule

import ckg
from ckg.formats import ANSWER_FORMATS, HTML, Format, ResultFormat
from ckg.formats.media import PROBLEM_JSON
from ckg.web import openapi_routes
from ckg.web.open_release import serving
from ckg.web.sparql_protocol import FORM, QUERY

_STRING: Final = {"type": "string"}
_IRIS: Final = {"type": "array", "items": {"type": "string", "format": "iri"}}
_HIDDEN: Final = frozenset({"static", "sparql.slash"})
_PROBLEM_SCHEMA: Final = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": _STRING,
        "title": _STRING,
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": _STRING,
        "line": {"type": "integer", "minimum": 1},
        "column": {"type": "integer", "minimum": 1},
        "bound": _STRING,
        "limit": {"type": "number"},
    },
}
_REFUSALS: Final = {
    400: "Malformed: the query (with line and column), or the request.",
    403: "SERVICE or an update, which are not offered.",
    406: "None of the formats asked for is there.",
    413: "The query is too long.",
    415: "The body is neither a form nor a query.",
    429: "This client has used up its share; see Retry-After.",
    503: "A bound was met, or every worker is busy; see Retry-After.",
}


def register(app: Flask) -> None:
    """Add the route."""

    @app.get("/openapi.json")
    def openapi() -> Response:
        return jsonify(describe(current_app.url_map.iter_rules()))


def describe(rules: Iterable[Rule]) -> dict[str, Any]:
    """Return the OpenAPI document."""
    about = serving().release.about
    paths: dict[str, Any] = {}
    for rule in sorted(rules, key=str):
        if rule.endpoint not in _HIDDEN and rule.endpoint != "sparql":
            path = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", str(rule))
            paths.setdefault(path, {}).update(_operations(rule))
    paths["/sparql"] = _sparql()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": about.title,
            "description": about.description,
            "version": about.version,
            **({"license": {"name": "The licence of the data", "url": about.license}} if about.license else {}),
            "x-software": f"ckg {ckg.__version__}",
        },
        "servers": [{"url": request.script_root or "/"}],
        "paths": paths,
        "components": {"schemas": {"Problem": _PROBLEM_SCHEMA}},
    }


def _operations(rule: Rule) -> dict[str, Any]:
    parameters = [{"name": name, "in": "path", "required": True, "schema": _STRING} for name in sorted(rule.arguments)]
    responses = {
        "200": {"description": "What the address names, in the format agreed on."},
        "303": {"description": "It is described elsewhere."},
        "304": {"description": "The client has it already."},
        "default": _problem("What went wrong."),
    }
    found = {}
    for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
        row: dict[str, Any] = {"operationId": f"{rule.endpoint}-{method}-{len(rule.arguments)}", "responses": responses}
        told = openapi_routes.ROUTES.get(rule.endpoint)
        if told is not None:
            content = {media_type: {"schema": schema} if schema else {} for media_type, schema in told.content.items()}
            row["summary"] = told.summary
            row["responses"] = {**responses, "200": {**responses["200"], "content": content}}
        if parameters or told:
            row["parameters"] = [*parameters, *(told.parameters if told else ())]
        found[method.lower()] = row
    return found


def _sparql() -> dict[str, Any]:
    limits = serving().pool.limits
    offered = (*ANSWER_FORMATS, HTML)
    keys = sorted({f.key for f in offered})
    query = {"type": "string", "maxLength": limits.text, "example": "ASK {}"}
    graphs = [
        {"name": name, "in": "query", "schema": _IRIS, "explode": True}
        for name in ("default-graph-uri", "named-graph-uri")
    ]
    wanted = {"name": "format", "in": "query", "schema": {"type": "string", "enum": keys}}
    answers = {
        "200": {"description": "The whole answer.", "content": _content(offered)},
        "304": {"description": "The client has the answer already."},
        **{str(status): _problem(text) for status, text in _REFUSALS.items()},
    }
    form = {
        "type": "object",
        "required": ["query"],
        "properties": {"query": query, "default-graph-uri": _IRIS, "named-graph-uri": _IRIS},
    }
    body = {"required": True, "content": {FORM: {"schema": form}, QUERY: {"schema": query}}}
    return {
        "get": {
            "operationId": "query-by-GET",
            "summary": "Evaluate a query; without one, describe the service.",
            "parameters": [{"name": "query", "in": "query", "schema": query}, *graphs, wanted],
            "responses": answers,
        },
        "post": {
            "operationId": "query-by-POST",
            "summary": "Evaluate a query.",
            "parameters": [*graphs, wanted],
            "requestBody": body,
            "responses": answers,
        },
    }


def _content(offered: Iterable[Format]) -> dict[str, Any]:
    # A table that is text is a string to a program; what is made of JSON or XML has schemas of its own.
    return {f.media_type: {"schema": _STRING} if isinstance(f, ResultFormat) and f.charset else {} for f in offered}


def _problem(description: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {PROBLEM_JSON.media_type: {"schema": schema}, HTML.media_type: {}}}
