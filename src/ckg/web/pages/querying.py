"""The endpoint in a browser: a form with ready questions, and an answer as table, chart, map and downloads."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import urlencode

import pyoxigraph as ox

from ckg.formats import BOOLEAN_FORMATS, GRAPH_FORMATS, RESULT_FORMATS, SPARQL_JSON, TURTLE, Format
from ckg.query.answer import Answer
from ckg.query.guard import Form
from ckg.web.pages import charting, render
from ckg.web.pages.questions import questions, with_prefixes
from ckg.web.pages.reader import Datum, Reader, Ref
from ckg.web.pages.site import Site
from ckg.web.pages.terms import OWL, RDF, RDFS

MOST_ROWS = 1_000
_MOST_TEXT = 200_000
_SHORT_ENOUGH = 6_000
_TERMS = 2_000

START = """SELECT ?class ?label (COUNT(?thing) AS ?things)
WHERE {
  ?thing a ?class .
  ?class rdfs:label ?label .
}
GROUP BY ?class ?label
ORDER BY DESC(?things) ?label"""

Cell = Ref | Datum | None


@dataclass(frozen=True, slots=True)
class Table:
    """An answer to SELECT as a page shows it; `more` says that rows are left out, `terms` are the rows unshown."""

    columns: tuple[str, ...]
    rows: list[list[Cell]]
    terms: list[list[Any]]
    more: bool


def shown(form: Form) -> Format:
    """Return the format in which a page takes an answer in."""
    return TURTLE if form.gives_graph else SPARQL_JSON


def editor(site: Site, reader: Reader) -> str:
    """Return the page with the form and the ready questions."""
    return _page(site, reader, "", made_on="", title="Ask the data")


def failed(site: Site, reader: Reader, query: str, problem: object) -> str:
    """Return the page with the form and what was wrong with the query, so that it can be mended and sent again."""
    return _page(site, reader, query, made_on="", title="No answer", problem=problem)


def results(site: Site, reader: Reader, query: str, answer: Answer, *, made_on: str = "") -> str:
    """Return the page with the form and an answer, which is in the format that `shown` gives.

    `made_on` names the release that a link to the query was made on; where it is another one, the page says so.
    """
    if answer.format == TURTLE:
        text = b"".join(answer.chunks())[: 4 * _MOST_TEXT].decode(errors="ignore")
        values: dict[str, Any] = {"written": text[:_MOST_TEXT], "more": len(text) > _MOST_TEXT}
        return _page(site, reader, query, made_on=made_on, title="Answer", formats=GRAPH_FORMATS, **values)
    found = ox.parse_query_results(io.BytesIO(answer.read()), format=ox.QueryResultsFormat.JSON)
    if isinstance(found, ox.QueryBoolean):
        return _page(site, reader, query, made_on=made_on, title="Answer", formats=BOOLEAN_FORMATS, truth=bool(found))
    assert isinstance(found, ox.QuerySolutions)
    table = _table(reader, found)
    return _page(
        site,
        reader,
        query,
        made_on=made_on,
        title="Answer",
        formats=RESULT_FORMATS,
        table=table,
        chart=charting.chart(reader, table.columns, table.terms),
        map=charting.result_map(reader, table.terms),
        more=table.more,
    )


def _table(reader: Reader, found: ox.QuerySolutions) -> Table:
    columns = tuple(variable.value for variable in found.variables)
    rows: list[list[Cell]] = []
    terms: list[list[Any]] = []
    for solution in found:
        if len(rows) == MOST_ROWS:
            return Table(columns, rows, terms, more=True)
        values = [solution[place] for place in range(len(columns))]
        terms.append(values)
        rows.append([_cell(reader, value) for value in values])
    return Table(columns, rows, terms, more=False)


def _cell(reader: Reader, term: object) -> Cell:
    if isinstance(term, ox.NamedNode | ox.BlankNode | ox.Literal):
        return reader.show(term)
    return None


def _page(site: Site, reader: Reader, query: str, *, made_on: str, **values: Any) -> str:
    release = site.release.id
    link = f"{reader.root}/sparql?{urlencode({'query': query, 'release': release})}" if query else ""
    formats = values.pop("formats", ())
    given: dict[str, Any] = {"written": None, "truth": None, "table": None, "chart": None, "map": None, "more": False}
    given["problem"] = None
    return render.page(
        site,
        reader,
        "query.html",
        query=query or with_prefixes(START, reader.prefixes),
        asked=bool(query),
        questions=questions(reader),
        downloads=[(f"{reader.root}/sparql?{urlencode({'query': query, 'format': f.key})}", f.name) for f in formats],
        permalink=link if len(link) < _SHORT_ENOUGH else "",
        made_on=made_on if made_on and made_on != release else "",
        prefixes=dict(reader.prefixes),
        has_editor=has_editor(),
        **(given | values),
    )


@cache
def has_editor() -> bool:
    """Say whether the query editor was built; without it the form is a plain one."""
    return resources.files("ckg.web").joinpath("static", "editor", "yasqe.js").is_file()


def completions(reader: Reader) -> bytes:
    """Return the terms that the editor offers while typing, as JSON: prefixes, classes and properties that are known.

    They come from the ontology of the release and from nowhere else.
    """
    graph = reader.graph
    classes = {node.value for node in graph.instances(OWL.Class, RDFS.Class) if isinstance(node, ox.NamedNode)}
    kinds = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDF.Property)
    properties = {node.value for node in graph.instances(*kinds) if isinstance(node, ox.NamedNode)}
    known = {
        "prefixes": dict(reader.prefixes),
        "classes": sorted(classes)[:_TERMS],
        "properties": sorted(properties)[:_TERMS],
    }
    return json.dumps(known, ensure_ascii=False).encode() + b"\n"
