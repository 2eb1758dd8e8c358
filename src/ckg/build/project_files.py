"""Finding the files of a project and giving each its named graph."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ckg.errors import ProjectError, SourceLocation
from ckg.formats import INPUT_FORMATS, InputFormat
from ckg.model.config import Project
from ckg.model.staged import Role

FOLDERS = {Role.ONTOLOGY: "ontology", Role.DATA: "data", Role.SHAPES: "shapes"}
RESERVED = ("ontology", "shapes", "inferred")

_FORMATS = {f".{suffix}": form for form in INPUT_FORMATS for suffix in form.file_suffixes}
_NOT_RDF = frozenset({".md", ".txt", ".rq", ".rst", ".license"})


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One RDF file of the project: `relative` is its path below the project folder, `graph` the IRI of its graph."""

    path: Path
    relative: str
    role: Role
    format: InputFormat
    graph: str
    gzipped: bool


def find(project: Project) -> tuple[SourceFile, ...]:
    """Return every RDF file in `ontology/`, `data/` and `shapes/`, in the order of their paths.

    Hidden files and texts (.md, .txt, .rq, ...) are left alone. Raises `ProjectError` for a folder with nothing in it
    to publish, for a file that is no RDF, and for two files that would have the same graph.
    """
    found: list[SourceFile] = []
    for role, folder in FOLDERS.items():
        found.extend(_in_folder(project, role, project.folder / folder))
    if not any(source.role is Role.DATA for source in found):
        raise ProjectError(
            f"there is no data in {project.folder / 'data'}",
            hint=f"Put at least one RDF file there ({', '.join(form.name for form in INPUT_FORMATS)}).",
        )
    _refuse_clashes(found)
    return tuple(found)


def _in_folder(project: Project, role: Role, folder: Path) -> Iterator[SourceFile]:
    if not folder.is_dir():
        return
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if any(part.startswith(".") for part in inside.parts):
            continue
        _refuse_odd(path)
        if not path.is_file():
            continue
        gzipped = path.suffix.lower() == ".gz"
        named = path.with_suffix("") if gzipped else path
        if named.suffix.lower() in _NOT_RDF:
            continue
        form = _FORMATS.get(named.suffix.lower())
        if form is None:
            raise ProjectError(
                f"the suffix {named.suffix or '(none)'!s} is not one of an RDF file",
                place=SourceLocation(path),
                hint=f"Known: {', '.join(_FORMATS)}, each also with .gz. Move other files out of {folder.name}/.",
            )
        name = inside.with_name(named.name).with_suffix("").as_posix()
        graph = project.base.graph(name) if role is Role.DATA else project.base.graph(folder.name)
        if role is Role.DATA and name in RESERVED:
            raise ProjectError(
                f"the graph name {name!r} is reserved", place=SourceLocation(path), hint="Give the file another name."
            )
        yield SourceFile(path, path.relative_to(project.folder).as_posix(), role, form, graph, gzipped)


def _refuse_odd(path: Path) -> None:
    """Raise `ProjectError` for what would be left out without a word: no file, a link nowhere, a name in no Unicode."""
    shown = str(path).encode(errors="surrogateescape").decode(errors="backslashreplace")
    if shown != str(path):
        raise ProjectError(f"the name of {shown} is not UTF-8", hint="Rename it: the name becomes part of an IRI.")
    if path.is_symlink() and path.is_dir():
        raise ProjectError(
            "a link to a folder is not followed",
            place=SourceLocation(path),
            hint="Move the files here, or link each of them.",
        )
    if path.is_file() or path.is_dir():
        return
    if path.is_symlink():
        raise ProjectError("the link leads to no file", place=SourceLocation(path), hint="Mend the link, or remove it.")
    raise ProjectError("this is neither a file nor a folder", place=SourceLocation(path), hint="Remove it.")


def _refuse_clashes(found: list[SourceFile]) -> None:
    seen: dict[str, SourceFile] = {}
    for source in found:
        other = seen.setdefault(source.graph, source) if source.role is Role.DATA else source
        if other is not source:
            raise ProjectError(
                f"{source.relative} and {other.relative} would both be the graph <{source.graph}>",
                place=SourceLocation(source.path),
                hint="Rename one of them.",
            )
