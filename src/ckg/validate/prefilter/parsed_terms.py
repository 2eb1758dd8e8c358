"""Terms from their N-Quads text, many at a time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import pyoxigraph as ox

from ckg.validate.rdflib_graphs import Term


def parse_terms(texts: Iterable[str]) -> list[Term]:
    """Return the terms that the texts stand for, in their order.

    >>> [term.value for term in parse_terms(['<urn:a>', '"b"@en', "_:c"])]
    ['urn:a', 'b', 'c']
    """
    lines = "".join(f"<urn:s> <urn:p> {text} .\n" for text in texts)
    return [cast("Term", quad.object) for quad in ox.parse(lines.encode(), format=ox.RdfFormat.N_TRIPLES)]
