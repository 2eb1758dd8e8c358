"""Reading graphs by the SPARQL 1.1 Graph Store HTTP Protocol (section 5.2), at the address of the endpoint.

`?graph=IRI` is a named graph, `?default` the union of ontology, data and inferred statements. A graph is answered as
the query that constructs it, with the bounds of every query. Writing is refused: a release does not change.
"""

from __future__ import annotations

import time
from typing import Final

from flask import Response, request
from werkzeug.exceptions import NotFound

from ckg.errors import NotExpressible
from ckg.formats import GRAPH_FORMATS, TURTLE, Format, by_key
from ckg.model.negotiation import negotiate
from ckg.query.job import Dataset, QueryJob
from ckg.query.scheduler.budget import client_of
from ckg.web import headers, responses
from ckg.web.front.reply import FileSlice
from ckg.web.open_release import serving
from ckg.web.problem_details import ProblemDetails, ProblemRaised

_EVERYTHING: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


def read(graph: str, formats: tuple[str, ...]) -> Response:
    """Return a graph by its IRI, empty for the default graph; 404 where there is none, 406 for no fitting format."""
    current = serving()
    if graph and not current.lookup.is_graph(graph):
        raise NotFound(f"There is no graph <{graph}> in this release; /sparql describes those that there are.")
    offered: tuple[Format, ...] = GRAPH_FORMATS
    while True:
        wanted = next((f for f in (by_key(word, offered) for word in formats) if f is not None), None)
        if not formats:
            wanted = negotiate(request.headers.get("Accept"), offered, TURTLE)
        if wanted is None:
            rows = [{"format": f.name, "type": f.media_type} for f in offered]
            detail = "The graph cannot be written in any of the formats asked for."
            raise ProblemRaised(ProblemDetails(406, "Not Acceptable", detail, extra={"available": rows}), Vary="Accept")
        try:
            return _answer(graph, wanted)
        except NotExpressible:
            offered = tuple(f for f in offered if f != wanted)


def _answer(graph: str, wanted: Format) -> Response:
    tag = headers.entity_tag("graph", wanted.key, graph)
    if headers.not_modified(tag, fixed=False):
        answer = Response(status=304)
    else:
        dataset = Dataset((graph,)) if graph else Dataset()
        client = client_of(request.remote_addr or "")
        found = serving().pool.run(QueryJob(_EVERYTHING, wanted, dataset, client, time.monotonic()))
        answer = Response(found.body or b"", content_type=wanted.content_type)
        if found.file is not None:
            responses.send_file(answer, FileSlice(found.file, 0, found.size, temporary=True))
    answer.headers["ETag"] = tag
    headers.vary(answer, "Accept")
    headers.link(answer, serving().function("void"), "describedby")
    headers.link(answer, serving().release.about.license, "license")
    return answer
