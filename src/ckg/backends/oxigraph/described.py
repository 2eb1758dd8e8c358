"""Queries about the data set itself, which editors and language models ask of any endpoint without naming a graph.

The description (VoID, example queries, prefixes) stands in graphs of its own, which are no part of the default graph:
whoever counts the data counts the data. A query that names a term of the vocabularies of such descriptions is about the
description, and has it in its default graph as well, unless it says what its dataset is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from ckg.model.vocabulary import SH_NS
from ckg.query.guard.tokens import Token, TokenKind

NAMESPACES: Final = (
    "http://rdfs.org/ns/void#",
    "http://ldf.fi/void-ext#",
    "http://www.w3.org/ns/sparql-service-description#",
    "https://purl.expasy.org/sparql-examples/ontology#",
)
"""Vocabularies all of whose terms are about a data set, an endpoint or its examples."""

TERMS: Final = frozenset(f"{SH_NS}{name}" for name in ("SPARQLExecutable", "namespace"))
"""Further terms that are asked for in order to know examples and prefixes."""

_MAY_BE: Final = re.compile(r"void|shacl|sparql-|\bsh:|\bsd:")


def is_about_the_description(text: str, found: Sequence[Token], prefixes: Mapping[str, str]) -> bool:
    """Say whether a query names a term of descriptions. `prefixes` are those that need no declaration.

    >>> from ckg.query.guard.tokens import tokens
    >>> query = "PREFIX v: <http://rdfs.org/ns/void#> SELECT * { ?part v:class ?class }"
    >>> is_about_the_description(query, list(tokens(query)), {})
    True
    """
    if not _MAY_BE.search(text):
        return False
    known = dict(prefixes)
    for index, token in enumerate(found):
        if token.kind is TokenKind.WORD and token.text.upper() == "PREFIX" and index + 2 < len(found):
            known[found[index + 1].text[:-1]] = found[index + 2].text[1:-1]
        before = found[index - 2] if index > 1 else token
        is_declared = before.kind is TokenKind.WORD and before.text.upper() == "PREFIX"
        if token.kind is TokenKind.IRI and not is_declared:
            iri = token.text[1:-1]
        elif token.kind is TokenKind.NAME and not token.text.endswith(":"):
            prefix, _, local = token.text.partition(":")
            iri = known.get(prefix, "") + local
        else:
            continue
        if iri in TERMS or iri.startswith(NAMESPACES):
            return True
    return False
