"""What an error is to clients: problem details (RFC 9457), in JSON and in RDF."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import pyoxigraph as ox

from ckg.formats import Format, GraphFormat
from ckg.model.vocabulary import DCTERMS_NS

_HTTP = "http://www.w3.org/2011/http#"


@dataclass(frozen=True, slots=True)
class ProblemDetails:
    """What went wrong, for people and programs; `extra` are further members, `about` the IRI asked for, if any.

    `successors` are the IRIs that took the place of something withdrawn, `formats` what could have been asked for.
    """

    status: int
    title: str
    detail: str
    type: str = "about:blank"
    extra: Mapping[str, Any] = field(default_factory=dict)
    about: str | None = None
    successors: tuple[str, ...] = ()
    fixed: Format | None = None

    @property
    def phrase(self) -> str:
        """The reason phrase of the status."""
        return HTTPStatus(self.status).phrase

    def as_json(self) -> bytes:
        """Return the problem details document."""
        document = {"type": self.type, "title": self.title, "status": self.status, "detail": self.detail}
        if self.about:
            document["instance"] = self.about
        if self.successors:
            document["successors"] = list(self.successors)
        return json.dumps(document | dict(self.extra), ensure_ascii=False).encode() + b"\n"

    def as_rdf(self, wanted: GraphFormat) -> bytes:
        """Return the problem in an RDF format, in the W3C's vocabulary HTTP in RDF."""
        node = ox.BlankNode("problem")
        rows: list[tuple[ox.NamedNode | ox.BlankNode, str, ox.NamedNode | ox.BlankNode | ox.Literal]] = [
            (node, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", ox.NamedNode(_HTTP + "Response")),
            (node, _HTTP + "statusCodeValue", ox.Literal(self.status)),
            (node, _HTTP + "reasonPhrase", ox.Literal(self.phrase)),
            (node, DCTERMS_NS + "title", ox.Literal(self.title)),
            (node, DCTERMS_NS + "description", ox.Literal(self.detail)),
        ]
        subject = _named(self.about)
        if subject is not None:
            rows.append((node, DCTERMS_NS + "subject", subject))
            replaced = [value for value in map(_named, self.successors) if value is not None]
            rows += [(subject, DCTERMS_NS + "isReplacedBy", value) for value in replaced]
        lines = [f"{s} <{p}> {o} .\n".encode() for s, p, o in rows]
        return b"".join(wanted.document([lines], {"dcterms": DCTERMS_NS, "http": _HTTP}))


def _named(iri: str | None) -> ox.NamedNode | None:
    try:
        return ox.NamedNode(iri) if iri else None
    except ValueError:
        return None


class ProblemRaised(Exception):
    """A problem on its way to the handler, with the headers its answer needs."""

    def __init__(self, problem: ProblemDetails, **fields: str) -> None:
        super().__init__(problem.title)
        self.problem = problem
        self.headers = {name.replace("_", "-"): value for name, value in fields.items()}
