"""Static files, whose address says what is in them: what stands under such an address never changes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

from ckg.pages.folder import COLOURS, PagesFolder
from ckg.pages.folder.pages_toml import PagesConfig

_DIGEST_CHARACTERS: Final = 16
_MARKED: Final = re.compile(rf"(?P<stem>.+)\.(?P<digest>[0-9a-f]{{{_DIGEST_CHARACTERS}}})(?P<suffix>\.[^./]+)")


@dataclass(frozen=True, slots=True)
class StaticFile:
    """The content of a file and its digest; `is_marked` says that the address it was asked by holds this digest."""

    name: str
    content: bytes
    digest: str
    is_marked: bool = False


class StaticFiles:
    """The files of a folder (None: no folder) and others that are `made`, by their names, `/` between their parts."""

    def __init__(self, folder: Path | None, made: Mapping[str, bytes] | None = None) -> None:
        self._folder = folder
        self._made = made or {}
        self._digests: dict[str, tuple[tuple[int, int], str]] = {}

    @classmethod
    def of_core(cls) -> StaticFiles:
        """Return those of this package."""
        return cls(Path(str(resources.files("ckg.pages") / "static")))

    @classmethod
    def of_project(cls, folder: PagesFolder) -> StaticFiles:
        """Return those of a pages folder, the style sheet of its colours among them."""
        return cls(folder.static, {COLOURS: stylesheet(folder.config).encode()})

    def marked(self, name: str) -> str:
        """Return the name of a file with the digest of its content in it; of one that is not there, the name.

        >>> StaticFiles(None, {"a.css": b""}).marked("a.css")
        'a.e3b0c44298fc1c14.css'
        """
        digest = self._digest(name)
        stem, dot, suffix = name.rpartition(".")
        return name if digest is None or not dot else f"{stem}.{digest}.{suffix}"

    def find(self, asked: str) -> StaticFile | None:
        """Return the file that is asked for by its name, with or without a digest in it, or None.

        A digest that is not that of the content (a page made by another release of the software asks so) finds the
        file too.
        """
        found = self._read(asked)
        if found is not None:
            return StaticFile(asked, found, _digest(found))
        named = _MARKED.fullmatch(asked)
        name = named["stem"] + named["suffix"] if named else ""
        found = self._read(name) if name else None
        if named is None or found is None:
            return None
        digest = _digest(found)
        return StaticFile(name, found, digest, is_marked=digest == named["digest"])

    def _digest(self, name: str) -> str | None:
        """Return the digest of a file, computed again where the file has changed."""
        path = self._path(name)
        try:
            state = path.stat() if path is not None and name not in self._made else None
        except OSError:
            return None
        if state is None:
            return _digest(self._made[name]) if name in self._made else None
        known, seen = self._digests.get(name), (state.st_mtime_ns, state.st_size)
        if known is None or known[0] != seen:
            content = self._read(name)
            if content is None:
                return None
            known = self._digests[name] = (seen, _digest(content))
        return known[1]

    def _read(self, name: str) -> bytes | None:
        if name in self._made:
            return self._made[name]
        path = self._path(name)
        try:
            return path.read_bytes() if path is not None and path.is_file() else None
        except (OSError, ValueError):  # no name of a file, or one that may not be read
            return None

    def _path(self, name: str) -> Path | None:
        """Return where a file lies; None for a name that leads out of the folder."""
        parts = name.split("/")
        if self._folder is None or not name or any(part in ("", ".", "..") or "\\" in part for part in parts):
            return None
        return self._folder.joinpath(*parts)


def stylesheet(config: PagesConfig) -> str:
    """Return the colours of a project as a style sheet that comes after those of the core."""

    def block(colours: Mapping[str, str]) -> str:
        return ":root { " + "".join(f"--{name}: {value}; " for name, value in colours.items()) + "}"

    light = f"{block(config.light)}\n" if config.light else ""
    return light + (f"@media (prefers-color-scheme: dark) {{ {block(config.dark)} }}\n" if config.dark else "")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:_DIGEST_CHARACTERS]
