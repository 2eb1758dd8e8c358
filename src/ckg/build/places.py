"""Where in the files of a project an IRI is written, for messages that name file and line."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from ckg.errors import SourceLocation

_LARGEST_BYTES = 64 << 20  # files that are larger are named without a line


def place(
    folder: Path, sources: Iterable[str], iri: str, base: str, *, after: str | None = None
) -> SourceLocation | None:
    """Return the first place where files write an IRI: in full, without the base, or with a prefix.

    With `after`, the first place after that where they write another IRI, if there is one. `sources` are paths below
    `folder`. A line that begins with the IRI, as a subject does, goes before others. Where no line can be told, the
    first file is named; None where there are no files.
    """
    texts = {folder / name: _text(folder / name) for name in sources}
    if after is not None and after != iri and (begin := _first(texts, after, base)):
        path, start = begin
        for pattern in _patterns(iri, base)[2:]:
            if found := re.compile(pattern, re.MULTILINE).search(texts[path], start):
                return SourceLocation(path, texts[path].count("\n", 0, found.start()) + 1)
    if found_at := _first(texts, iri, base):
        path, start = found_at
        return SourceLocation(path, texts[path].count("\n", 0, start) + 1)
    return next((SourceLocation(path) for path in texts), None)


def _first(texts: Mapping[Path, str], iri: str, base: str) -> tuple[Path, int] | None:
    for pattern in _patterns(iri, base):
        for path, text in texts.items():
            if found := re.search(pattern, text, re.MULTILINE):
                return path, found.start()
    return None


def _patterns(iri: str, base: str) -> tuple[str, ...]:
    """Return expressions for an IRI: first for one at the beginning of a line, then for one anywhere."""
    whole = "|".join(re.escape(f"<{spelled}>") for spelled in {iri, iri.removeprefix(base)})
    local = re.escape(re.split(r"[/#]", iri)[-1])
    prefixed = rf"(?<![\w.<\"-])[\w-]*:{local}(?![\w-])" if local else "(?!)"
    return f"^(?:{whole})", f"^(?:{prefixed})", whole, prefixed


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            return ""
        with path.open("rb") as file, gzip.GzipFile(fileobj=file) if path.suffix == ".gz" else file as content:
            return content.read(_LARGEST_BYTES).decode("utf-8", errors="replace")
    except (OSError, EOFError):
        return ""
