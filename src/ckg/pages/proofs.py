"""Why inferred statements hold: the proof of each, step by step, down to what somebody stated."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode, Triple

from ckg.pages import render
from ckg.pages.messages import gettext
from ckg.pages.site import Site
from ckg.pages.view_context import Datum, Ref, ViewContext
from ckg.query.lookup import Statement
from ckg.reason.proofs.explainer import Explainer, Node, ProofStep, Term
from ckg.reason.rules.project_rules import FOLDER

MAX_STEPS = 12
_MAX_CHARS = 40

Shown = Ref | Datum


@dataclass(frozen=True, slots=True)
class ProofLine:
    """A step of a proof: a statement, the rule and the numbers of its premises, or the graphs that state it.

    A rule of the project's is called by its file; `is_own` tells it from those of OWL 2 RL.
    """

    subject: Shown
    predicate: Shown
    value: Shown
    rule: str
    words: str
    premises: tuple[int, ...]
    graphs: list[Ref]

    @property
    def is_own(self) -> bool:
        """Whether the rule is one of the project's."""
        return self.rule.startswith(f"{FOLDER}/")


@dataclass(frozen=True, slots=True)
class Reason:
    """A statement and its proof, the statement itself last; `more` says that the proof is longer than is shown."""

    subject: Shown
    predicate: Shown
    value: Shown
    lines: list[ProofLine]
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Why(render.Page):
    """Why statements of a thing hold; `kept` says whether the release keeps proofs at all."""

    self_ref: Ref
    predicate: Ref
    reasons: list[Reason]
    kept: bool
    left_out: int


def html(site: Site, reader: ViewContext, of: str, by: str, to: str) -> str | None:
    """Return the page that says why statements hold; at least a property and one end must be named.

    Names are IRIs or CURIEs. None where nothing of the kind was inferred.
    """
    subject, predicate, value = (reader.resolve(name) for name in (of, by, to))
    if predicate is None or (subject is None and value is None):
        return None
    rows = _statements(reader, subject, predicate, value)
    if not rows:
        return None
    reasons = [
        reason(reader, site.explainer, row.subject, row.predicate, row.object)
        for row in rows[:MAX_STEPS]
        if not isinstance(row.object, Triple)
    ]
    about = reader.ref(subject or value or predicate)
    model = Why(
        title=gettext("Why? %(thing)s: %(property)s", thing=about.words.text, property=reader.label(predicate).text),
        self_ref=about,
        predicate=reader.ref(predicate),
        reasons=reasons,
        kept=site.explainer is not None,
        left_out=max(0, len(rows) - MAX_STEPS),
    )
    return render.page(site, reader, "why.html", model)


def _statements(
    reader: ViewContext, subject: NamedNode | None, predicate: NamedNode, value: NamedNode | None
) -> list[Statement]:
    """Return the inferred statements with a property of a thing, or to a thing, those about our own things."""
    graph = reader.graph
    if subject is not None:
        rows: Iterable[Statement] = graph.about(subject, limit=1_000).rows
    else:
        assert value is not None
        rows = graph.pointing_at(value, limit=1_000).rows
    return [
        row
        for row in rows
        if row.predicate == predicate
        and row.inferred
        and (value is None or row.object == value)
        and not isinstance(row.object, Triple)
        and _both_ours(reader, row)
    ]


def _both_ours(reader: ViewContext, row: Statement) -> bool:
    ends = [end for end in (row.subject, row.object) if isinstance(end, NamedNode)]
    return not any(reader.graph.is_twin(end.value) for end in ends)


def reason(
    reader: ViewContext, explainer: Explainer | None, subject: Node, predicate: NamedNode, value: Term
) -> Reason:
    """Return a statement with its proof, which is empty where the release keeps none."""
    steps = explainer.prove(subject, predicate, value) if explainer is not None else ()
    lines = [_line(reader, step) for step in steps[:_MAX_CHARS]]
    shown = reader.show(subject), reader.show(predicate), reader.show(value)
    return Reason(*shown, lines, len(steps) > _MAX_CHARS)


def _line(reader: ViewContext, step: ProofStep) -> ProofLine:
    subject, predicate, value = (reader.show(term) for term in step.triple)
    rule = "" if step.rule == "asserted" else step.rule
    graphs = [reader.ref(NamedNode(name)) for name in step.graphs]
    return ProofLine(subject, predicate, value, rule, step.words, tuple(place + 1 for place in step.premises), graphs)
