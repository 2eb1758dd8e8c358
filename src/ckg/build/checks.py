"""The jobs of the build that judge the data: validation, reasoning, evidence. Each fills a folder or raises."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ckg.build import graphs_index, quotations, shape_places
from ckg.build.places import place
from ckg.build.project_files import SourceFile
from ckg.build.staging import note_broken, stage_file
from ckg.errors import SourceSyntaxError
from ckg.model.iris import Base
from ckg.model.prefixes import Prefixes
from ckg.model.staged import Staging
from ckg.model.validation_options import ValidationOptions
from ckg.reason import nothing
from ckg.release import layout
from ckg.validate import no_shapes

if TYPE_CHECKING:
    from ckg.reason.rules.table import Rule


def stage(folder: Path, source: SourceFile, base: Base) -> None:
    """Stage one source file; of one that cannot be read, keep the reason, so that all of them are told at once."""
    try:
        stage_file(source, base, folder)
    except SourceSyntaxError as error:
        note_broken(error, folder)


def pages(folder: Path, prefixes: Prefixes) -> tuple[str, ...]:
    """Check a pages folder and return the IRIs of the properties that hold names, as it says.

    Its Python views are imported for it. Raises `ProjectError` where it cannot be used.
    """
    from ckg.pages import render  # noqa: PLC0415 - templates and views are slow to import and not always needed
    from ckg.pages.folder import PagesFolder, syntax  # noqa: PLC0415

    opened = PagesFolder(folder, prefixes)
    try:
        opened.check(lambda: render.environment(opened))
        for path, text in opened.queries.items():
            syntax.parse(path, text, prefixes)
        return tuple(term.value for term in opened.config.names)
    finally:
        opened.close()


def validate(  # noqa: PLR0917 - the arguments of a task are a tuple
    folder: Path,
    staging: Staging,
    options: ValidationOptions,
    threads: int | None,
    rejected: Path,
    project: Path,
    base: str,
) -> None:
    """Write report.ttl and report.json; where a result stops the build, leave both in `rejected` and raise.

    With `strict`, what is not evaluated of the shapes is raised as well. `project` is the folder of the project, `base`
    the base of its IRIs.
    """
    if no_shapes.are_none(staging):
        no_shapes.write(folder, options.engine)
        shutil.rmtree(rejected, ignore_errors=True)
        return
    from ckg.validate import validate as run  # noqa: PLC0415 - pyshacl is slow to import and not always needed

    report = replace(run(staging, folder, options=options, threads=threads), line_of=line_finder(project, base))
    shutil.rmtree(rejected, ignore_errors=True)
    if not report.passes:
        shutil.copytree(folder, rejected)
    report.raise_for_violations()
    if options.strict:
        shape_places.refuse(shape_places.of_report(project, staging, base, folder / layout.REPORT_JSON))


def line_finder(project: Path, base: str) -> Callable[[str, object], int | None]:
    """Return a function from a file of a project and a term to the line on which it is described."""

    def line_of(file: str, node: object) -> int | None:
        found = place(project, [file], str(getattr(node, "value", node)), base)
        return found.line if found else None

    return line_of


def rules(project: Path, prefixes: Prefixes) -> tuple[Rule, ...]:
    """Return the project's own rules. Raises `ProjectError` for what is no rule."""
    from ckg.reason.rules import project_rules  # noqa: PLC0415 - as for the other stages

    return project_rules.read(project, prefixes)


def reason(
    folder: Path, staging: Staging, inferred_graph: str, published: Mapping[str, Any], options: Mapping[str, Any]
) -> None:
    """Write the inferred graph and its derivations, and an index of the graph.

    `published` are the fields of `ckg.reason.Published`, `options` further arguments of `ckg.reason.close`.
    """
    if options["profile"] == "none" and not options["own_rules"]:
        graphs_index.write(folder, [nothing.write(folder, inferred_graph)])
        return
    from ckg.reason import Published, close  # noqa: PLC0415 - the engines are slow to import and not always needed

    made = close(staging, folder, inferred_graph=inferred_graph, published=Published(**published), **options)
    graphs_index.write(folder, [made.graph])


def check_quotations(folder: Path, staging: Staging, texts: Path | None, quoted_percent: int) -> None:
    """Write evidence.json."""
    quotations.check(staging, texts, folder, quoted_percent)
