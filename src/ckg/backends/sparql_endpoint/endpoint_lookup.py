"""Look-ups at an endpoint: fewer requests than by patterns alone, the same results."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from ckg.backends.pattern_lookup import Pattern, PatternLookup
from ckg.backends.release import ReleaseData
from ckg.backends.sparql_endpoint.dialects import SERVICE_PREFIX
from ckg.backends.sparql_endpoint.endpoint import Endpoint
from ckg.backends.sparql_endpoint.remote_quads import RemoteQuads
from ckg.model.vocabulary import LABELS
from ckg.query.lookup import MAX_COUNTED, Count, Label, Node, Term

_UNION = DefaultGraph()
_NAMES_MAX = 2000
_TRIPLES_MAX = 10_000
_LABEL_MAX_CHARACTERS = 300


class EndpointLookup(PatternLookup):
    """Look-ups at an endpoint; see `ckg.query.lookup.Lookup`."""

    def __init__(self, endpoint: Endpoint, data: ReleaseData) -> None:
        self._endpoint = endpoint
        self._remote = RemoteQuads(endpoint, (data.base.void_graph, data.base.examples_graph))
        try:
            super().__init__(self._remote, data.base, data.graphs)
        except BaseException:
            endpoint.close()
            raise

    def close(self) -> None:
        """Let go of the files and connections."""
        super().close()
        self._endpoint.close()

    def exists(self, iri: str) -> bool:
        """Say whether an IRI occurs in the release: as subject, predicate, object or name of a graph."""
        if iri.startswith(SERVICE_PREFIX):
            return False
        try:
            node = NamedNode(iri)
        except ValueError:
            return False
        return self._remote.occurs(node)

    def count(
        self,
        subject: str | None = None,
        predicate: str | None = None,
        value: str | None = None,
        *,
        most: int = MAX_COUNTED,
    ) -> Count:
        """Count statements of the union graph that match a pattern of IRIs, up to `most`."""
        try:
            nodes = [None if iri is None else NamedNode(iri) for iri in (subject, predicate, value)]
        except ValueError:
            return Count(0, True)
        number = self._remote.number((nodes[0], nodes[1], nodes[2]), _UNION, most + 1)
        return Count(min(number, most), number <= most)

    def _some(self, pattern: Pattern, graph: NamedNode | DefaultGraph, offset: int, limit: int) -> list[Quad]:
        return self._remote.some(pattern, graph, offset, limit)

    def _number(self, pattern: Pattern) -> int:
        return self._remote.number(pattern, _UNION, 1 << 53)

    def _everywhere(self, subject: Node | None, predicate: NamedNode | None, value: Term | None) -> Iterator[Quad]:
        """Yield matches, each once: what stands in the union stands in a named graph too."""
        if subject is None:
            yield from super()._everywhere(subject, predicate, value)
            return
        found = self._remote.triples_anywhere((subject, predicate, value), (), _TRIPLES_MAX)
        yield from (Quad(triple.subject, triple.predicate, triple.object, _UNION) for triple in found)

    def _names(self, node: str | Node) -> tuple[Label, ...]:
        """Return every name of a thing, the more telling properties first; one request for all of them."""
        try:
            subject = NamedNode(node) if isinstance(node, str) else node
        except ValueError:
            return ()
        triples = self._remote.triples_anywhere((subject, None, None), tuple(map(NamedNode, LABELS)), _NAMES_MAX)
        found: list[Label] = []
        for predicate in LABELS:
            texts = [t.object for t in triples if t.predicate.value == predicate and isinstance(t.object, Literal)]
            rows = {Label(_short(text.value), (text.language or "").lower()) for text in islice(texts, 200)}
            found += sorted(rows - set(found), key=lambda row: (row.language, row.text))
        return tuple(found)


def _short(text: str) -> str:
    return text if len(text) <= _LABEL_MAX_CHARACTERS else text[: _LABEL_MAX_CHARACTERS - 1] + "…"
