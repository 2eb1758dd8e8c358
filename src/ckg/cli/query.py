"""`ckg query`."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

import click
import pyoxigraph as ox
from rich.console import Console
from rich.table import Table

from ckg import formats
from ckg.cli.options import find_project, out_option, project_option, release_root
from ckg.errors import QueryMalformed
from ckg.formats import ANSWER_FORMATS, BOOLEAN_FORMATS, GRAPH_FORMATS, RESULT_FORMATS, by_key
from ckg.formats.base import AnyFormat
from ckg.model.prefixes import Prefixes
from ckg.query.describe import describe
from ckg.query.guard import Form, check
from ckg.query.limits import Limits
from ckg.query.results import graph_document
from ckg.release.current import Releases

TABLE = "table"
_WORDS = tuple(dict.fromkeys(word for form in RESULT_FORMATS for word in form.words))
NAMES = (TABLE, *(form.key for form in ANSWER_FORMATS), *_WORDS)
_IN_MEMORY_BYTES = 1 << 24
_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)


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
    form = check(query, Limits.of(project.values)).form
    store = ox.Store.read_only(str(release.store))
    options: dict[str, Any] = {"prefixes": dict(release.prefixes), "base_iri": release.about.base}
    try:
        if form is Form.DESCRIBE:
            description = dict.fromkeys(describe(store, query, default_graphs=None, **options))
            _print(description, name, release.prefixes)
        else:
            _print(store.query(query, **options), name, release.prefixes)
    except SyntaxError as error:
        raise _malformed(error) from None


def _malformed(error: SyntaxError) -> QueryMalformed:
    found = _PLACE.match(str(error))
    if found is None:
        return QueryMalformed(f"the query is not SPARQL 1.1: {error}")
    line, column = int(found[1]), int(found[2])
    message = f"the query is not SPARQL 1.1: line {line}, column {column}: {found[3]}"
    return QueryMalformed(message, line=line, column=column)


def _print(
    answer: ox.QuerySolutions | ox.QueryBoolean | Iterable[ox.Triple], name: str | None, prefixes: Prefixes
) -> None:
    out = sys.stdout.buffer
    if not isinstance(answer, ox.QuerySolutions | ox.QueryBoolean):
        form = _format(name, GRAPH_FORMATS, formats.TURTLE)
        with tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES) as whole:  # it may turn out to have no form for a triple
            whole.writelines(graph_document(answer, form, prefixes))
            whole.seek(0)
            shutil.copyfileobj(whole, out)
    elif name in (None, TABLE) and (isinstance(answer, ox.QueryBoolean) or name == TABLE or sys.stdout.isatty()):
        click.echo("yes" if answer else "no") if isinstance(answer, ox.QueryBoolean) else _table(answer, prefixes)
    elif isinstance(answer, ox.QueryBoolean):
        _format(name, BOOLEAN_FORMATS, formats.SPARQL_JSON).write_boolean(answer, out)
    else:
        _format(name, RESULT_FORMATS, formats.CSV).write_results(answer, out)


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
