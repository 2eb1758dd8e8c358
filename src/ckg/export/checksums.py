"""The list of an export's files with their SHA-256, as `sha256sum -c` reads it, and holding an export against it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from ckg.errors import ReleaseError, StageFailed
from ckg.export import html_links
from ckg.release.writing import sha256, write_bytes

NAME: Final = "SHA256SUMS"
_ROW: Final = re.compile(r"([0-9a-f]{64})  (.+)")


def files_below(folder: Path) -> list[str]:
    """Return every file below a folder as a path with `/`, sorted."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def write(folder: Path) -> str:
    """Write the list of all files of a folder; return its SHA-256, which two equal exports share.

    Raises `StageFailed` where it cannot be written or a name cannot stand in it.
    """
    lines = []
    for name in files_below(folder):
        if "\n" in name or "\r" in name:
            raise StageFailed(f"the name of the file {name!r} cannot be listed")
        if name != NAME:
            lines.append(f"{sha256(folder / name).sha256}  {name}\n")
    return write_bytes(folder / NAME, ["".join(lines).encode()]).sha256


def read(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file that is listed. Raises `ReleaseError` where there is no such list."""
    try:
        text = (folder / NAME).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ReleaseError(
            f"{folder} is no export: {NAME} cannot be read", hint="`ckg export DIR` makes one."
        ) from error
    return dict(rows(text, folder / NAME))


def rows(text: str, path: Path) -> Iterator[tuple[str, str]]:
    """Yield each file's name and SHA-256 in such a list. Raises `ReleaseError` that names the line that is none."""
    for number, line in enumerate(text.split("\n")[:-1], 1):
        row = _ROW.fullmatch(line)
        if row is None:
            raise ReleaseError(f"{path}, line {number}: this is no SHA-256 with a file's name")
        yield row[2], row[1]


def problems(folder: Path) -> Iterator[str]:
    """Yield what is wrong with an export: files that are missing, changed or not listed, links that lead nowhere.

    Raises `ReleaseError` where it is none.
    """
    listed = read(folder)
    there = set(files_below(folder)) - {NAME}
    yield from (f"{name}: it is missing" for name in sorted(listed.keys() - there))
    yield from (f"{name}: it is not listed in {NAME}" for name in sorted(there - listed.keys()))
    for name in sorted(there & listed.keys()):
        if sha256(folder / name).sha256 != listed[name]:
            yield f"{name}: its SHA-256 is another one than {NAME} says"
        elif name.endswith(".html"):
            page = (folder / name).read_text(encoding="utf-8")
            yield from (f"{name}: the link to {file} leads nowhere" for file in sorted(linked(name, page) - there))


def linked(name: str, page: str) -> set[str]:
    """Return the files that a page refers to, by their paths below the export.

    >>> sorted(linked("doc/a.html", '<a href="../x.html?q#y">x</a> <a href="https://example.org/">e</a> <a href="#z">'))
    ['x.html']
    """
    found = set()
    for address in html_links.addresses(page):
        parts = urlsplit(address)
        if not parts.scheme and not parts.netloc and parts.path and not parts.path.startswith("/"):
            found.add(posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(parts.path))))
    return found
