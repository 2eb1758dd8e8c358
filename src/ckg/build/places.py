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
    in_sheet = rf"^\"?{local}\"?[,;\t]" if local else "(?!)"
    for pattern in (f"^(?:{whole})", f"^(?:{prefixed})", whole, prefixed, in_sheet):
        for path, text in texts.items():
            found = re.search(pattern, text, re.MULTILINE)
            if found:
                return SourceLocation(path, text.count("\n", 0, found.start()) + 1)
    return next((SourceLocation(path) for path in texts), None)


def literal_place(
    folder: Path, sources: Iterable[str], text: str, subject: str | None, base: str
) -> SourceLocation | None:
    """Return the first place where files write a literal, after its subject where that has a name.

    `sources` are paths below `folder`; `text` is the value of the literal, found whether or not its quotation marks are
    escaped. Where it is not found, the place of the subject, or the first file.
    """
    names = tuple(sources)
    start = place(folder, names, subject, base) if subject is not None else None
    files = [start.file] if start else [folder / name for name in names]
    for path in files:
        lines = _text(path).splitlines()
        skipped = start.line - 1 if start and start.line else 0
        for number, line in enumerate(lines[skipped:], skipped + 1):
            if text and text.splitlines()[0] in line.replace('\\"', '"'):
                return SourceLocation(path, number)
    return start or next((SourceLocation(path) for path in files), None)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            return ""
        with path.open("rb") as file, gzip.GzipFile(fileobj=file) if path.suffix == ".gz" else file as content:
            return content.read(_LARGEST_BYTES).decode("utf-8", errors="replace")
    except (OSError, EOFError):
        return ""
