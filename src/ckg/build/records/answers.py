"""From what a curator answers to terms: concepts by their names, things by CURIE, dates and numbers by their form."""

from __future__ import annotations

import re

import pyoxigraph as ox

from ckg.build.records.form import FormField
from ckg.errors import ProjectError
from ckg.model.prefixes import Prefixes
from ckg.model.vocabulary import XSD_NS

_FORMS = (
    ("date", r"\d{4}-\d\d-\d\d"),
    ("gYearMonth", r"\d{4}-\d\d"),
    ("gYear", r"\d{4}"),
    ("dateTime", r"\d{4}-\d\d-\d\dT.+"),
    ("duration", r"-?P.+"),
    ("integer", r"[-+]?\d+"),
    ("decimal", r"[-+]?\d*\.?\d+"),
    ("double", r"[-+]?\d*\.?\d+[eE][-+]?\d+"),
    ("boolean", r"true|false"),
    ("anyURI", r"[A-Za-z][A-Za-z0-9+.-]*:\S+"),
    ("string", r"(?s).*"),
)
_TAGGED = re.compile(r"(?s)(.*)@([A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*)")


def term_of(text: str, field: FormField, prefixes: Prefixes) -> ox.NamedNode | ox.Literal:
    """Return the term that an answer means. Raises `ProjectError`, with the values there are, where it means none."""
    if field.choices:
        return _choice(text, field, prefixes)
    if field.leads_to or (text.startswith("<") and text.endswith(">")):
        iri = iri_of_answer(text, prefixes)
        if iri is None:
            raise ProjectError(
                f"{text!r} is no thing, and `{field.label}` leads to one",
                hint=f"Write an IRI, or a name with one of the prefixes {', '.join(prefixes)}.",
            )
        return ox.NamedNode(iri)
    if field.datatypes:
        for name, form in _FORMS:
            if XSD_NS + name in field.datatypes and re.fullmatch(form, text):
                return ox.Literal(text, datatype=ox.NamedNode(XSD_NS + name))
        others = [datatype for datatype in field.datatypes if not datatype.startswith(XSD_NS)]
        if others:
            return ox.Literal(text, datatype=ox.NamedNode(others[0]))
        names = " or ".join(datatype.removeprefix(XSD_NS) for datatype in field.datatypes)
        raise ProjectError(f"{text!r} is no {names}, which `{field.label}` asks for", hint=field.message)
    tagged = _TAGGED.fullmatch(text)
    if tagged:
        return ox.Literal(tagged[1], language=tagged[2].lower())
    return ox.Literal(text, language=field.language) if field.language else ox.Literal(text)


def iri_of_answer(text: str, prefixes: Prefixes) -> str | None:
    """Return the IRI of an answer: in full, with or without angle brackets, or with a prefix; else None."""
    if text.startswith("<") and text.endswith(">"):
        return text[1:-1]
    return prefixes.expand(text) or (text if re.match(r"[a-z][a-z0-9+.-]*://", text) else None)


def told_choices(field: FormField, prefixes: Prefixes) -> str:
    """Return the values of a field as lines: name, label and definition."""
    return "\n".join(
        f"  {prefixes.curie(choice.iri) or choice.iri}  {choice.definition or choice.label}" for choice in field.choices
    )


def _choice(text: str, field: FormField, prefixes: Prefixes) -> ox.NamedNode:
    iri = iri_of_answer(text, prefixes)
    for choice in field.choices:
        if iri == choice.iri or text.lower() in (re.split(r"[/#]", choice.iri)[-1].lower(), choice.label.lower()):
            return ox.NamedNode(choice.iri)
    raise ProjectError(f"{text!r} is no value of `{field.label}`", hint=f"There are:\n{told_choices(field, prefixes)}")
