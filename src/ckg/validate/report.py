"""What a validation found: rows for pages and programs, lines for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ckg.errors import ShapesViolated
from ckg.model.prefixes import WELL_KNOWN, Prefixes
from ckg.model.vocabulary import SH_NS
from ckg.validate.rdflib_graphs import Term

SH = SH_NS
VIOLATION = f"{SH}Violation"
_MOST_CHOICES = 40
_RANKS = {VIOLATION: 0, f"{SH}Warning": 1, f"{SH}Info": 2}


@dataclass(frozen=True, slots=True)
class ValidationResult:
    """One `sh:ValidationResult` (SHACL section 3.6.2), and what a person needs to mend it.

    `path` is SPARQL 1.1 property path text with whole IRIs; `shape` the source shape, `named_shape` the nearest shape
    around it that has an IRI; `files` the project files whose graph has the focus node as a subject; `choices` the
    terms, in N-Triples, that the shape lets one choose from, if it names them.
    """

    focus_node: Term
    path: str | None
    value: Term | None
    messages: tuple[Term, ...]
    severity: str
    component: str
    shape: Term
    constraint: Term | None
    named_shape: str | None = None
    label: str | None = None
    files: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        """The messages as one text."""
        return " ".join(str(getattr(message, "value", message)) for message in self.messages)

    @property
    def key(self) -> tuple[Any, ...]:
        """What the canonical order goes by: the worst first, then by focus node and the rest."""
        return (
            _RANKS.get(self.severity, 3),
            self.severity,
            str(self.focus_node),
            self.path or "",
            self.component,
            str(self.value) if self.value is not None else "",
            str(self.shape),
            str(self.constraint) if self.constraint is not None else "",
            tuple(str(message) for message in self.messages),
        )


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """How one shape's constraint was decided: `way` is `screened` or `pyshacl`, `why` says why not in bulk.

    `focus_nodes` is how many the shape has (None where they were not counted), `candidates` how many pyshacl looked at.
    """

    shape: str
    constraint: str
    way: str
    why: str = ""
    focus_nodes: int | None = None
    candidates: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a validation; results are in canonical order.

    `line_of`, where it is given, finds the line of a file on which a node is described; lines are told, not published.
    """

    engine: str
    results: tuple[ValidationResult, ...]
    plan: tuple[PlanEntry, ...] = ()
    prefixes: Prefixes = field(default_factory=lambda: Prefixes(WELL_KNOWN))
    turtle: Path | None = None
    json: Path | None = None
    line_of: Callable[[str, Term], int | None] | None = None

    @property
    def conforms(self) -> bool:
        """Whether a release may be made: no result has the severity sh:Violation."""
        return not any(result.severity == VIOLATION for result in self.results)

    @property
    def counts(self) -> dict[str, int]:
        """The number of results of each severity, by its local name."""
        names = Counter(_local(result.severity) for result in self.results)
        return {name: names[name] for name in sorted(names, key=lambda name: (_RANKS.get(SH + name, 3), name))}

    @property
    def violations(self) -> tuple[ValidationResult, ...]:
        """The results that stop a build."""
        return tuple(result for result in self.results if result.severity == VIOLATION)

    def raise_for_violations(self, *, limit: int = 50) -> None:
        """Raise ShapesViolated, with the first `limit` results as text, where the data do not conform."""
        if not self.conforms:
            raise ShapesViolated(
                self.text(limit=limit),
                hint="Mend the data at the files named, or the shape if it asks for what is not so.",
            )

    def text(self, *, limit: int | None = None) -> str:
        """Return the results for a terminal: a line that counts them, then a paragraph for each."""
        if not self.results:
            return "The data conform to the shapes."
        counted = ", ".join(f"{number} {name}" for name, number in self.counts.items())
        verdict = "The data conform to the shapes" if self.conforms else "The data do not conform to the shapes"
        shown = self.results[:limit]
        paragraphs = [f"{verdict} ({counted}).", *(self.paragraph(result) for result in shown)]
        if len(shown) < len(self.results):
            paragraphs.append(f"... and {len(self.results) - len(shown)} more; report.json has them all.")
        return "\n\n".join(paragraphs)

    def paragraph(self, result: ValidationResult) -> str:
        """Return one result as an indented paragraph: the focus node with its label, what is wrong, and where."""
        name = self.short(result.focus_node)
        lines = [f"{_local(result.severity)}: {f'{result.label} ({name})' if result.label else name}"]
        rows = (
            ("message", result.message),
            ("path", result.path and self.short_path(result.path)),
            ("value", result.value is not None and result.value != result.focus_node and self.short(result.value)),
            ("rule", f"{_local(result.component)} of {self.short_iri(result.named_shape or str(result.shape))}"),
            ("choose", self._choices(result)),
            ("file", ", ".join(self._file(result, file) for file in result.files)),
        )
        lines.extend(f"  {name:<8} {value}" for name, value in rows if value)
        return "\n".join(lines)

    def _choices(self, result: ValidationResult) -> str:
        shown = [self.short_iri(term[1:-1]) if term[:1] == "<" else term for term in result.choices[:_MOST_CHOICES]]
        left = len(result.choices) - len(shown)
        return ", ".join(shown) + (f" and {left:,} more" if left else "")

    def _file(self, result: ValidationResult, file: str) -> str:
        line = self.line_of(file, result.focus_node) if self.line_of else None
        return f"{file}:{line}" if line else file

    def short(self, term: Term) -> str:
        """Return a term in Turtle's short form."""
        value = getattr(term, "value", "")
        return self.short_iri(value) if str(term) == f"<{value}>" else str(term)

    def short_iri(self, iri: str) -> str:
        """Return an IRI as a CURIE where a prefix fits, else in angle brackets; blank nodes stay as they are."""
        return iri if iri.startswith("_:") else self.prefixes.curie(iri) or f"<{iri}>"

    def short_path(self, path: str) -> str:
        """Return a path with its IRIs written short."""
        pieces = path.replace(">", "<").split("<")
        return "".join(self.short_iri(piece) if odd % 2 else piece for odd, piece in enumerate(pieces))


def _local(iri: str) -> str:
    return iri.rsplit("#", 1)[-1].rsplit("/", 1)[-1]
