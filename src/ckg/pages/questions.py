"""The ready questions of a project: queries stored in its data as SHACL executables, each with a question in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ckg.pages.graph import Node
from ckg.pages.terms import SCHEMA, SH
from ckg.pages.view_context import Ref, ViewContext, Words

_FORMS = (
    (SH.SPARQLSelectExecutable, SH.select),
    (SH.SPARQLAskExecutable, SH.ask),
    (SH.SPARQLConstructExecutable, SH.construct),
)
_NO_NAMES = re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\n]|\\.)*"|\'(?:[^\'\\n]|\\.)*\'|<[^<>\s]*>|#[^\n]*')
_NAME = re.compile(r"(?<![\w:?$])([A-Za-z][\w.\-]*)?:(?=[\w%\\])")


@dataclass(frozen=True, slots=True)
class Question:
    """A query that is ready to run: `text` declares the prefixes it uses, so that it runs anywhere."""

    ref: Ref
    words: Words
    comment: Words | None
    text: str
    place: int


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
    return Question(
        ref,
        ref.words,
        reader.definition(node),
        with_prefixes(_without_heading(text.strip()), reader.prefixes),
        int(place) if place.isdigit() else 10_000,
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
