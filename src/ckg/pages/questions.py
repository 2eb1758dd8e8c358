"""The ready questions of a project: queries stored in its data as SHACL executables, each with a question in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode

from ckg.pages.graph import Node
from ckg.pages.terms import SCHEMA, SH
from ckg.pages.view_context import Ref, ViewContext, Words
from ckg.query.parameters import Parameter, parameters

_FORMS = (
    (SH.SPARQLSelectExecutable, SH.select),
    (SH.SPARQLAskExecutable, SH.ask),
    (SH.SPARQLConstructExecutable, SH.construct),
)
_NO_NAMES = re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\n]|\\.)*"|\'(?:[^\'\\n]|\\.)*\'|<[^<>\s]*>|#[^\n]*')
_NAME = re.compile(r"(?<![\w:?$])([A-Za-z][\w.\-]*)?:(?=[\w%\\])")


@dataclass(frozen=True, slots=True)
class Question:
    """A query that is ready to run: `text` declares the prefixes it uses, so that it runs anywhere.

    `slug` is the last part of its IRI; `theme` is empty where the data name none.
    """

    ref: Ref
    words: Words
    comment: Words | None
    theme: str
    text: str
    place: int
    slug: str
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class Theme:
    """The example queries of one theme; the name is empty for those without one."""

    name: str
    questions: list[Question]


def themes(found: list[Question]) -> list[Theme]:
    """Return queries by their themes, in the order of the first query of each; those without one come last."""
    by_name: dict[str, list[Question]] = {}
    for question in found:
        by_name.setdefault(question.theme, []).append(question)
    rows = [Theme(name, rows) for name, rows in by_name.items()]
    return sorted(rows, key=lambda theme: not theme.name)


def by_slug(reader: ViewContext, slug: str) -> Question | None:
    """Return the one stored query with this last part of its IRI; None where there is none, or more than one."""
    found = [node for node in _stored(reader) if slug_of(node.value) == slug]
    return of_node(reader, found[0]) if len(found) == 1 else None


def slug_of(iri: str) -> str:
    """Return the last part of an IRI.

    >>> slug_of("https://example.org/id/query/who-is-bound"), slug_of("urn:x:y#z")
    ('who-is-bound', 'z')
    """
    return re.split("[/#:]", iri)[-1]


def _stored(reader: ViewContext) -> list[NamedNode]:
    found = [node for cls, _ in _FORMS for node in reader.graph.instances(cls)]
    return list(dict.fromkeys(node for node in found if isinstance(node, NamedNode)))


def of_node(reader: ViewContext, node: Node) -> Question | None:
    """Return a stored query, None for what has no text of a query."""
    texts = (reader.graph.text(node, predicate) for _, predicate in _FORMS)
    text = next((text for text in texts if text), None)
    return _question(reader, node, text) if text else None


def questions(reader: ViewContext) -> list[Question]:
    """Return the ready questions in their order (SHACL-SPARQL vocabulary, section 5 and Appendix A of SHACL)."""
    found = []
    for cls, predicate in _FORMS:
        for node in reader.graph.instances(cls):
            text = reader.graph.text(node, predicate)
            if text:
                found.append(_question(reader, node, text))
    return sorted(found, key=lambda question: (question.place, question.words.text))


def _question(reader: ViewContext, node: Node, text: str) -> Question:
    ref = reader.ref(node)
    place = reader.graph.text(node, SCHEMA.position) or ""
    ready = with_prefixes(_without_heading(text.strip()), reader.prefixes)
    theme = reader.words(node, SCHEMA.keywords)
    return Question(
        ref,
        ref.words,
        reader.definition(node),
        theme.text if theme else "",
        ready,
        int(place) if place.isdigit() else 10_000,
        slug_of(node.value),
        parameters(ready, reader.prefixes),
    )


def _without_heading(text: str) -> str:
    r"""Return a query without the comment on top of it, which says what label and comment say already.

    >>> _without_heading("# Who?\n#\n# All.\nSELECT * {}\n# end")
    'SELECT * {}\n# end'
    """
    lines = text.splitlines()
    while lines and (lines[0].startswith("#") or not lines[0].strip()):
        lines.pop(0)
    return "\n".join(lines)


def with_prefixes(text: str, prefixes: Mapping[str, str]) -> str:
    r"""Return a query with a declaration of each prefix that it uses, does not declare, and the project binds.

    >>> with_prefixes("SELECT * { ?s a ckg:Claim }", {"ckg": "https://example.org/", "x": "https://example.com/"})
    'PREFIX ckg: <https://example.org/>\nSELECT * { ?s a ckg:Claim }'
    """
    declared = set(re.findall(r"(?i)\bPREFIX\s+([\w.\-]*):", text))
    used = {match[1] or "" for match in _NAME.finditer(_NO_NAMES.sub(" ", text))}
    lines = [f"PREFIX {name}: <{prefixes[name]}>" for name in sorted(used - declared) if name in prefixes]
    return "\n".join([*lines, text])
