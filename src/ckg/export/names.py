"""What the pages of an export call each IRI of the data, and which page a link to it leads to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from ckg.export.file_names import file_of, link
from ckg.formats import N_TRIPLES
from ckg.formats.statement_lines import iri
from ckg.pages.view_context import ViewContext
from ckg.release.layout import Release

_IRIS: Final = re.compile(rb"<([^<>]*)>")


@dataclass(frozen=True, slots=True)
class NameRow:
    """An IRI, its name and the language of that, and the address of its page below the export (empty: none)."""

    iri: str
    label: str
    language: str
    href: str


def rows(release: Release, reader: ViewContext, files: Mapping[str, str]) -> Iterator[NameRow]:
    """Yield a row for every IRI in the data, sorted; `files` are those of the export."""
    found: set[bytes] = set()
    with release.dump(N_TRIPLES).open("rb") as lines:
        for line in lines:
            found.update(_IRIS.findall(_without_literal(line)))
    for name in sorted(found):
        ref = reader.ref(NamedNode(iri(f"<{name.decode()}>")))
        address, _, fragment = ref.href.partition("#")
        file = file_of(address) if address.startswith("/") else ""
        href = link("", file) + (f"#{fragment}" if fragment else "") if file in files else ""
        yield NameRow(ref.iri, ref.words.text, ref.words.lang, href)


def _without_literal(line: bytes) -> bytes:
    """Return a statement of N-Triples without a literal and its datatype."""
    return line.partition(b' "')[0]
