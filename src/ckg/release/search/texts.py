"""Reading from the triples what can be searched: the texts of each thing, its classes, and whose selector it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from pathlib import Path

from ckg.formats.statement_lines import iri, literal, unescaped
from ckg.model.staged import StagedGraph
from ckg.release import merge
from ckg.release.search.fields import CARRIERS, FIELDS, SAME_AS, SUBCLASS, TYPE, Field

_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
_TYPE, _SUBCLASS, _SAME_AS = f"<{TYPE}>", f"<{SUBCLASS}>", f"<{SAME_AS}>"
_CLASS = re.compile(rb"^\S+ %s (<[^>]*>)" % re.escape(_TYPE.encode()), re.MULTILINE)
_TIES = frozenset(f"<{predicate}>" for predicate in (TYPE, *CARRIERS, SAME_AS, SUBCLASS))


@dataclass(slots=True)
class IndexedThing:
    """A subject (an IRI, or a blank node with its `_:`) and what the index wants of it.

    `texts` are (field, language, text); `classes`, `superclasses`, `selectors` (what carries a text of it) and
    `aliases` (what it is the same as) are IRIs or blank nodes.
    """

    name: str
    texts: list[tuple[Field, str, str]] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    superclasses: list[str] = field(default_factory=list)
    selectors: list[str] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)


def things(triples: Path, names: Iterable[str] = ()) -> Iterator[IndexedThing]:
    """Yield every subject of a sorted N-Triples file, with what is said of it that the index wants.

    `names` are the IRIs of properties whose values are names, beside those that always are.
    """
    fields = {f"<{predicate}>": found for predicate, found in FIELDS.items()}
    fields |= {f"<{predicate}>": Field.LABEL for predicate in names}
    interesting = {predicate.encode() for predicate in (*fields, *_TIES)}
    subject = b""
    thing: IndexedThing | None = None
    for line in chain.from_iterable(merge.lines(triples)):
        found, predicate, rest = line.split(b" ", 2)
        if found != subject or thing is None:
            if thing is not None:
                yield thing
            subject, thing = found, IndexedThing(_name(found.decode()))
        if predicate not in interesting:
            continue
        _add(thing, fields, predicate.decode(), rest[:-3].decode())
    if thing is not None:
        yield thing


@lru_cache(maxsize=10_000)
def _name(term: str) -> str:
    return iri(term) if term[0] == "<" else term


def _add(thing: IndexedThing, fields: Mapping[str, Field], predicate: str, value: str) -> None:
    where = fields.get(predicate)
    if where is not None:
        if value[0] == '"':
            text, language, datatype = literal(value)
            if datatype in ("", _XSD_STRING):
                thing.texts.append((where, language, unescaped(text)))
    elif value[0] != '"':
        name = _name(value)
        if predicate == _TYPE:
            thing.classes.append(name)
        elif predicate == _SUBCLASS:
            thing.superclasses.append(name)
        elif predicate == _SAME_AS:
            thing.aliases.append(name)
        else:
            thing.selectors.append(name)


def asserted_classes(graphs: Iterable[StagedGraph]) -> frozenset[str]:
    """Return every class that some statement of the graphs says a thing is of."""
    found: set[bytes] = set()
    for graph in graphs:
        for lines in merge.lines(graph.path):
            found.update(_CLASS.findall(b"".join(lines)))
    return frozenset(iri(term.decode()) for term in found)
