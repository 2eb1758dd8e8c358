"""`ckg explain`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import click
import pyoxigraph as ox

from ckg.cli.options import find_project, out_option, project_option
from ckg.errors import CkgError, ProjectError
from ckg.model.prefixes import Prefixes
from ckg.project_places import release_root
from ckg.reason.proofs.explainer import BACKGROUND, ProofStep, Statement, Term, open_explainer
from ckg.reason.rules.project_rules import FOLDER
from ckg.release.current import Releases

_FEW_FILES = 3
_RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


class NotEntailed(CkgError):
    """The triple is neither asserted nor inferred in the current release."""

    exit_code = 1


@click.command()
@click.argument("subject")
@click.argument("predicate")
@click.argument("value", metavar="OBJECT")
@project_option
@out_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="What to print.",
)
def command(subject: str, predicate: str, value: str, *, folder: Path | None, root: Path | None, form: str) -> None:
    """Say why a triple holds: a proof down to asserted statements, with the graph and the files that contain them.

    Terms are written as in Turtle: ckg:restsOn, <https://example.org/x>, "Tokyo"@en, a. Exit code 1 where the triple
    does not hold.
    """
    release = Releases(release_root(find_project(folder), root)).current()
    if release.derivations is None:
        raise ProjectError(
            f"the release {release.id} does not say why its triples hold",
            hint='Proofs are kept by engine = "rdfs" and "owl-rl" in the section [reason] of ckg.toml, with the '
            'implementation "duckdb". Change it and build again.',
        )
    triple = _triple((subject, predicate, value), release.prefixes)
    graphs = release.staging.graphs
    proof = open_explainer(release.derivations, graphs).prove(*triple)
    if not proof:
        raise NotEntailed(
            f"the release {release.id} does not entail {_written(triple, release.prefixes)}",
            hint="Check the spelling; a term is written as in Turtle, with the project's prefixes.",
        )
    files = {graph.name: graph.sources for graph in graphs}
    if form == "json":
        click.echo(json.dumps([_row(step, files) for step in proof], ensure_ascii=False, indent=1))
    else:
        for line in _lines(proof, release.prefixes, files):
            click.echo(line)


def _triple(words: tuple[str, str, str], prefixes: Prefixes) -> Statement:
    """Read three terms with the grammar of Turtle, so that there is one way to write them."""
    header = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in prefixes.items())
    try:
        quads = list(ox.parse(f"{header}{' '.join(words)} .", format=ox.RdfFormat.TURTLE))
    except SyntaxError as error:
        raise click.UsageError(f"{' '.join(words)} is not a triple in Turtle: {error.msg}") from None
    if len(quads) != 1 or isinstance(quads[0].subject, ox.Triple) or isinstance(quads[0].object, ox.Triple):
        raise click.UsageError(f"{' '.join(words)} is not one triple")
    return quads[0].subject, quads[0].predicate, quads[0].object


def _lines(proof: tuple[ProofStep, ...], prefixes: Prefixes, files: Mapping[str, tuple[str, ...]]) -> list[str]:
    width = len(str(len(proof)))
    lines = []
    for number, step in enumerate(proof, 1):
        lines.append(f"{number:>{width}}. {_written(step.triple, prefixes)}")
        if step.rule == "asserted":
            where = "; ".join(_place(graph, files.get(graph, ())) for graph in step.graphs)
            lines.append(f"{'':>{width}}  asserted in {where}")
        elif step.rule == BACKGROUND:
            lines.append(f"{'':>{width}}  {step.words}")
        else:
            premises = ", ".join(str(place + 1) for place in step.premises)
            sentence = f" ({step.words})" if step.rule.startswith(f"{FOLDER}/") else ""
            lines.append(f"{'':>{width}}  by {step.rule}{sentence}{f' from {premises}' if premises else ''}")
    return lines


def _place(graph: str, files: tuple[str, ...]) -> str:
    return ", ".join(files) if 0 < len(files) <= _FEW_FILES else f"the graph <{graph}> ({len(files)} files)"


def _row(step: ProofStep, files: Mapping[str, tuple[str, ...]]) -> dict[str, object]:
    return {
        "triple": [str(term) for term in step.triple],
        "rule": step.rule,
        "words": step.words,
        "premises": list(step.premises),
        "graphs": list(step.graphs),
        "files": [file for graph in step.graphs for file in files.get(graph, ())],
    }


def _written(triple: Statement, prefixes: Prefixes) -> str:
    return " ".join(_short(term, prefixes) for term in triple)


def _short(term: Term, prefixes: Prefixes) -> str:
    if term == _RDF_TYPE:
        return "a"
    return (isinstance(term, ox.NamedNode) and prefixes.curie(term.value)) or str(term)
