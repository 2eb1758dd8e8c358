"""The endpoint in a browser: a form with ready questions, and an answer as table, chart, map and downloads."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import islice
from typing import Any, Final
from urllib.parse import urlencode

import pyoxigraph as ox
from markupsafe import Markup

from ckg.formats import BOOLEAN_FORMATS, GRAPH_FORMATS, N_TRIPLES, RESULT_FORMATS, SPARQL_JSON, TURTLE, Format
from ckg.formats.statement_lines import used_prefixes
from ckg.pages import charting, render, short_links
from ckg.pages.messages import gettext
from ckg.pages.problem_page import ShownProblem
from ckg.pages.questions import Theme, questions, themes, with_prefixes
from ckg.pages.site import Site
from ckg.pages.view_context import Datum, Ref, ViewContext
from ckg.query.guard.checker import Form
from ckg.query.job import QueryResult

MAX_ROWS = 1_000
_MAX_TEXT_CHARS = 200_000
_SHORT_ENOUGH_CHARS = 6_000
_MAX_TERMS = 2_000

START = """SELECT ?class ?label (COUNT(?thing) AS ?things)
WHERE {
  ?thing a ?class .
  ?class rdfs:label ?label .
}
GROUP BY ?class ?label
ORDER BY DESC(?things) ?label"""

ENGINE: Final = ("oxigraph.js", "oxigraph.wasm")
"""The files of the query engine for browsers, below `static/engine/`."""

Cell = Ref | Datum | None


@dataclass(frozen=True, slots=True)
class Table:
    """An answer to SELECT as a page shows it; `more` says that rows are left out, `terms` are the rows unshown."""

    columns: tuple[str, ...]
    rows: list[list[Cell]]
    terms: list[list[Any]]
    more: bool


@dataclass(frozen=True, slots=True)
class ShownResult:
    """An answer as the page shows it: a table with its drawings, a truth, or a graph as text; `formats` are offered."""

    formats: Sequence[Format]
    table: Table | None = None
    charts: tuple[Markup, ...] = ()
    map: Markup | None = None
    timeline: charting.DatedRows | None = None
    graph: Markup | None = None
    truth: bool | None = None
    written: str | None = None
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Query(render.Page):
    """The page with the form: what was asked, what was found or is wrong with it, and what else can be asked."""

    query: str
    asked: bool
    themes: list[Theme]
    found: ShownResult | None
    problem: ShownProblem | None
    downloads: list[tuple[str, str]]
    permalink: str
    short_link: str
    prefixes: dict[str, str]
    has_editor: bool
    has_engine: bool


def shown(form: Form) -> Format:
    """Return the format in which a page takes an answer in: one in which blank nodes keep their labels."""
    return N_TRIPLES if form.gives_graph else SPARQL_JSON


def editor(site: Site, reader: ViewContext) -> str:
    """Return the page with the form and the ready questions."""
    return _page(site, reader, "", title=gettext("Query the data"))


def failed(site: Site, reader: ViewContext, query: str, problem: ShownProblem) -> str:
    """Return the page with the form and what was wrong with the query, so that it can be mended and sent again."""
    return _page(site, reader, query, title=gettext("Query: error"), problem=problem)


def results(site: Site, reader: ViewContext, query: str, answer: QueryResult) -> str:
    """Return the page with the form and an answer, which is in the format that `shown` gives."""
    return _page(site, reader, query, title=gettext("Query: result"), found=shown_result(reader, query, answer))


def shown_result(reader: ViewContext, query: str, answer: QueryResult) -> ShownResult:
    """Return an answer, which is in the format that `shown` gives, as table and drawings, or as truth, or as text."""
    if answer.format == N_TRIPLES:
        return _graph(reader, b"".join(answer.chunks()))
    solutions = ox.parse_query_results(io.BytesIO(answer.read()), format=ox.QueryResultsFormat.JSON)
    return _found(reader, solutions, query)


def _found(
    reader: ViewContext, answer: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, query: str
) -> ShownResult:
    if isinstance(answer, ox.QueryBoolean):
        return ShownResult(BOOLEAN_FORMATS, truth=bool(answer))
    assert isinstance(answer, ox.QuerySolutions)
    table = _table(reader, answer)
    return ShownResult(
        RESULT_FORMATS,
        table=table,
        charts=charting.charts(reader, table.columns, table.terms, query),
        map=charting.result_map(reader, table.terms),
        timeline=charting.timeline(reader, table.columns, table.terms),
        more=table.more,
    )


def _graph(reader: ViewContext, written: bytes) -> ShownResult:
    """Return a graph in N-Triples as Turtle, as a table of statements, and as a drawing where it is small."""
    lines = written.split(b"\n", MAX_ROWS)[:MAX_ROWS]
    kept = [line + b"\n" for line in lines if line]
    text = b"".join(TURTLE.whole(kept, used_prefixes(reader.prefixes, kept))).decode()
    triples = list(islice(ox.parse(written, format=ox.RdfFormat.N_TRIPLES), MAX_ROWS + 1))
    rows = [[quad.subject, quad.predicate, quad.object] for quad in triples[:MAX_ROWS]]
    cells = [[_cell(reader, term) for term in row] for row in rows]
    more = len(triples) > MAX_ROWS
    return ShownResult(
        GRAPH_FORMATS,
        table=Table((gettext("subject"), gettext("predicate"), gettext("object")), cells, rows, more),
        graph=charting.statement_graph(reader, [quad.triple for quad in triples]) if not more else None,
        written=text[:_MAX_TEXT_CHARS],
        more=more or len(text) > _MAX_TEXT_CHARS,
    )


def _table(reader: ViewContext, found: ox.QuerySolutions) -> Table:
    columns = tuple(variable.value for variable in found.variables)
    rows: list[list[Cell]] = []
    terms: list[list[Any]] = []
    for solution in found:
        if len(rows) == MAX_ROWS:
            return Table(columns, rows, terms, more=True)
        values = [solution[place] for place in range(len(columns))]
        terms.append(values)
        rows.append([_cell(reader, value) for value in values])
    return Table(columns, rows, terms, more=False)


def _cell(reader: ViewContext, term: object) -> Cell:
    if isinstance(term, ox.NamedNode | ox.BlankNode | ox.Literal):
        return reader.show(term)
    return None


def _page(
    site: Site,
    reader: ViewContext,
    query: str,
    *,
    title: str,
    found: ShownResult | None = None,
    problem: ShownProblem | None = None,
) -> str:
    release = site.release.id
    packed = short_links.packed(query) if query else ""
    link = f"{reader.root}/sparql?{urlencode({'query': query, 'release': release})}" if query else ""
    formats = found.formats if found else ()
    model = Query(
        title=title,
        query=query or with_prefixes(START, reader.prefixes),
        asked=bool(query),
        themes=themes(questions(reader)),
        found=found,
        problem=problem,
        downloads=[(f"{reader.root}/sparql?{urlencode({'query': query, 'format': f.key})}", f.name) for f in formats],
        permalink=link if len(link) < _SHORT_ENOUGH_CHARS else "",
        short_link=reader.path(f"q/{packed}") if packed else "",
        prefixes=dict(reader.prefixes),
        has_editor=has_editor(),
        has_engine=has_engine(),
    )
    return render.page(site, reader, "query.html", model)


@cache
def has_engine() -> bool:
    """Say whether the query engine of copies was built; without it a copy answers the ready questions only."""
    engine = resources.files("ckg.pages").joinpath("static", "engine")
    return all(engine.joinpath(name).is_file() for name in ENGINE)


@cache
def has_editor() -> bool:
    """Say whether the query editor was built; without it the form is a plain one."""
    return resources.files("ckg.pages").joinpath("static", "editor", "yasqe.js").is_file()
