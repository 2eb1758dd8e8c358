"""`ckg dump`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import click

from ckg import formats
from ckg.cli.options import find_project, out_option, project_option
from ckg.errors import ReleaseError
from ckg.formats import DUMP_FORMATS
from ckg.project_places import release_root
from ckg.release.current import Releases

NAMES = tuple(form.key for form in DUMP_FORMATS)


@click.command()
@project_option
@out_option
@click.option("--format", "name", default=formats.TURTLE.key, show_default=True, help=f"One of {', '.join(NAMES)}.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Default: standard output.")
def command(folder: Path | None, root: Path | None, name: str, output: Path | None) -> None:
    """Write the whole data set of the current release in one RDF format.

    All hold the union of ontology, data and inferences; N-Quads and TriG have it as their default graph, and the
    named graphs beside it.
    """
    form = formats.by_key(name, DUMP_FORMATS)
    if form is None:
        raise click.BadParameter(f"{name!r} is none of {', '.join(NAMES)}", param_hint="--format")
    release = Releases(release_root(find_project(folder), root)).current()
    path = release.dump(form)
    if not path.is_file():
        raise ReleaseError(
            f"the release {release.id} has no dump in {form.name}",
            hint="Some property cannot be written as an XML name; take another format.",
        )
    if output is None:
        with path.open("rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer)
    else:
        partial = output.with_name(f".{output.name}.partial")
        shutil.copyfile(path, partial)
        partial.replace(output)
