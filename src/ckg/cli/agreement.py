"""`ckg agreement`: how far two coders of the same texts agree, property by property, and where they do not."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import pyoxigraph as ox

from ckg.build import extras
from ckg.build.project_files import format_of
from ckg.build.records.form import RecordForms
from ckg.build.records.turtle_layout import with_blocks
from ckg.build.sheets import blocks_of
from ckg.cli.options import find_project, out_option, project_option
from ckg.curate import trial
from ckg.curate.coder_agreement import Agreement, coded_records, compare
from ckg.errors import ProjectError, SourceLocation
from ckg.formats import TURTLE
from ckg.model.config import Project
from ckg.model.prefixes import Prefixes
from ckg.project_places import release_root

_SHEETS = (".csv", ".tsv")


@click.command()
@click.argument("first", type=click.Path(path_type=Path, exists=True))
@click.argument("second", type=click.Path(path_type=Path, exists=True))
@project_option
@out_option
@click.option("--kind", help="The kind of the rows of a table, as `ckg new` has it; not needed for RDF.")
@click.option("--field", "names", multiple=True, metavar="CURIE", help="Compare this property; by default all.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="What to print."
)
def command(
    *,
    first: Path,
    second: Path,
    folder: Path | None,
    root: Path | None,
    kind: str | None,
    names: tuple[str, ...],
    form: str,
) -> None:
    """Hold two coders' files, folders or tables of the same texts against each other.

    Records with one IRI, or that rest on overlapping words of one source text, are matched. For each property the
    share of matched records on which the coders agree is printed, with Cohen's kappa, and then every disagreement.
    """
    extras.require()
    project = find_project(folder)
    inputs = trial.stage(project, release_root(project, root))
    prefixes = inputs.prefixes
    forms = RecordForms(project, inputs.staging, prefixes)
    properties = [_expanded(name, prefixes) for name in names]
    sides = [coded_records(_quads(path, kind, forms, project, prefixes)) for path in (first, second)]
    result = compare(sides[0], sides[1], properties)
    if form == "json":
        click.echo(json.dumps(_as_json(result), ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(_lines(result, prefixes)))


def _quads(path: Path, kind: str | None, forms: RecordForms, project: Project, prefixes: Prefixes) -> Iterator[ox.Quad]:
    """Yield the statements of a file or of all files of a folder."""
    if path.is_dir():
        for inside in sorted(path.rglob("*")):
            if inside.is_file() and (format_of(inside) is not None or inside.suffix in _SHEETS):
                yield from _quads(inside, kind, forms, project, prefixes)
    elif path.suffix in _SHEETS:
        if kind is None:
            raise ProjectError(
                "it is not said of what kind the rows are", place=SourceLocation(path), hint="Give --kind."
            )
        text = with_blocks("", blocks_of(path, forms.of(kind), forms, project, prefixes), prefixes, path.name)
        yield from TURTLE.parse(io.BytesIO(text.encode()), project.base.iri)
    else:
        found = format_of(path)
        if found is None:
            hint = "Name a file of RDF, a table or a folder."
            raise ProjectError("this is no RDF by its suffix", place=SourceLocation(path), hint=hint)
        with path.open("rb") as file:
            yield from found.parse(file, project.base.iri)


def _expanded(name: str, prefixes: Prefixes) -> str:
    iri = prefixes.expand(name) or (name if "://" in name else None)
    if iri is None:
        raise ProjectError(f"{name!r} is no IRI and has no known prefix", hint=f"There are: {', '.join(prefixes)}.")
    return iri


def _lines(result: Agreement, prefixes: Prefixes) -> Iterator[str]:
    def short(iri: str) -> str:
        return prefixes.curie(iri) or f"<{iri}>"

    def told(values: Sequence[str]) -> str:
        return ", ".join(map(short, values)) or "nothing"

    only = f"{len(result.only_first)} only the first coder has, {len(result.only_second)} only the second"
    yield f"{len(result.pairs)} records are matched; {only}"
    yield ""
    width = max((len(short(row.property)) for row in result.fields), default=8)
    yield f"{'property':<{width}}  records  agreed  kappa"
    for row in result.fields:
        kappa = "    -" if row.kappa is None else f"{row.kappa:5.2f}"
        yield f"{short(row.property):<{width}}  {row.records:7}  {row.agreed:6}  {kappa}"
    if result.disagreements:
        yield ""
    for case in result.disagreements:
        mine = f"{short(case.first)} {told(case.chosen)}"
        yield f"{short(case.property)}: {mine}; {short(case.second)} {told(case.instead)}"
    others = (
        ("only the first", result.only_first),
        ("only the second", result.only_second),
        ("properties that one coder uses", result.used_by_one),
    )
    for title, iris in others:
        if iris:
            yield ""
            yield f"{title}: {', '.join(map(short, iris))}"


def _as_json(result: Agreement) -> dict[str, object]:
    return {
        "pairs": [list(pair) for pair in result.pairs],
        "onlyFirst": list(result.only_first),
        "onlySecond": list(result.only_second),
        "usedByOne": list(result.used_by_one),
        "fields": [
            {"property": row.property, "records": row.records, "agreed": row.agreed, "kappa": row.kappa}
            for row in result.fields
        ],
        "disagreements": [
            {
                "property": case.property,
                "first": case.first,
                "second": case.second,
                "chosen": list(case.chosen),
                "instead": list(case.instead),
            }
            for case in result.disagreements
        ],
    }
