"""The queries that feed templates: SPARQL with `$this` for the thing of the page and `$language` for the reader's."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import Literal, NamedNode

from ckg.errors import ProjectError, QueryError, SourceLocation
from ckg.query.guard.checker import Form, check
from ckg.query.guard.tokens import TokenKind, tokens
from ckg.query.limits import QueryLimits

THIS, LANGUAGE = "this", "language"


def bound(text: str, this: NamedNode | None, language: str) -> str:
    r"""Return a query with the thing and the language in the place of `$this` and `$language`.

    >>> bound('SELECT ?b { ?b ?p $this FILTER(?b != "$this") } # $this', NamedNode("https://example.org/a"), "en")
    'SELECT ?b { ?b ?p <https://example.org/a> FILTER(?b != "$this") } # $this'
    """
    values = {LANGUAGE: str(Literal(language))}
    if this is not None:
        values[THIS] = str(this)
    pieces, reached = [], 0
    for token in tokens(text):
        value = values.get(token.text[1:]) if token.kind is TokenKind.VARIABLE else None
        if value is not None:
            pieces += [text[reached : token.start], value]
            reached = token.end
    return "".join([*pieces, text[reached:]])


def checked(path: Path) -> str:
    """Return the text of a query file. Raises `ProjectError` where it is missing or no SELECT or ASK query."""
    try:
        text = path.read_text(encoding="utf-8")
        form = check(bound(text, NamedNode("https://example.org/this"), "en"), QueryLimits()).form
    except FileNotFoundError:
        raise ProjectError("there is no such query", place=SourceLocation(path)) from None
    except UnicodeDecodeError as error:
        raise ProjectError(f"the query is not UTF-8: {error}", place=SourceLocation(path)) from None
    except QueryError as error:
        raise ProjectError(f"the query cannot be used: {error.message}", place=SourceLocation(path)) from error
    if form not in (Form.SELECT, Form.ASK):
        raise ProjectError(f"the query is a {form.value}", place=SourceLocation(path), hint="Write a SELECT or an ASK.")
    return text
