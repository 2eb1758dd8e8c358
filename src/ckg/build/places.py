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
        for _, pattern in _patterns(iri, base)[2:]:
            if found := re.compile(pattern, re.MULTILINE).search(texts[path], start):
                return SourceLocation(path, texts[path].count("\n", 0, found.start()) + 1)
    if found_at := _first(texts, iri, base):
        path, start = found_at
        return SourceLocation(path, texts[path].count("\n", 0, start) + 1)
    return next((SourceLocation(path) for path in texts), None)


def _first(texts: Mapping[Path, str], iri: str, base: str) -> tuple[Path, int] | None:
    for needles, pattern in _patterns(iri, base):
        for path, text in texts.items():
            # A search with alternatives takes thirty times as long as one for a text, which mostly is not there.
            if any(needle in text for needle in needles) and (found := re.search(pattern, text, re.MULTILINE)):
                return path, found.start()
    return None


def _patterns(iri: str, base: str) -> tuple[tuple[tuple[str, ...], str], ...]:
    """Return expressions for an IRI, with texts of which a file has one where it fits.

    First those for an IRI at the beginning of a line, then for one anywhere; attributes of XML and texts of JSON after
    those of Turtle.
    """
    written = tuple({f"<{iri}>", f"<{iri.removeprefix(base)}>"})
    whole = "|".join(re.escape(f"<{spelled}>") for spelled in {iri, iri.removeprefix(base)})
    name = re.split(r"[/#]", iri)[-1]
    local = re.escape(name)
    prefixed = rf"(?<![\w.<\"-])[\w-]*:{local}(?![\w-])" if local else "(?!)"
    in_sheet = rf"^\"?{local}\"?[,;\t]" if local else "(?!)"
    short, cells = (f":{name}",), tuple(f"{name}{end}" for end in ',;\t"')
    return (
        (written, f"^(?:{whole})"),
        (short, f"^(?:{prefixed})"),
        (written, whole),
        (short, prefixed),
        ((f'"{iri}"',), re.escape(f'"{iri}"')),
        (cells, in_sheet),
    )


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
