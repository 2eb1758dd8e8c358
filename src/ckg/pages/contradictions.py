"""The contradictions of a release: what clashes, and the proof of each premise that nobody stated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from ckg.pages import proofs
from ckg.pages.proofs import Reason
from ckg.pages.site import Site
from ckg.pages.view_context import Datum, Ref, ViewContext
from ckg.reason.proofs.explainer import Term, term

SHOWN = 100
"""Contradictions on the page; contradictions.json lists more of them."""


@dataclass(frozen=True, slots=True)
class ContradictionPremise:
    """A statement that takes part in a contradiction: the files that state it, or why it follows (None: no proof)."""

    subject: Ref | Datum
    predicate: Ref | Datum
    value: Ref | Datum
    files: tuple[str, ...]
    proof: Reason | None


@dataclass(frozen=True, slots=True)
class ContradictionRow:
    """One contradiction: the rule that concludes false, in words, and the statements that it concludes it from."""

    rule: str
    note: str
    premises: list[ContradictionPremise]


def rows(site: Site, reader: ViewContext) -> list[ContradictionRow]:
    """Return the first contradictions of the release."""
    return [
        ContradictionRow(
            str(row["rule"]), str(row["note"]), [_premise(site, reader, premise) for premise in row["premises"]]
        )
        for row in site.release.contradictions["contradictions"][:SHOWN]
    ]


def _premise(site: Site, reader: ViewContext, row: Mapping[str, Any]) -> ContradictionPremise:
    subject, predicate, value = map(term, row["triple"])
    files = tuple(map(str, row["files"]))
    return ContradictionPremise(
        reader.show(subject),
        reader.show(predicate),
        reader.show(value),
        files,
        None if files else _proof(site, reader, subject, predicate, value),
    )


def _proof(site: Site, reader: ViewContext, subject: Term, predicate: Term, value: Term) -> Reason | None:
    if site.explainer is None or isinstance(subject, ox.Literal) or not isinstance(predicate, ox.NamedNode):
        return None
    return proofs.reason(reader, site.explainer, subject, predicate, value)
