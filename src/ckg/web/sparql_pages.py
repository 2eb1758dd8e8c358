"""The endpoint in a browser: a form to write a query in, and answers as a page."""

from __future__ import annotations

import io
from typing import Final

import pyoxigraph as ox

from ckg.model.formats import SPARQL_JSON, TURTLE, Format
from ckg.query.answer import Answer
from ckg.query.guard import Form
from ckg.web.addresses import href
from ckg.web.pages import render
from ckg.web.pages.routes import reader, site
from ckg.web.serving import serving

MOST_ROWS: Final = 1000
_MOST_TEXT: Final = 200_000

Cell = tuple[str, str | None, str]


def shown(form: Form) -> Format:
    """Return the format in which a page takes an answer in."""
    return TURTLE if form.gives_graph else SPARQL_JSON


def render_editor(query: str) -> str:
    """Return the page with the form."""
    return _page(query, columns=(), rows=(), graph=None, truth=None, more=False)


def render_results(query: str, answer: Answer) -> str:
    """Return the page with the form and an answer, which is in the format that `shown` gives."""
    if answer.format == TURTLE:
        text = b"".join(answer.chunks())[: 4 * _MOST_TEXT].decode(errors="ignore")
        return _page(query, columns=(), rows=(), graph=text[:_MOST_TEXT], truth=None, more=len(text) > _MOST_TEXT)
    found = ox.parse_query_results(io.BytesIO(answer.read()), format=ox.QueryResultsFormat.JSON)
    if isinstance(found, ox.QueryBoolean):
        return _page(query, columns=(), rows=(), graph=None, truth=bool(found), more=False)
    columns = tuple(variable.value for variable in found.variables)
    rows: list[list[Cell | None]] = []
    more = False
    for solution in found:
        if len(rows) == MOST_ROWS:
            more = True
            break
        rows.append([_cell(solution[index]) for index in range(len(columns))])
    return _page(query, columns=columns, rows=rows, graph=None, truth=None, more=more)


def _cell(term: object) -> Cell | None:
    """Return what a term is shown as: its text, where it leads, its language or datatype."""
    release = serving().release
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        leads = href(release.base, term.value, reader().root)
        return release.prefixes.curie(term.value) or term.value, leads, ""
    if isinstance(term, ox.Literal):
        kind = term.language or release.prefixes.curie(term.datatype.value) or term.datatype.value
        return term.value, None, "" if kind == "xsd:string" else kind
    return str(term), None, ""


def _page(query: str, **values: object) -> str:
    prefixes = dict(serving().release.prefixes)
    title = "Query the data" if not query else "Answer"
    return render.page(site(), reader(), "sparql.html", title=title, text=query, prefixes=prefixes, **values)
