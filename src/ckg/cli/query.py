"""`ckg query`."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import IO

import click
import pyoxigraph as ox
from rich.console import Console
from rich.table import Table

from ckg import formats
from ckg.backends import EMBEDDED, Evaluator, ReleaseData
from ckg.cli.options import find_project, out_option, project_option
from ckg.errors import QueryMalformed
from ckg.formats import ANSWER_FORMATS, BOOLEAN_FORMATS, GRAPH_FORMATS, RESULT_FORMATS, Format, by_key
from ckg.formats.base import AnyFormat
from ckg.model.prefixes import Prefixes
from ckg.project_places import release_root
from ckg.query.guard.checker import Form, ParsedQuery, check
from ckg.query.job import QueryJob
from ckg.query.limits import QueryLimits
from ckg.release.current import Releases

TABLE = "table"
_WORDS = tuple(dict.fromkeys(word for form in RESULT_FORMATS for word in form.words))
NAMES = (TABLE, *(form.key for form in ANSWER_FORMATS), *_WORDS)
_UNBOUNDED = QueryLimits(rows=1 << 62, bytes=1 << 62)


@click.command()
@click.argument("text", required=False)
@project_option
@out_option
@click.option(
    "-f", "--file", type=click.File("r", encoding="utf-8"), help="Read the query from a file; - is standard input."
)
@click.option(
    "--format",
    "name",
    type=click.Choice(NAMES),
    metavar="FORMAT",
    help=f"One of {', '.join(NAMES)}. Default: a table on a terminal, CSV or Turtle when piped.",
)
def command(text: str | None, folder: Path | None, root: Path | None, file: IO[str] | None, name: str | None) -> None:
    """Run the SPARQL query TEXT on the current release and print the answer.

    The project's prefixes are predefined. The default graph is the union of ontology, data and inferences; each is a
    named graph as well. There is no time limit: stop with Ctrl-C.
    """
    if (text is None) == (file is None):
        raise click.UsageError("give the query as text or with --file, not both")
    query = text if text is not None else file.read() if file else ""
    project = find_project(folder)
    release = Releases(release_root(project, root)).current()
    checked = check(query, QueryLimits.of(project.values))
    data = ReleaseData(
        release.store, release.base, release.staging.graphs, release.prefixes, text_numbers=release.text_numbers
    )
    evaluator = EMBEDDED.local_evaluator(data, _UNBOUNDED)
    try:
        _print(evaluator, checked, name, release.prefixes)
    finally:
        evaluator.close()


def _print(evaluator: Evaluator, checked: ParsedQuery, name: str | None, prefixes: Prefixes) -> None:
    table = name == TABLE or (name is None and sys.stdout.isatty())
    if checked.form.gives_graph:
        wanted: Format = _format(name, GRAPH_FORMATS, formats.TURTLE)
    elif table or (name is None and checked.form is Form.ASK):
        wanted = formats.SPARQL_JSON
    elif checked.form is Form.ASK:
        wanted = _format(name, BOOLEAN_FORMATS, formats.SPARQL_JSON)
    else:
        wanted = _format(name, RESULT_FORMATS, formats.CSV)
    evaluation = evaluator.start(QueryJob(checked.text, wanted), checked, math.inf, demoted=False)
    try:
        answer = evaluation.result()
    except QueryMalformed as error:
        raise QueryMalformed(f"the query is not SPARQL 1.1: {error}", line=error.line, column=error.column) from None
    finally:
        evaluation.close()
    if checked.form.gives_graph or not (table or (name is None and checked.form is Form.ASK)):
        for chunk in answer.chunks():
            sys.stdout.buffer.write(chunk)
        return
    found = ox.parse_query_results(answer.read(), format=ox.QueryResultsFormat.JSON)
    if isinstance(found, ox.QueryBoolean):
        click.echo("yes" if found else "no")
    else:
        _table(found, prefixes)


def _format(name: str | None, offered: tuple[AnyFormat, ...], default: AnyFormat) -> AnyFormat:
    if name in (None, TABLE):
        return default
    form = by_key(str(name), offered)
    if form is None:
        raise click.UsageError(f"this kind of query has no answer in the format {name}")
    return form


def _table(answer: ox.QuerySolutions, prefixes: Prefixes) -> None:
    table = Table(*(variable.value for variable in answer.variables))
    count = 0
    for solution in answer:
        table.add_row(*(_short(solution[variable], prefixes) for variable in answer.variables))
        count += 1
    console = Console()
    console.print(table)
    console.print(f"{count} row{'' if count == 1 else 's'}")


def _short(term: object, prefixes: Prefixes) -> str:
    if term is None:
        return ""
    if isinstance(term, ox.NamedNode):
        return prefixes.curie(term.value) or term.value
    if isinstance(term, ox.Literal):
        return term.value
    return str(term)
