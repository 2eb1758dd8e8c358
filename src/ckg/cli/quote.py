"""`ckg quote`: the selectors for a passage, so that nobody counts characters by hand; or a whole quotation."""

from __future__ import annotations

from pathlib import Path

import click

from ckg.build import extras
from ckg.build.records.passage import TextPassage, find_passage
from ckg.build.records.record import quotation_block, selectors_of
from ckg.build.records.turtle_layout import TurtleLayout
from ckg.cli.new import warn
from ckg.cli.options import find_project, out_option, project_option
from ckg.curate import trial
from ckg.errors import ProjectError
from ckg.model import evidence_terms as terms
from ckg.model.prefixes import Prefixes
from ckg.project_places import release_root


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("words")
@click.option("--occurrence", type=click.IntRange(1), default=1, show_default=True, help="Which occurrence to quote.")
@click.option("--as", "name", metavar="CURIE", help="Print a whole quotation with this name; needs --source.")
@click.option("--source", metavar="CURIE", help="The source of the text.")
@click.option("--lang", default="en", show_default=True, help="The language of the words.")
@click.option("--label", help="The name of the quotation in English. Default: its first words.")
@project_option
@out_option
def command(
    *,
    file: Path,
    words: str,
    occurrence: int,
    name: str | None,
    source: str | None,
    lang: str,
    label: str | None,
    folder: Path | None,
    root: Path | None,
) -> None:
    """Print, as Turtle, the selectors of WORDS in the source text FILE (UTF-8), or with --as a whole quotation.

    Positions are code points, counted from 0. A prefix or suffix, in whole words, is printed only where WORDS occur
    more than once in the text. More than 25 words, whole sentences and words that occur more than once are warned of.
    """
    passage = find_passage(file, words, occurrence)
    warn(passage)
    if name is None:
        click.echo(selectors(passage))
        return
    if source is None:
        raise click.UsageError("--as needs --source, the source of the text.")
    extras.require()
    project = find_project(folder)
    prefixes = trial.stage(project, release_root(project, root)).prefixes
    iris = [prefixes.expand(given) or (given if "://" in given else None) for given in (name, source)]
    if iris[0] is None or iris[1] is None:
        raise ProjectError(
            f"{name if iris[0] is None else source!r} is no IRI and has no known prefix",
            hint=f"The prefixes of the project are {', '.join(prefixes)}.",
        )
    title = label or f"Quotation: {' '.join(words.split()[:6])}"
    click.echo(TurtleLayout(prefixes).block(quotation_block(iris[0], title, iris[1], lang, passage)))


def selectors(passage: TextPassage) -> str:
    """Return the Turtle of both selectors for a passage, without the thing that has them.

    >>> print(selectors(TextPassage("Tokyo Declaration", 24, 41, "", "", "00")))
    oa:hasSelector
        [ a oa:TextQuoteSelector ; oa:exact "Tokyo Declaration" ] ,
        [ a oa:TextPositionSelector ; oa:start 24 ; oa:end 41 ] ;
    ckg:sourceTextSha256 "00" .
    """
    layout = TurtleLayout(Prefixes({"oa": terms.OA, "ckg": terms.NAMESPACE}))
    return layout.rows(selectors_of(passage))
