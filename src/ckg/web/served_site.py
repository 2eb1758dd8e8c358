"""What the pages know of the release that is served, and what they ask of this server."""

from __future__ import annotations

import io
from functools import partial

from flask import request
from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, parse_query_results

from ckg.errors import BudgetExhausted, CkgError, EndpointBusy, QueryError, QueryStopped
from ckg.formats import SPARQL_JSON
from ckg.pages import render
from ckg.pages.folder import PagesFolder
from ckg.pages.site import COPY, Location, Server, Site
from ckg.query.job import QueryJob
from ckg.query.lookup import Lookup
from ckg.query.pool import Pool
from ckg.query.scheduler.budget import client_of
from ckg.reason.proofs.explainer import Explainer
from ckg.release.layout import Release
from ckg.release.search.searching import Search
from ckg.web.finder import FUNCTION, Finder


def opened(
    release: Release,
    lookup: Lookup,
    pool: Pool,
    finder: Finder,
    *,
    picture_hosts: tuple[str, ...] = (),
    search: Search | None = None,
    explainer: Explainer | None = None,
) -> Site:
    """Return the pages of a release. Raises `ProjectError` where its pages folder cannot be used."""
    folder = PagesFolder(release.pages, release.prefixes)
    server = Server(
        location=_location,
        link=finder.link,
        function=finder.function,
        run=partial(_run, pool),
        picture_hosts=picture_hosts,
    )
    templates = render.environment(folder)
    return Site(release, lookup, folder, templates, server, search=search, explainer=explainer)


def _location() -> Location:
    reserved = request.environ.get(FUNCTION)
    path = f"/{reserved}{request.path}" if reserved else request.path
    return Location(path, tuple(request.args.items(multi=True)), is_copy=COPY in request.environ)


def _run(pool: Pool, text: str) -> QuerySolutions | QueryBoolean:
    """Evaluate a query of a page as one of the reader's, within the limits of the endpoint."""
    try:
        answer = pool.run(QueryJob(text, SPARQL_JSON, client=client_of(request.remote_addr or "")))
    except (BudgetExhausted, EndpointBusy, QueryStopped):
        raise
    except QueryError as error:  # not the reader's fault, who sent no query
        raise CkgError(f"a query of this page fails: {error.message}\n{text}") from error
    found = parse_query_results(io.BytesIO(answer.read()), format=QueryResultsFormat.JSON)
    assert isinstance(found, QuerySolutions | QueryBoolean)
    return found
