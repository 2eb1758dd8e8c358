"""Finding the files of a project, as ckg.toml lists them, and giving each its named graph."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ckg.errors import ConfigError, ProjectError, ProjectWarning, SourceLocation
from ckg.formats import INPUT_FORMATS, InputFormat
from ckg.model.config import FILE_NAME, Project, line_of
from ckg.model.settings import SETTINGS
from ckg.model.staged import Role

ROLES = (Role.ONTOLOGY, Role.DATA, Role.SHAPES, Role.CONTEXT)
"""What a file of a project may be for; each is a key of the section `build` of ckg.toml."""

RESERVED = ("ontology", "shapes", "context", "inferred")

FORMATS = {f".{suffix}": form for form in INPUT_FORMATS for suffix in form.file_suffixes}
"""The formats of files by their suffix, with the dot and in lower case."""

_DEFAULTS = {setting.key: setting.default for setting in SETTINGS if setting.section == "build"}
_TEXTS = frozenset({".md", ".txt", ".rq", ".rst", ".license"})
OTHER_FOLDERS = ("pages", "rules", "contexts")
OTHER_FILES = (FILE_NAME, "published.tsv")
"""Folders and files of a project that hold no graphs."""

_AMBIGUOUS = frozenset({".json", ".xml"})
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One RDF file of the project.

    `relative` is its path below the project folder, `graph` the IRI of its graph, `base` the IRI that relative IRIs in
    it are resolved against, `project` the folder of the project.
    """

    path: Path
    relative: str
    role: Role
    format: InputFormat
    graph: str
    gzipped: bool
    base: str
    project: Path


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """The RDF files of a project in the order of their paths, role by role, and the files that were passed over."""

    sources: tuple[SourceFile, ...]
    passed_over: tuple[Path, ...] = ()

    def warnings(self, folder: Path) -> tuple[ProjectWarning, ...]:
        """Name once the files that were passed over."""
        if not self.passed_over:
            return ()
        names = [os.path.relpath(path, folder) for path in self.passed_over]
        shown = ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else "")
        what = "is no RDF by its suffix, and was" if len(names) == 1 else "are no RDF by their suffixes, and were"
        return (ProjectWarning(f"{shown} {what} passed over", hint=f"Known suffixes: {known_suffixes()}."),)


@dataclass(slots=True)
class _Walk:
    """What the walk through the listed files and folders has met: of each file the entry that names it most closely."""

    project: Project
    entries: dict[Path, tuple[Role, Path]] = field(default_factory=dict)
    passed_over: dict[Path, None] = field(default_factory=dict)

    def take(self, role: Role, entry: Path, path: Path) -> None:
        """Take a file that an entry names or holds."""
        before = self.entries.get(path)
        if before is None or len(entry.parts) > len(before[1].parts):
            self.entries[path] = role, entry


def known_suffixes() -> str:
    """Return the suffixes of RDF files as people read them."""
    return f"{', '.join(FORMATS)}, in small or capital letters, each also with .gz"


def is_text(path: Path) -> bool:
    """Say whether a file is a text that lies beside data as a matter of course: nothing is said about it."""
    return _named(path).suffix.lower() in _TEXTS


def is_surely_rdf(path: Path) -> bool:
    """Say whether a file is RDF by its suffix, and not of a suffix that other files have as often."""
    return format_of(path) is not None and _named(path).suffix.lower() not in _AMBIGUOUS


def format_of(path: Path) -> InputFormat | None:
    """Return the format of a file by its suffix, which may be followed by .gz; None for what is no RDF.

    >>> format_of(Path("a/b.TTL.gz")).name, format_of(Path("LICENSE")) is None
    ('Turtle', True)
    """
    return FORMATS.get(_named(path).suffix.lower())


def find(project: Project) -> FoundFiles:
    """Return every RDF file that the project lists under `build.ontology`, `.data`, `.shapes` and `.context`.

    Hidden files and texts (.md, .txt, .rq, ...) are left alone, other files that are no RDF are passed over. Raises
    `ConfigError` for an entry that is not there, `ProjectError` where there is nothing to publish, and for two files
    that would have the same graph.
    """
    met = _Walk(project)
    for role in ROLES:
        for name in project.get(f"build.{role.value}"):
            _enter(met, role, name)
    found = [_source(project, path, role, entry) for path, (role, entry) in met.entries.items()]
    found.sort(key=lambda source: (ROLES.index(source.role), source.path))
    if not any(source.role in (Role.DATA, Role.ONTOLOGY) for source in found):
        places = ", ".join(str(project.folder / name) for name in project.get("build.data"))
        raise ProjectError(
            f"there is no data in {places or project.folder}, and no ontology",
            hint=f"Put at least one RDF file there ({', '.join(form.name for form in INPUT_FORMATS)}).",
        )
    _refuse_clashes(found)
    sheets = {project.folder / row.partition(" ")[0] for row in project.get("build.sheets")}
    passed_over = tuple(sorted(path for path in met.passed_over.keys() - sheets if path not in met.entries))
    return FoundFiles(tuple(found), passed_over)


def _enter(met: _Walk, role: Role, name: str) -> None:
    project = met.project
    entry = Path(os.path.normpath(project.folder / name))
    if entry.is_dir():
        left_out = {project.release_root, *(project.folder / name for name in (*OTHER_FOLDERS, *OTHER_FILES))}
        for path in walk(entry, left_out):
            if format_of(path) is not None:
                met.take(role, entry, path)
            elif not is_text(path):
                met.passed_over[path] = None
        return
    if entry.is_file():
        _refuse_odd(entry)
        if format_of(entry) is None:
            raise ProjectError(
                f"the suffix {_named(entry).suffix or '(none)'!s} is not one of an RDF file",
                place=SourceLocation(entry),
                hint=f"Known: {known_suffixes()}.",
            )
        met.take(role, entry, entry)
    elif name not in _DEFAULTS[f"build.{role.value}"]:
        settings = project.folder / FILE_NAME
        key = f"build.{role.value}"
        place = SourceLocation(settings, line_of(settings, key)) if settings.is_file() else SourceLocation(entry)
        raise ConfigError(f"`{key}` names {name!r}, which is not there", key=key, place=place, hint="Correct the name.")


def walk(folder: Path, left_out: Collection[Path]) -> Iterator[Path]:
    """Yield the files below a folder, in order, without hidden ones and those in folders of tools.

    Raises `ProjectError` for what is neither a file nor a folder, and for links that lead nowhere.
    """
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name in ("node_modules", "__pycache__") or path in left_out:
            continue
        _refuse_odd(path)
        if path.is_dir():
            yield from walk(path, left_out)
        elif path.is_file():
            yield path


def without_suffixes(path: Path) -> Path:
    """Return a path without the suffix of its format and without .gz."""
    return _named(path).with_suffix("")


def _named(path: Path) -> Path:
    return path.with_suffix("") if path.suffix.lower() == ".gz" else path


def _source(project: Project, path: Path, role: Role, entry: Path) -> SourceFile:
    form = format_of(path)
    assert form is not None
    relative = os.path.relpath(path, project.folder)
    inside = path.relative_to(entry)
    if path == entry:
        inside = Path(path.name if relative.startswith("..") else relative)
    name = inside.with_name(_named(path).name).with_suffix("").as_posix()
    graph = project.base.graph(role.value)
    if role is Role.DATA:
        # The graphs of the ontology and of what is inferred have these names already.
        graph = project.base.graph(f"data/{name}" if name in RESERVED else name)
    base = project.base.iri
    if project.get("build.relative_iris") == "file":
        base = project.base.document(inside.as_posix())
    return SourceFile(
        path, Path(relative).as_posix(), role, form, graph, path.suffix.lower() == ".gz", base, project.folder
    )


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
                hint="If they say the same in two formats, keep one of them; else rename one.",
            )
