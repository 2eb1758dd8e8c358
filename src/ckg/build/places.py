"""Where in the files of a project an IRI is written, for messages that name file and line."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable
from pathlib import Path

from ckg.errors import SourceLocation

_LARGEST_BYTES = 64 << 20  # files that are larger are named without a line


def place(folder: Path, sources: Iterable[str], iri: str, base: str) -> SourceLocation | None:
    """Return the first place where files write an IRI: in full, without the base, or with a prefix.

    `sources` are paths below `folder`. A line that begins with the IRI, as a subject does, goes before others. Where no
    line can be told, the first file is named; None where there are no files.
    """
    texts = {folder / name: _text(folder / name) for name in sources}
    whole = "|".join(re.escape(f"<{spelled}>") for spelled in {iri, iri.removeprefix(base)})
    local = re.escape(re.split(r"[/#]", iri)[-1])
    prefixed = rf"(?<![\w.<\"-])[\w-]*:{local}(?![\w-])" if local else "(?!)"
    for pattern in (f"^(?:{whole})", f"^(?:{prefixed})", whole, prefixed):
        for path, text in texts.items():
            found = re.search(pattern, text, re.MULTILINE)
            if found:
                return SourceLocation(path, text.count("\n", 0, found.start()) + 1)
    return next((SourceLocation(path) for path in texts), None)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            return ""
        with path.open("rb") as file, gzip.GzipFile(fileobj=file) if path.suffix == ".gz" else file as content:
            return content.read(_LARGEST_BYTES).decode("utf-8", errors="replace")
    except (OSError, EOFError):
        return ""
