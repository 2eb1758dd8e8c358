"""The SHA-256 of source files, remembered by what the file system says of them, as version control systems do it.

The time of the last change of a file's content can be set back by whoever changes it; that of the last change of its
inode cannot. So both count, beside size and number.
"""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path

_TOO_RECENT_NS = 2_000_000_000  # nanoseconds: a file changed so shortly before may change again within one tick


class Fingerprints:
    """Hashes of files; `save` keeps them for the next build."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._old = self._load()
        self._new: dict[str, list[object]] = {}

    def of(self, file: Path) -> str:
        """Return the hex SHA-256 of a file's bytes."""
        status = file.stat()
        state: list[object] = [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]
        name = str(file)
        known = self._old.get(name)
        if known and known[:-1] == state:
            self._new[name] = known
            return str(known[-1])
        with file.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        if time.time_ns() - max(status.st_mtime_ns, status.st_ctime_ns) > _TOO_RECENT_NS:
            self._new[name] = [*state, digest]
        return digest

    def save(self) -> None:
        """Write what is known for the next build."""
        temporary = self._path.with_suffix(".tmp")
        temporary.write_text(json.dumps(self._new), encoding="utf-8")
        temporary.replace(self._path)

    def _load(self) -> dict[str, list[object]]:
        try:
            known: dict[str, list[object]] = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return known
