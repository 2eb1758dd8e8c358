"""Which properties have numbers that the store keeps as text, because they are beyond what it computes with."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from ckg.formats.statement_lines import iri
from ckg.model.vocabulary import XSD_NS

_BLOCK_BYTES: Final = 1 << 24
_LONG: Final = re.compile(rb'"([+-]?[0-9]*\.?[0-9]*)"\^\^<%s([A-Za-z]+)> \.\n' % re.escape(XSD_NS.encode()))
_FEWEST_DIGITS: Final = 19
_PROBE: Final = "SELECT ?number { FILTER(isNumeric(?number)) }"
_TYPES: Final = frozenset(
    {
        "integer",
        "decimal",
        *("long", "int", "short", "byte", "nonNegativeInteger", "nonPositiveInteger", "negativeInteger"),
        *("positiveInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
    }
)


def properties(union: Path) -> tuple[str, ...]:
    """Return the IRIs of the properties with such values in a file of N-Triples, sorted."""
    store = ox.Store()
    names: set[bytes] = set()
    with union.open("rb") as file:
        for lines in iter(partial(file.readlines, _BLOCK_BYTES), []):
            data = b"".join(lines)
            for found in _LONG.finditer(data):
                if len(found[1]) < _FEWEST_DIGITS or found[2].decode() not in _TYPES:
                    continue
                predicate = data[data.rfind(b"\n", 0, found.start()) + 1 : found.start()].split(b" ")[1]
                if predicate not in names and not _is_number(store, found[1].decode(), found[2].decode()):
                    names.add(predicate)
    return tuple(sorted(iri(name.decode()) for name in names))


def _is_number(store: ox.Store, text: str, kind: str) -> bool:
    """Say whether the store computes with a number."""
    number = ox.Literal(text, datatype=ox.NamedNode(XSD_NS + kind))
    return any(True for _ in store.query(_PROBE, substitutions={ox.Variable("number"): number}))  # type: ignore[union-attr]
