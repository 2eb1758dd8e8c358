"""Blank nodes at an endpoint: each is an IRI there, so that it is one node in every graph and can be asked for.

RDF 1.1 Concepts, section 3.5. The label of the node is part of the IRI; what comes back has blank nodes again.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, unquote

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Triple

from ckg.backends.sparql_endpoint.dialects import SERVICE_PREFIX
from ckg.query.lookup import Node, Term

GENID_PREFIX: Final = f"{SERVICE_PREFIX}genid:"
"""What such an IRI begins with; behind it stands the label, percent-encoded."""

# A quote inside a text of JSON has a backslash before it, so that this can only be a term.
_IN_JSON: Final = re.compile(rb'("type"\s*:\s*)"uri"(\s*,\s*"value"\s*:\s*)"' + GENID_PREFIX.encode() + rb'([^"]*)"')
_OTHER_ORDER: Final = re.compile(
    rb'("value"\s*:\s*)"' + GENID_PREFIX.encode() + rb'([^"]*)"(\s*,\s*"type"\s*:\s*)"uri"'
)


def skolemised(term: Term | None) -> Term | None:
    """Return the IRI that stands for a blank node, and anything else as it is.

    >>> skolemised(BlankNode("a.b"))
    <NamedNode value=urn:x-ckg:genid:a.b>
    """
    return NamedNode(GENID_PREFIX + quote(term.value, safe="")) if isinstance(term, BlankNode) else term


def with_blank_node(term: Term) -> Term:
    """Return the blank node that an IRI stands for, and anything else as it is."""
    if isinstance(term, NamedNode) and term.value.startswith(GENID_PREFIX):
        return BlankNode(unquote(term.value[len(GENID_PREFIX) :]))
    return term


def node_with_blank_node(term: Term) -> Node:
    """Return the same for a subject. Raises `TypeError` for what is none."""
    node = with_blank_node(term)
    if isinstance(node, NamedNode | BlankNode):
        return node
    raise TypeError(f"no subject of a statement: {term}")


def skolemised_quad(quad: Quad, graph: NamedNode | DefaultGraph) -> Quad:
    """Return a quad in another graph, with IRIs in the place of blank nodes."""
    return Quad(skolemised(quad.subject), quad.predicate, skolemised(quad.object), graph)  # type: ignore[arg-type]


def triple_with_blank_nodes(triple: Triple) -> Triple:
    """Return a triple in which the IRIs that stand for blank nodes are these."""
    subject, value = triple.subject, triple.object
    return Triple(with_blank_node(subject), triple.predicate, with_blank_node(value))  # type: ignore[arg-type]


def results_with_blank_nodes(text: bytes) -> bytes:
    r"""Return results in JSON in which the IRIs that stand for blank nodes are these.

    >>> results_with_blank_nodes(b'{"type":"uri","value":"urn:x-ckg:genid:a%2Fb"}')
    b'{"type":"bnode","value":"a/b"}'
    """
    if GENID_PREFIX.encode() not in text:
        return text
    text = _IN_JSON.sub(lambda found: found[1] + b'"bnode"' + found[2] + _label(found[3]), text)
    return _OTHER_ORDER.sub(lambda found: found[1] + _label(found[2]) + found[3] + b'"bnode"', text)


def _label(encoded: bytes) -> bytes:
    return b'"' + unquote(encoded.decode()).encode() + b'"'
