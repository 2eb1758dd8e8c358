"""A new record: its block, the blocks of the quotations it rests on, and the row of a graph that is new."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from ckg.build.records.answers import iri_of_answer, term_of
from ckg.build.records.form import FormField, RecordForm, RecordForms, kebab
from ckg.build.records.passage import TextPassage
from ckg.build.records.turtle_layout import TYPE, Block, Nested, Row
from ckg.errors import ProjectError
from ckg.model import evidence_terms as terms
from ckg.model.config import Project
from ckg.model.iris import GRAPH
from ckg.model.prefixes import Prefixes
from ckg.model.staged import Role, Staging
from ckg.model.vocabulary import DCTERMS_NS, RDFS_NS, XSD_NS

_LABEL = f"{RDFS_NS}label"
_INTEGER = ox.NamedNode(f"{XSD_NS}integer")


@dataclass(frozen=True, slots=True)
class Answers:
    """What a curator has said so far: values by property, as written; `""` of a property stands for its type."""

    values: Mapping[str, Sequence[str]]

    def missing(self, form: RecordForm) -> list[FormField]:
        """Return the fields that need an answer and have none; those with one fixed value need none."""
        return [
            field for field in form.fields if field.least > len(self.values.get(field.property, ())) and not field.fixed
        ]


def read_answers(pairs: Sequence[str], form: RecordForm, forms: RecordForms, prefixes: Prefixes) -> Answers:
    """Read "property=value" pairs; a property is a CURIE, a local name or a label.

    Raises `ProjectError` for what is no pair and for a property that neither the form nor the ontology knows.
    """
    values: dict[str, list[str]] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not value:
            raise ProjectError(f"{pair!r} is no answer", hint='Write "property=value", as in "theme=theme:economy".')
        values.setdefault(property_of(name.strip(), form, forms, prefixes), []).append(value)
    return Answers(values)


def block_of(subject: str, form: RecordForm, answers: Answers, forms: RecordForms, prefixes: Prefixes) -> Block:
    """Return the block of a record: its types, then the fields in the order of the form, then what is left.

    Raises `ProjectError` for an answer that is no value of its field.
    """
    types = [ox.NamedNode(form.record_class)]
    for name in answers.values.get(TYPE, ()):
        iri = iri_of_answer(name, prefixes)
        if iri is None:
            raise ProjectError(f"{name!r} is no class", hint="Write an IRI, or a name with a declared prefix.")
        types.append(ox.NamedNode(iri))
    rows: list[Row] = [(TYPE, types)]
    fields = {field.property: field for field in form.fields}
    order = [*fields, *(name for name in answers.values if name not in fields and name != TYPE)]
    for name in order:
        field = fields.get(name) or forms.known_property(name) or FormField(name, name, "", leads_to=True)
        given = answers.values.get(name, ())
        if given:
            rows.append((name, [term_of(text, field, prefixes) for text in given]))
        elif field.fixed:
            rows.append((name, [ox.NamedNode(field.fixed)]))
    return Block(subject, tuple(rows))


def selectors_of(passage: TextPassage) -> tuple[Row, ...]:
    """Return what finds a passage again: words and position, and the hash of the text."""
    quote: list[Row] = [
        (TYPE, [ox.NamedNode(f"{terms.OA}TextQuoteSelector")]),
        (terms.EXACT, [ox.Literal(passage.exact)]),
    ]
    quote += [
        (predicate, [ox.Literal(text)])
        for predicate, text in ((terms.PREFIX, passage.prefix), (terms.SUFFIX, passage.suffix))
        if text
    ]
    position: list[Row] = [
        (TYPE, [ox.NamedNode(f"{terms.OA}TextPositionSelector")]),
        (terms.START, [ox.Literal(str(passage.start), datatype=_INTEGER)]),
        (terms.END, [ox.Literal(str(passage.end), datatype=_INTEGER)]),
    ]
    return (
        (terms.HAS_SELECTOR, [Nested(tuple(quote)), Nested(tuple(position))]),
        (terms.SOURCE_TEXT_SHA256, [ox.Literal(passage.sha256)]),
    )


def quotation_block(subject: str, label: str, source: str, language: str, passage: TextPassage) -> Block:
    """Return a whole quotation: the source, the words and their position, the hash of the text, the language."""
    return Block(
        subject,
        (
            (TYPE, [ox.NamedNode(f"{terms.NAMESPACE}Quotation")]),
            (_LABEL, [ox.Literal(label, language="en")]),
            (terms.HAS_SOURCE, [ox.NamedNode(source)]),
            *selectors_of(passage),
            (f"{DCTERMS_NS}language", [ox.Literal(language)]),
        ),
    )


def name_of(kind: str, slug: str, record_class: str, project: Project, prefixes: Prefixes) -> str:
    """Return the IRI of a new thing: by the prefix that is called like its kind or class, else below the base."""
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9_-])?", slug):
        raise ProjectError(f"{slug!r} is no name", hint="Use letters, digits, hyphens, points and underscores.")
    of_class = kebab(re.split(r"[/#]", record_class)[-1])
    for prefix in (kind, of_class, of_class.rpartition("-")[2]):
        namespace = prefixes.get(prefix, "")
        if namespace.startswith(project.bases):
            return namespace + slug
    return project.base.thing(f"{kind}/{slug}")


@dataclass(frozen=True, slots=True)
class GraphRows:
    """Where the named graphs of a project are described: the file and the class of the rows."""

    file: Path
    row_class: str


def graph_rows(project: Project, staging: Staging) -> GraphRows | None:
    """Return where named graphs are described, or None where none is."""
    beginning = f"<{project.base.iri}{GRAPH}"
    for graph in staging.of(Role.DATA):
        for quad in ox.parse(path=graph.path, format=ox.RdfFormat.N_QUADS, lenient=True):
            is_row = str(quad.subject).startswith(beginning) and quad.predicate.value == TYPE
            if is_row and isinstance(quad.object, ox.NamedNode):
                return GraphRows(project.folder / graph.sources[0], quad.object.value)
    return None


def property_of(name: str, form: RecordForm, forms: RecordForms, prefixes: Prefixes) -> str:
    """Return the IRI of a property: of a CURIE, a local name or a label. Raises `ProjectError` where it is unknown."""
    if name in ("a", "type"):
        return TYPE
    iri = iri_of_answer(name, prefixes)
    field = form.field(name, [iri] if iri else [])
    if field is not None:
        return field.property
    for candidate in [iri] if iri else [namespace + name for namespace in prefixes.values()]:
        if forms.known_property(candidate):
            return candidate
    raise ProjectError(
        f"{form.kind} has no property {name!r}",
        hint=f"`ckg new {form.kind} --fields` lists those that its shapes speak of; others are declared in ontology/.",
    )
