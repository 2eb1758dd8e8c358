"""`ckg new`: a new record of any kind that the project's shapes know, written as Turtle and checked."""

from __future__ import annotations

import contextlib
import hashlib
import shlex
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import click

from ckg.build import extras
from ckg.build.inputs import Inputs
from ckg.build.records.answers import iri_of_answer, told_choices
from ckg.build.records.form import FormField, RecordForm, RecordForms
from ckg.build.records.passage import TextPassage, find_passage
from ckg.build.records.record import Answers, block_of, graph_rows, name_of, quotation_block, read_answers
from ckg.build.records.turtle_layout import Block, TurtleLayout, with_blocks
from ckg.cli.options import find_project, out_option, project_option
from ckg.curate import trial
from ckg.errors import ProjectError, ShapesViolated, SourceLocation
from ckg.formats import TURTLE
from ckg.model import evidence_terms as terms
from ckg.model.config import Project
from ckg.model.prefixes import Prefixes
from ckg.model.sorted_lines import SortedLines
from ckg.model.vocabulary import RDFS_NS
from ckg.project_places import release_root

_LABEL = f"{RDFS_NS}label"


@dataclass(frozen=True, slots=True)
class _Quoted:
    """The words that a record rests on, and where they stand."""

    text: Path | None
    words: tuple[str, ...]
    occurrence: int
    source: str | None
    language: str


@dataclass(frozen=True, slots=True)
class _Asked:
    """Options as they were given, with what was asked beside."""

    project: Project
    inputs: Inputs
    forms: RecordForms
    asks: bool

    def answers(self, form: RecordForm, pairs: Sequence[str], option: str, found: dict[str, list[str]]) -> Answers:
        """Read the answers to a form, ask for what is missing, or refuse with a list of it."""
        prefixes = self.inputs.prefixes
        given = read_answers(pairs, form, self.forms, prefixes)
        values = {name: list(texts) for name, texts in given.values.items()}
        for name, texts in found.items():
            values[name] = [*texts, *values.get(name, [])]
        block_of(form.record_class, form, Answers(values), self.forms, prefixes)  # refuses what is no value
        missing = Answers(values).missing(form)
        if missing and not self.asks:
            _refuse(form, missing, option, self)
        for field in missing:
            values[field.property] = [_ask(field, self)]
        return Answers(values)


@click.command()
@click.argument("kind", required=False)
@project_option
@out_option
@click.option("--slug", help="The last part of the new thing's IRI.")
@click.option("--label", help="Its name in the first language of the project; the same as --set label=….")
@click.option(
    "--set", "pairs", multiple=True, metavar="PROPERTY=VALUE", help="An answer; may be given again and again."
)
@click.option(
    "--file", type=click.Path(path_type=Path), help="The data file to add it to; a new one gets its graph row."
)
@click.option(
    "--from",
    "text",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The source text (UTF-8) that contains --words.",
)
@click.option("--words", multiple=True, help="Words of the text on which the record is based; may be given again.")
@click.option("--occurrence", type=click.IntRange(1), default=1, show_default=True, help="Which occurrence of --words.")
@click.option("--source", help="The source of the text, as a CURIE or IRI.")
@click.option("--lang", default="en", show_default=True, help="The language of the words.")
@click.option(
    "--graph", "graph_pairs", multiple=True, metavar="PROPERTY=VALUE", help="An answer about the graph of a new file."
)
@click.option("--fields", is_flag=True, help="List what the shapes ask of this kind, and end.")
@click.option("--print", "only_print", is_flag=True, help="Print the Turtle, checked, and write nothing.")
@click.option("--no-input", is_flag=True, help="Never ask: what is missing is an error.")
def command(
    *,
    kind: str | None,
    folder: Path | None,
    root: Path | None,
    slug: str | None,
    label: str | None,
    pairs: tuple[str, ...],
    file: Path | None,
    text: Path | None,
    words: tuple[str, ...],
    occurrence: int,
    source: str | None,
    lang: str,
    graph_pairs: tuple[str, ...],
    fields: bool,
    only_print: bool,
    no_input: bool,
) -> None:
    """Write a new record of a KIND that the shapes of the project know.

    It asks for what the shapes require and shows the known values; every answer can also be given as an option. The
    record, its quotations and, for a new file, the row of its graph are checked before anything is written. Without a
    KIND, the kinds are listed. Exit code 1 where what was answered does not conform.
    """
    extras.require()
    project = find_project(folder)
    releases = release_root(project, root)
    inputs = trial.stage(project, releases)
    forms = RecordForms(project, inputs.staging, inputs.prefixes)
    prefixes = inputs.prefixes
    if kind is None:
        for name, iri in sorted(forms.kinds.items()):
            click.echo(f"{name}  {prefixes.curie(iri) or iri}")
        return
    form = forms.of(kind)
    asked = _Asked(project, inputs, forms, not no_input and not only_print and _is_terminal())
    if fields:
        click.echo("\n\n".join(_described(field, asked) for field in form.fields))
        return
    slug = slug or _text("--slug", "The last part of the new thing's IRI", asked)
    subject = name_of(kind, slug, form.record_class, project, prefixes)
    quoted = _Quoted(text, words, occurrence, source, lang)
    quotations = list(_quotations(slug, quoted, asked))
    found: dict[str, list[str]] = {}
    if label:
        found[_LABEL] = [f"{label}@{project.languages[0]}"]
    if quotations:
        found[terms.RESTS_ON] = [f"<{block.subject}>" for block in quotations]
    elif text is not None:
        found[terms.SOURCE_TEXT_SHA256] = [hashlib.sha256(text.read_bytes()).hexdigest()]
    answers = asked.answers(form, pairs, "--set", found)
    blocks = [block_of(subject, form, answers, forms, prefixes), *quotations]
    for block in blocks:
        if _is_there(block.subject, inputs):
            name = prefixes.curie(block.subject) or block.subject
            raise ProjectError(f"{name} is there already", hint="Choose another --slug.")
    path = file or Path(_text("--file", "The data file to add it to", asked))
    files = _files(path, kind, blocks, graph_pairs, asked)
    result = trial.try_out(project, releases, files, {block.subject for block in blocks})
    for remark in result.remarks:
        click.echo(f"warning: {remark}", err=True)
    if result.faults:
        again = shlex.join(
            ["ckg", "new", kind, "--slug", slug, "--file", str(path), *_again(answers, found, quoted, prefixes)]
        )
        raise ShapesViolated(
            "nothing was written:\n" + "\n\n".join(result.faults),
            hint=f"Answer what is asked for, or otherwise. The answers so far:\n     {again}",
        )
    if only_print:
        layout = TurtleLayout(prefixes)
        click.echo("\n\n".join(map(layout.block, blocks)))
        return
    trial.write(files)
    for changed in files:
        click.echo(f"wrote {changed}")


def _files(path: Path, kind: str, blocks: list[Block], graph_pairs: tuple[str, ...], asked: _Asked) -> dict[Path, str]:
    """Return the new texts of the data file and, if it is new and others have rows, of the file with the rows."""
    project, prefixes = asked.project, asked.inputs.prefixes
    path = path if path.is_absolute() else project.folder / path
    data = [project.folder / name for name in project.get("build.data")]
    within = next((entry for entry in data if path.is_relative_to(entry)), None)
    if within is None or path.suffix != f".{TURTLE.file_suffixes[0]}":
        raise ProjectError(
            "this is no Turtle file below the data of the project",
            place=SourceLocation(path),
            hint=f"Name a .{TURTLE.file_suffixes[0]} file below {', '.join(map(str, data))}.",
        )
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    files = {path: with_blocks(before, blocks, prefixes, f"Records of the kind {kind}.")}
    rows = graph_rows(project, asked.inputs.staging)
    if before or rows is None or rows.file == path:
        return files
    graph = project.base.graph(path.relative_to(within).with_suffix("").as_posix())
    form = next(form for kind in asked.forms.kinds if (form := asked.forms.of(kind)).record_class == rows.row_class)
    answers = asked.answers(form, graph_pairs, "--graph", {})
    row = block_of(graph, form, answers, asked.forms, prefixes)
    files[rows.file] = with_blocks(rows.file.read_text(encoding="utf-8"), [row], prefixes, "Named graphs.")
    return files


def _quotations(slug: str, quoted: _Quoted, asked: _Asked) -> Iterator[Block]:
    """Yield a quotation for each of the words."""
    if not quoted.words:
        return
    if quoted.text is None:
        raise ProjectError("--words stand in a text", hint="Name it with --from.")
    named = quoted.source or _text("--source", "The source of the text, as a CURIE or IRI", asked)
    prefixes = asked.inputs.prefixes
    iri = iri_of_answer(named, prefixes)
    if iri is None:
        raise ProjectError(f"{named!r} is no IRI and has no known prefix", hint=f"There are: {', '.join(prefixes)}.")
    for number, exact in enumerate(quoted.words, 1):
        passage = find_passage(quoted.text, exact, quoted.occurrence)
        warn(passage)
        name = slug if len(quoted.words) == 1 else f"{slug}-{number}"
        subject = name_of("quotation", name, f"{terms.NAMESPACE}Quotation", asked.project, prefixes)
        yield quotation_block(subject, f"Quotation: {' '.join(exact.split()[:6])}", iri, quoted.language, passage)


def warn(passage: TextPassage) -> None:
    """Print what speaks against quoting a passage."""
    for remark in passage.remarks:
        click.echo(f"warning: {passage.exact[:40]!r}: {remark}", err=True)


def _is_there(iri: str, inputs: Inputs) -> bool:
    for graph in inputs.staging.graphs:
        with contextlib.closing(SortedLines(graph.path)) as lines:
            if next(lines.starting_with(f"<{iri}> ".encode()), None):
                return True
    return False


def _again(answers: Answers, found: dict[str, list[str]], quoted: _Quoted, prefixes: Prefixes) -> Iterator[str]:
    """Yield the options that repeat the answers, with what was asked among them."""
    if quoted.text is not None:
        yield from ("--from", str(quoted.text))
    for words in quoted.words:
        yield from ("--words", words)
    if quoted.source is not None:
        yield from ("--source", quoted.source, "--lang", quoted.language)
    for name, texts in answers.values.items():
        for text in texts:
            if name == _LABEL or text not in found.get(name, ()):
                yield from ("--set", f"{prefixes.curie(name) or f'<{name}>'}={text}")


def _is_terminal() -> bool:
    return sys.stdin.isatty()


def _text(option: str, question: str, asked: _Asked) -> str:
    if not asked.asks:
        raise click.UsageError(f"{option} is missing. {question}.")
    return str(click.prompt(question))


def _ask(field: FormField, asked: _Asked) -> str:
    click.echo(_described(field, asked))
    return str(click.prompt(field.label))


def _described(field: FormField, asked: _Asked) -> str:
    prefixes = asked.inputs.prefixes
    name = prefixes.curie(field.property) or f"<{field.property}>"
    bounds = f"{field.least} to {field.most}" if field.most is not None else f"{field.least} or more"
    fixed = f", always {prefixes.curie(field.fixed) or field.fixed}" if field.fixed else ""
    head = f"{name} ({field.label}), {bounds}{fixed}\n  {field.message}"
    return head + (f"\n{told_choices(field, prefixes)}" if field.choices else "")


def _refuse(form: RecordForm, missing: Sequence[FormField], option: str, asked: _Asked) -> NoReturn:
    told = "\n".join(_described(field, asked) for field in missing)
    raise ProjectError(
        f"{form.kind} lacks {len(missing)} answer{'' if len(missing) == 1 else 's'}:\n{told}",
        hint=f'Give each with {option} "property=value".',
    )
