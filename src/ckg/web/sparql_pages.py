"""The endpoint in a browser: what `/sparql` shows there."""

from __future__ import annotations

from ckg.pages import querying
from ckg.query.job import QueryResult
from ckg.web import language_choice
from ckg.web.pages import reader, site


def depends_on() -> tuple[str, ...]:
    """Return what the page of an answer depends on beside the query and the release."""
    return (language_choice.chosen(),)


def render_editor() -> str:
    """Return the page with the form."""
    return querying.editor(site(), reader())


def render_results(query: str, answer: QueryResult) -> str:
    """Return the page with the form and an answer, which is in the format that `querying.shown` gives."""
    return querying.results(site(), reader(), query, answer)
