"""One pass over the staged files that gathers what the checks look at, so that a check need not read them again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from ckg.build.inputs import Inputs
from ckg.build.places import literal_place, place
from ckg.errors import SourceLocation
from ckg.model.config import Project
from ckg.model.staged import Role, StagedGraph
from ckg.model.vocabulary import OWL_NS, RDF_NS

TYPE = f"<{RDF_NS}type>".encode()
_BLOCK_BYTES = 8 << 20
_KINDS = frozenset(f"<{OWL_NS}{kind}>".encode() for kind in ("ObjectProperty", "DatatypeProperty"))


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A statement as it is staged: its terms in N-Triples, and the graph it stands in."""

    subject: bytes
    predicate: bytes
    object: bytes
    graph: StagedGraph

    @property
    def literal(self) -> ox.Literal | None:
        """The object, if it is a literal."""
        if self.object[:1] != b'"':
            return None
        (triple,) = ox.parse(b"<a:s> <a:p> " + self.object + b" .", format=ox.RdfFormat.N_TRIPLES, lenient=True)
        assert isinstance(triple.object, ox.Literal)
        return triple.object


@dataclass
class ProjectSurvey:
    """What the files of a project say, as far as a check may want it.

    `predicates` and `classes` have for each term in use the first statement that uses it; `referred` has for each IRI
    below the base that something refers to the first statement that does. `kept` are the statements with one of the
    predicates that were asked for, in the order of the files.
    """

    project: Project
    inputs: Inputs
    wanted: frozenset[bytes]
    predicates: dict[bytes, StatementLine] = field(default_factory=dict)
    classes: dict[bytes, StatementLine] = field(default_factory=dict)
    referred: dict[bytes, StatementLine] = field(default_factory=dict)
    described: set[bytes] = field(default_factory=set)
    kept: dict[bytes, list[StatementLine]] = field(default_factory=dict)
    odd_values: list[StatementLine] = field(default_factory=list)

    @classmethod
    def of(cls, project: Project, inputs: Inputs, wanted: Iterable[str]) -> ProjectSurvey:
        """Read data and ontology once; `wanted` are the IRIs of predicates whose statements are kept."""
        survey = cls(project, inputs, frozenset(f"<{iri}>".encode() for iri in wanted))
        kinds = survey.kinds_of_properties
        for graph in inputs.staging.of(Role.ONTOLOGY, Role.DATA):
            survey._read(graph, kinds)
        for graph in inputs.staging.of(Role.SHAPES, Role.CONTEXT):
            survey.described.update(line.partition(b" ")[0] for line in lines_of(graph.path) if line[:1] == b"<")
        return survey

    @cached_property
    def kinds_of_properties(self) -> dict[bytes, bytes]:
        """Whether the ontology declares a property as owl:ObjectProperty or owl:DatatypeProperty."""
        found = {}
        for graph in self.inputs.staging.of(Role.ONTOLOGY):
            for line in lines_of(graph.path):
                subject, predicate, rest = line.split(b" ", 2)
                if predicate == TYPE and rest.partition(b" ")[0] in _KINDS:
                    found[subject] = rest.partition(b" ")[0]
        return found

    def statements(self, *iris: str) -> Iterator[StatementLine]:
        """Yield the kept statements with one of these predicates."""
        for iri in iris:
            yield from self.kept.get(f"<{iri}>".encode(), ())

    def by_subject(self, iri: str) -> dict[bytes, list[StatementLine]]:
        """Return the kept statements with one predicate, by subject."""
        found: dict[bytes, list[StatementLine]] = {}
        for statement in self.statements(iri):
            found.setdefault(statement.subject, []).append(statement)
        return found

    def place_of(self, graph: StagedGraph, iri: str) -> SourceLocation | None:
        """Return where a file of a graph writes an IRI; files that other graphs are made from too come last."""
        shared = {
            source for other in self.inputs.staging.graphs if other.name != graph.name for source in other.sources
        }
        sources = sorted(graph.sources, key=lambda source: source in shared)
        return place(self.project.folder, sources, iri, self.project.base.iri)

    def place_of_value(self, statement: StatementLine) -> SourceLocation | None:
        """Return where a file writes the literal of a statement: after its subject, where that has a name."""
        literal = statement.literal
        subject = iri_of(statement.subject) if statement.subject[:1] == b"<" else None
        return literal_place(
            self.project.folder,
            statement.graph.sources,
            literal.value if literal else "",
            subject,
            self.project.base.iri,
        )

    def short(self, term: bytes) -> str:
        """Return a term as messages write it: a CURIE where a prefix fits."""
        if term[:1] != b"<":
            return "a node without a name"
        iri = iri_of(term)
        return self.inputs.prefixes.curie(iri) or f"<{iri}>"

    def _read(self, graph: StagedGraph, kinds: dict[bytes, bytes]) -> None:
        ours = tuple(f"<{base}".encode() for base in self.project.bases)
        is_data = graph.role is Role.DATA
        last = b""
        for line in lines_of(graph.path):
            subject, predicate, rest = line.split(b" ", 2)
            if subject != last and subject[:1] == b"<":
                self.described.add(last := subject)
            value = rest.partition(b" ")[0] if rest[:1] != b'"' else b""
            if predicate not in self.predicates:
                self.predicates[predicate] = _whole(subject, predicate, rest, graph)
            if predicate == TYPE:
                if is_data and value not in self.classes:
                    self.classes[value] = _whole(subject, predicate, rest, graph)
            elif value.startswith(ours) and value not in self.referred:
                self.referred[value] = _whole(subject, predicate, rest, graph)
            if predicate in self.wanted:
                self.kept.setdefault(predicate, []).append(_whole(subject, predicate, rest, graph))
            kind = kinds.get(predicate)
            if kind and bool(value) == kind.endswith(b"#DatatypeProperty>"):
                self.odd_values.append(_whole(subject, predicate, rest, graph))


def lines_of(path: Path) -> Iterator[bytes]:
    """Yield the lines of a staged file."""
    with path.open("rb") as file:
        while block := file.readlines(_BLOCK_BYTES):
            yield from block


def iri_of(term: bytes) -> str:
    """Return the IRI of a term in N-Triples."""
    return term[1:-1].decode()


def namespace_of(iri: str) -> str:
    """Return an IRI up to its last slash or hash.

    >>> namespace_of("https://example.org/id/state/japan")
    'https://example.org/id/state/'
    """
    return iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]


def _whole(subject: bytes, predicate: bytes, rest: bytes, graph: StagedGraph) -> StatementLine:
    # A staged line ends in the graph, a space, a full stop and a newline; an IRI of a graph has no space.
    return StatementLine(subject, predicate, rest.rstrip().removesuffix(b" .").rpartition(b" ")[0], graph)
