"""What the page of an ontology says of the differences to the version before."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from ckg.pages import text
from ckg.pages.terms import LABELS, RDFS
from ckg.pages.view_context import Ref, ViewContext

_MOST_SHOWN: Final = 200
_IRI: Final = re.compile(r"<([^<>\s]+)>")
_DEFINED_BY: Final = RDFS.isDefinedBy.value


@dataclass(frozen=True, slots=True)
class ValueChange:
    """A statement about a term that came or went: its property, and its value in words."""

    predicate: Ref
    value: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class TermChange:
    """A term that has changed, with the statements that came and went."""

    ref: Ref
    values: list[ValueChange]


@dataclass(frozen=True, slots=True)
class OntologyDifferences:
    """The terms that are new, are gone (with the names they had) and have changed; `hidden` are not shown."""

    new: list[Ref]
    gone: list[tuple[str, str]]
    changed: list[TermChange]
    hidden: int


def differences(
    reader: ViewContext, ontologies: Collection[str], terms: Collection[NamedNode], *, is_only: bool
) -> OntologyDifferences | None:
    """Return the differences in the terms of some ontologies; None where none are known.

    A term that is gone is one of these where it said so, where its IRI begins like theirs, or where there is no other.
    """
    there = {term.value for term in terms}
    rows = [row for row in reader.ontology_changes if row["iri"] in there]
    lost = [row for row in reader.ontology_changes if row["kind"] == "gone" and (is_only or _was_in(row, ontologies))]
    if not rows and not lost:
        return None
    new = [NamedNode(row["iri"]) for row in rows if row["kind"] == "new"]
    changed = [row for row in rows if row["kind"] == "changed"]
    return OntologyDifferences(
        new=reader.refs(new[:_MOST_SHOWN]),
        gone=[(_name(row), row["iri"]) for row in lost[:_MOST_SHOWN]],
        changed=[_change(reader, row) for row in changed[:_MOST_SHOWN]],
        hidden=sum(max(0, len(found) - _MOST_SHOWN) for found in (new, lost, changed)),
    )


def _was_in(row: Mapping[str, Any], ontologies: Collection[str]) -> bool:
    said = {value for predicate, value in row["removed"] if predicate == _DEFINED_BY}
    if said:
        return any(f"<{iri}>" in said for iri in ontologies)
    return str(row["iri"]).startswith(tuple(iri.rstrip("#/") + mark for iri in ontologies for mark in "#/"))


def _name(row: Mapping[str, Any]) -> str:
    names = {label.value for label in LABELS}
    found = [_shown(None, value) for predicate, value in row["removed"] if predicate in names]
    return found[0] if found else str(row["iri"])


def _change(reader: ViewContext, row: Mapping[str, Any]) -> TermChange:
    def values(rows: Sequence[Sequence[str]], *, is_new: bool) -> list[ValueChange]:
        return [ValueChange(reader.ref(NamedNode(p)), _shown(reader, value), is_new) for p, value in rows]

    found = [*values(row["removed"], is_new=False), *values(row["added"], is_new=True)]
    found.sort(key=lambda change: (change.predicate.words.text.casefold(), change.is_new))
    return TermChange(reader.ref(NamedNode(row["iri"])), found)


def _shown(reader: ViewContext | None, value: str) -> str:
    """Return a term in N-Triples, or what is said of a node without a name, in words."""
    if value[:1] == '"':
        (quad,) = parse(f"<x:> <x:> {value} .", format=RdfFormat.N_TRIPLES, lenient=True)
        literal = quad.object
        assert isinstance(literal, Literal)
        return text.plain(literal.value, 300) + (f" ({literal.language})" if literal.language else "")
    if reader is None:
        return value
    return text.plain(_IRI.sub(lambda found: reader.label(NamedNode(found[1])).text, value), 300)
