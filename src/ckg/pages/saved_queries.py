"""The page of a stored query: its text, how to run it, and the addresses at which programs get its result."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from pyoxigraph import NamedNode

from ckg.formats import BOOLEAN_FORMATS, GRAPH_FORMATS, RESULT_FORMATS
from ckg.pages import questions
from ckg.pages.questions import Question
from ckg.pages.terms import SH
from ckg.pages.view_context import ViewContext

CLASSES = (
    SH.SPARQLSelectExecutable,
    SH.SPARQLAskExecutable,
    SH.SPARQLConstructExecutable,
)


@dataclass(frozen=True, slots=True)
class SavedQueryView:
    """A stored query as its page shows it.

    `question` is None where the data give no text. `run` is the address of the query page with its result, `address`
    the address for programs (empty where another query has the same last part of its IRI), `downloads` are rows of
    address and name of a format.
    """

    question: Question | None
    run: str
    address: str
    downloads: list[tuple[str, str]]


def view(reader: ViewContext, node: NamedNode) -> SavedQueryView:
    """Return what the page of a stored query shows."""
    question = questions.of_node(reader, node)
    if question is None:
        return SavedQueryView(None, "", "", [])
    run = reader.path("sparql") + f"?{urlencode({'query': question.text})}#answer"
    is_only = questions.by_slug(reader, question.slug) is not None
    address = reader.path(f"queries/{quote(question.slug, safe='')}") if is_only else ""
    formats = (
        RESULT_FORMATS
        if reader.graph.text(node, SH.select)
        else BOOLEAN_FORMATS
        if reader.graph.text(node, SH.ask)
        else GRAPH_FORMATS
    )
    found = [(f"{address}?{urlencode({'format': f.key})}", f.name) for f in formats] if address else []
    return SavedQueryView(question, run, address, found)
