"""The JSON-LD contexts that a project has itself: in its folder `contexts/`, and beside the files that refer to them.

`https://example.org/a/b.jsonld` is the file `contexts/example.org/a/b.jsonld`, also with `.jsonld` or `.json` behind
its name; a relative reference names a file beside the one it stands in, which has "context" in its name so that builds
know that others depend on it, or one in `contexts/`. Nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from ckg.build.project_files import SourceFile
from ckg.errors import SourceLocation, SourceSyntaxError
from ckg.formats.base import Load

FOLDER: Final = "contexts"
_SUFFIXES: Final = (".jsonld", ".json")
_MAX_BYTES: Final = 4 << 20


def files(source: SourceFile) -> list[Path]:
    """Return every file that `source` may refer to as a context, in a stable order."""
    found = [path for path in (source.project / FOLDER).rglob("*") if path.is_file()]
    found += [path for path in source.path.parent.iterdir() if is_context(path)]
    return sorted(set(found))


def loader(source: SourceFile) -> Load:
    """Return what reads the contexts that a source file refers to. It raises `SourceSyntaxError`."""
    return partial(_load, source)


def _load(source: SourceFile, reference: str, within: str) -> tuple[str, bytes]:
    referring = Path(within) if within else source.path
    for path in _candidates(source.project / FOLDER, referring, reference):
        if path.is_file():
            text = path.read_bytes()
            if len(text) > _MAX_BYTES:
                raise SourceSyntaxError(
                    f"a context is larger than {_MAX_BYTES >> 20} MB",
                    place=SourceLocation(path),
                    hint="Leave in it what the files of the project use.",
                )
            return str(path), text
    raise SourceSyntaxError(
        f"the context <{reference}> is neither in {FOLDER}/ nor beside the file, and is not fetched",
        place=SourceLocation(referring, _line(referring, reference)),
        hint=f"Save it as {_shown(reference)} in the project, or write the context into the file.",
    )


def _candidates(contexts: Path, referring: Path, reference: str) -> Iterator[Path]:
    parts = urlsplit(reference)
    folder = contexts.resolve()
    if parts.scheme:
        name = _below_contexts(reference)
        for path in ((folder / name).resolve(), *((folder / f"{name}{suffix}").resolve() for suffix in _SUFFIXES)):
            if path.is_relative_to(folder):
                yield path
        return
    path = (referring.parent / unquote(parts.path)).resolve()
    beside = path.parent == referring.parent.resolve() and is_context(path)
    if path.is_relative_to(folder) or beside:
        yield path


def _below_contexts(reference: str) -> str:
    parts = urlsplit(reference)
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.netloc}/{unquote(parts.path).strip('/')}{query}".strip("/")


def _shown(reference: str) -> str:
    parts = urlsplit(reference)
    if not parts.scheme:
        return f"{parts.path} beside it, with `context` in its name,"
    name = _below_contexts(reference)
    return f"{FOLDER}/{name}" if name.endswith(_SUFFIXES) else f"{FOLDER}/{name}{_SUFFIXES[0]}"


def is_context(path: Path) -> bool:
    """Say whether a file beside data is a context by its name."""
    return "context" in path.name.lower() and path.suffix.lower() in _SUFFIXES


def _line(path: Path, reference: str) -> int | None:
    if path.suffix == ".gz":
        return None
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if f'"{reference}"'.encode() in line:
                return number
    return None
