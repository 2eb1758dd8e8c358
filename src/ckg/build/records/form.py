"""What the shapes of a project ask of a new record of a class: its fields, their values, and what each means."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import pyoxigraph as ox

from ckg.build.records.term_graph import Term, TermGraph
from ckg.errors import ConfigError, ProjectError, SourceLocation
from ckg.model.config import FILE_NAME, Project, line_of
from ckg.model.prefixes import Prefixes
from ckg.model.staged import Role, Staging
from ckg.model.vocabulary import DEFINITIONS, LABELS, OWL_NS, RDF_NS, SH_NS

_TYPE = f"{RDF_NS}type"


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a field may have: its IRI, its name and what it means."""

    iri: str
    label: str
    definition: str


@dataclass(frozen=True, slots=True)
class FormField:
    """A property that a record may have, as the shapes of its class describe it.

    `least` and `most` are how many values it has (`most` None without a bound); `datatypes` are those of its texts and
    numbers, empty if any will do; `language` is the one that a text must be in; `fixed` is the only value allowed;
    `leads_to` says that its values are things.
    """

    property: str
    label: str
    message: str
    least: int = 0
    most: int | None = None
    choices: tuple[Choice, ...] = ()
    datatypes: tuple[str, ...] = ()
    language: str = ""
    fixed: str = ""
    leads_to: bool = False


@dataclass(frozen=True, slots=True)
class RecordForm:
    """The fields of a new record: `kind` is its name on the command line, `record_class` the IRI of its class."""

    kind: str
    record_class: str
    fields: tuple[FormField, ...]

    def field(self, name: str, prefixes_of: Iterable[str]) -> FormField | None:
        """Return the field with an IRI, a CURIE expanded by the caller, a local name or a label."""
        wanted = {name, *prefixes_of}
        for field in self.fields:
            if {field.property, _local(field.property), field.label} & wanted:
                return field
        return None


class RecordForms:
    """The forms of a project: one for each class that a shape targets, and one for each of `new.kinds` in ckg.toml."""

    def __init__(self, project: Project, staging: Staging, prefixes: Prefixes) -> None:
        self._project, self._prefixes = project, prefixes
        self._shapes = TermGraph(staging.of(Role.SHAPES))
        self.ontology = TermGraph(staging.of(Role.ONTOLOGY, Role.CONTEXT))
        self.kinds = {**self._targeted(), **self._named()}

    def of(self, kind: str) -> RecordForm:
        """Return the form of a kind. Raises `ProjectError` for a kind that the project has not."""
        if kind not in self.kinds:
            close = difflib.get_close_matches(kind, sorted(self.kinds), n=1)
            raise ProjectError(
                f"no kind of record is called {kind!r}",
                hint=f"Did you mean {close[0]!r}?" if close else f"There are: {', '.join(sorted(self.kinds))}.",
            )
        record_class = self.kinds[kind]
        fields: dict[str, FormField] = {}
        for above in self.ontology.upwards(ox.NamedNode(record_class)):
            for shape in self._shapes.having(f"{SH_NS}targetClass", above):
                for constraint in self._shapes.values(shape, f"{SH_NS}property"):
                    field = self._field(constraint)
                    if field is not None:
                        known = fields.get(field.property)
                        fields[field.property] = _both(known, field) if known else field
        order = sorted(fields.values(), key=lambda field: (_rank(field), field.least == 0))
        return RecordForm(kind, record_class, tuple(order))

    def known_property(self, iri: str) -> FormField | None:
        """Return a field for a property that no shape of the class speaks of, if the ontology declares it."""
        node = ox.NamedNode(iri)
        kinds = {getattr(value, "value", "") for value in self.ontology.values(node, _TYPE)}
        if not kinds:
            return None
        leads_to = f"{OWL_NS}ObjectProperty" in kinds
        return FormField(
            iri, self.ontology.text(node, LABELS), self.ontology.text(node, DEFINITIONS), leads_to=leads_to
        )

    def _targeted(self) -> dict[str, str]:
        """Return the classes whose shapes speak of properties; others only say that something must not be there."""
        return {
            kebab(_local(node.value)): node.value
            for shape, node in self._shapes.subjects_and_values(f"{SH_NS}targetClass")
            if isinstance(node, ox.NamedNode) and self._shapes.values(shape, f"{SH_NS}property")
        }

    def _named(self) -> dict[str, str]:
        named = {}
        for row in self._project.get("new.kinds"):
            kind, _, name = row.partition(" ")
            iri = self._prefixes.expand(name.strip())
            if iri is None or not re.fullmatch(r"[a-z][a-z0-9-]*", kind):
                settings = self._project.folder / FILE_NAME
                raise ConfigError(
                    f"`new.kinds` has {row!r}, which is no name and class",
                    key="new.kinds",
                    place=SourceLocation(settings, line_of(settings, "new.kinds")),
                    hint='Write a name in small letters and a class with a declared prefix: "paper bibo:Article".',
                )
            named[kind] = iri
        return named

    def _field(self, constraint: Term) -> FormField | None:
        """Return what a property shape asks for; None where its path is more than one property."""
        get = self._shapes.value
        path = get(constraint, f"{SH_NS}path")
        if not isinstance(path, ox.NamedNode):
            return None
        least, most = (_number(get(constraint, f"{SH_NS}{name}Count")) for name in ("min", "max"))
        qualified = get(constraint, f"{SH_NS}qualifiedValueShape")
        language = ""
        if qualified is not None:
            listed = get(qualified, f"{SH_NS}languageIn")
            language = next((str(getattr(tag, "value", "")) for tag in self._shapes.members(listed)), "")
            least = max(least or 0, _number(get(constraint, f"{SH_NS}qualifiedMinCount")) or 0)
        alternatives = [constraint, *self._shapes.members(get(constraint, f"{SH_NS}or"))]
        datatypes = [
            value.value for node in alternatives if isinstance(value := get(node, f"{SH_NS}datatype"), ox.NamedNode)
        ]
        classes = [value for node in (*alternatives, qualified) if node and (value := get(node, f"{SH_NS}class"))]
        fixed = get(constraint, f"{SH_NS}hasValue")
        choices = tuple(self._choices(constraint))
        declared = self.known_property(path.value)
        return FormField(
            path.value,
            declared.label if declared else _local(path.value),
            self._shapes.text(constraint, [f"{SH_NS}message"]) or (declared.message if declared else ""),
            least=max(least or 0, 1 if fixed else 0),
            most=most,
            choices=choices,
            datatypes=tuple(datatypes),
            language=language,
            fixed=fixed.value if isinstance(fixed, ox.NamedNode) else "",
            leads_to=bool(choices or classes or fixed) or bool(declared and declared.leads_to),
        )

    def _choices(self, constraint: Term) -> Iterator[Choice]:
        listed = list(self._shapes.members(self._shapes.value(constraint, f"{SH_NS}in")))
        for other in self._shapes.values(constraint, f"{SH_NS}node"):
            for inner in self._shapes.values(other, f"{SH_NS}property"):
                path = self._shapes.value(inner, f"{SH_NS}path")
                value = self._shapes.value(inner, f"{SH_NS}hasValue")
                if isinstance(path, ox.NamedNode) and value is not None:
                    listed += self.ontology.having(path.value, value)
        for node in sorted({node for node in listed if isinstance(node, ox.NamedNode)}, key=str):
            yield Choice(node.value, self.ontology.text(node, LABELS), self.ontology.text(node, DEFINITIONS))


def kebab(name: str) -> str:
    """Return the name of a class as a kind of record is called.

    >>> kebab("MonetaryAmount"), kebab("Claim")
    ('monetary-amount', 'claim')
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()


def _both(one: FormField, other: FormField) -> FormField:
    """Return what two property shapes ask for together."""
    bounds = [bound for bound in (one.most, other.most) if bound is not None]
    return replace(
        one,
        message=one.message if one.least >= other.least else other.message,
        least=max(one.least, other.least),
        most=min(bounds) if bounds else None,
        choices=one.choices or other.choices,
        datatypes=one.datatypes or other.datatypes,
        language=one.language or other.language,
        fixed=one.fixed or other.fixed,
        leads_to=one.leads_to or other.leads_to,
    )


def _rank(field: FormField) -> int:
    """Names come first; what a record rests on comes after what it says by itself."""
    return LABELS.index(field.property) - len(LABELS) if field.property in LABELS else 0


def _number(term: Term | None) -> int | None:
    return int(term.value) if isinstance(term, ox.Literal) else None


def _local(iri: str) -> str:
    return re.split(r"[/#]", iri)[-1]
