"""A thing, and why a statement holds, as plain JSON for programs: each statement comes with its standing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ckg.model.prefixes import Prefixes
from ckg.pages import evidence_records
from ckg.pages.view_context import ViewContext
from ckg.query.lookup import Statement, Term
from ckg.reason.proofs.explainer import Explainer, term

MAX_STATEMENTS: Final = 500
_MAX_POINTING: Final = 200
_MAX_STEPS: Final = 100


def render(reader: ViewContext, iri: str) -> bytes | None:
    """Return a thing by its IRI or CURIE as JSON, None where nothing is said of it.

    `evidence` is the record of a coded statement, else null; `more` says that a thing has more statements than are
    given.
    """
    node = reader.resolve(iri)
    if node is None:
        return None
    said, pointing = reader.graph.about(node, limit=MAX_STATEMENTS), reader.graph.pointing_at(node, limit=_MAX_POINTING)
    if not said.rows and not pointing.rows:
        return None
    ref, definition = reader.ref(node), reader.definition(node)
    own = evidence_records.standing_of(reader, node, said.rows)
    names = reader.graph.lookup.names(node)
    coded = evidence_records.is_record(reader, node)
    answer = {
        "iri": node.value,
        "curie": ref.curie,
        "label": ref.words.text,
        "label_language": ref.words.lang,
        "names": [{"text": name.text, "language": name.language} for name in names],
        "kinds": [{"iri": kind.iri, "label": kind.words.text} for kind in reader.kinds(node)],
        "definition": definition.text if definition else "",
        "standing": own,
        "evidence": evidence_records.record(reader, node).as_json() if coded else None,
        "statements": [_said(reader, row, own) for row in said.rows],
        "pointing": [_pointing(reader, row) for row in pointing.rows],
        "more": said.more or pointing.more,
        "page": ref.href,
    }
    return json.dumps(answer, ensure_ascii=False).encode() + b"\n"


def _said(reader: ViewContext, row: Statement, own: str) -> dict[str, Any]:
    fact = evidence_records.fact(reader, row)
    return {
        "property": fact.property,
        "property_iri": row.predicate.value,
        "property_label": fact.property_label,
        "value": fact.value,
        "iri": fact.iri,
        "datatype": fact.datatype,
        "language": fact.language,
        "inferred": row.inferred,
        "standing": evidence_records.statement_standing(reader, row, own),
        "graphs": list(row.graphs),
    }


def _pointing(reader: ViewContext, row: Statement) -> dict[str, Any]:
    subject = reader.ref(row.subject)
    own = evidence_records.standing_of_thing(reader, row.subject)
    fact = _said(reader, row, own)
    return {
        key: fact[key] for key in ("property", "property_iri", "property_label", "inferred", "standing", "graphs")
    } | {
        "subject": subject.iri,
        "subject_label": subject.words.text,
    }


def explanation(reader: ViewContext, explainer: Explainer | None, names: tuple[str, str, str]) -> bytes | None:
    """Return why a triple holds as JSON, None where a name is no term.

    `verdict` is `stated` (with the graphs that state it), `inferred` (with the steps of the proof, or without any where
    the release keeps none), or `not in the graph`. Terms are IRIs, CURIEs, or written as in N-Triples.
    """
    subject, predicate, value = (read_term(reader.prefixes, name) for name in names)
    if not isinstance(subject, NamedNode) or not isinstance(predicate, NamedNode) or value is None:
        return None
    row = _statement(reader, subject, predicate, value)
    answer: dict[str, Any] = {
        "subject": subject.value,
        "predicate": predicate.value,
        "value": _written(value),
        "verdict": "not in the graph" if row is None else "inferred" if row.inferred else "stated",
        "standing": None,
        "graphs": [],
        "steps": [],
    }
    if row is not None:
        own = evidence_records.standing_of_thing(reader, subject)
        answer["standing"] = evidence_records.statement_standing(reader, row, own)
        answer["graphs"] = list(row.graphs)
        steps = explainer.prove(subject, predicate, value) if explainer is not None and row.inferred else ()
        answer["steps"] = [
            {
                "triple": [_written(part) for part in step.triple],
                "rule": step.rule,
                "words": step.words,
                "premises": list(step.premises),
                "graphs": list(step.graphs),
            }
            for step in steps[:_MAX_STEPS]
        ]
        answer["proof_is_cut"] = len(steps) > _MAX_STEPS
        coded = evidence_records.is_record(reader, subject)
        answer["evidence"] = evidence_records.record(reader, subject).as_json() if coded else None
    return json.dumps(answer, ensure_ascii=False).encode() + b"\n"


def _statement(reader: ViewContext, subject: NamedNode, predicate: NamedNode, value: Term) -> Statement | None:
    offset, more = 0, True
    while more:
        page = reader.graph.about(subject, offset=offset, limit=MAX_STATEMENTS)
        for row in page.rows:
            if row.predicate == predicate and row.object == value:
                return row
        offset, more = offset + MAX_STATEMENTS, page.more
    return None


def read_term(prefixes: Mapping[str, str] | Prefixes, name: str) -> NamedNode | Literal | None:
    """Return the term that a CURIE, an IRI or an N-Triples term names, or None.

    >>> read_term({}, '"eau"@fr').language
    'fr'
    """
    name = name.strip()
    if name.startswith(('"', "<")):
        try:
            found = term(name)
        except (SyntaxError, ValueError):
            return None
        return found if isinstance(found, NamedNode | Literal) else None
    prefix, colon, local = name.partition(":")
    iri = prefixes[prefix] + local if colon and prefix in prefixes else name
    try:
        return NamedNode(iri)
    except ValueError:
        return None


def _written(part: Term) -> str:
    return part.value if isinstance(part, NamedNode | BlankNode) else str(part) if not isinstance(part, Triple) else ""
