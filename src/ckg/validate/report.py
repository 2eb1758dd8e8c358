"""What a validation found: rows for pages and programs, lines for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from rdflib.term import Node

from ckg.errors import ShapesViolated
from ckg.model.multilingual import in_one_language
from ckg.model.prefixes import WELL_KNOWN, Prefixes
from ckg.model.validation_options import TOLERATED
from ckg.model.vocabulary import SH_NS
from ckg.validate.rdflib_graphs import Term
from ckg.validate.unevaluated import Unevaluated

SH = SH_NS
VIOLATION = f"{SH}Violation"
_MOST_CHOICES = 40
_RANKS = {VIOLATION: 0, f"{SH}Warning": 1, f"{SH}Info": 2}


@dataclass(frozen=True, slots=True)
class ValidationResult:
    """One `sh:ValidationResult` (SHACL section 3.6.2), and what a person needs to mend it.

    `path` is SPARQL 1.1 property path text with whole IRIs; `shape` the source shape, `named_shape` the nearest shape
    around it that has an IRI; `files` the project files whose graph has the focus node as a subject; `details` are the
    results that led to this one (`sh:detail`), as `sh:node` gives them; `choices` are the terms, in N-Triples, that the
    shape lets one choose from, if it names them.
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
    details: tuple[ValidationResult, ...] = ()

    @property
    def message(self) -> str:
        """The message in English, or as `message_in` chooses."""
        return self.message_in(("en",))

    def message_in(self, languages: Sequence[str]) -> str:
        """Return the messages in one of the languages, the first the most wanted, as one text."""
        tagged = [(m.value, m.language or "") if isinstance(m, ox.Literal) else (str(m), "") for m in self.messages]
        return in_one_language(tagged, languages)

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
            tuple(detail.key for detail in self.details),
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
class EngineOutcome:
    """What an engine found: results, how each shape was decided, and the targets that fit no node of the data.

    A target is its shape, its predicate and the value of that.
    """

    results: list[ValidationResult]
    plan: list[PlanEntry]
    targets_without_nodes: list[tuple[Node, Node, Node]]


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
    tolerated: frozenset[str] = frozenset(TOLERATED)
    languages: tuple[str, ...] = ("en",)
    unevaluated: tuple[Unevaluated, ...] = ()
    skipped: tuple[str, ...] = ()

    @property
    def conforms(self) -> bool:
        """Whether there is no result at all, which is what `sh:conforms` says (SHACL 3.6.1.1)."""
        return not self.results

    @property
    def passes(self) -> bool:
        """Whether a release may be made: every result has a severity that is tolerated."""
        return not self.stopping

    @property
    def counts(self) -> dict[str, int]:
        """The number of results of each severity, by its local name."""
        names = Counter(_local(result.severity) for result in self.results)
        return {name: names[name] for name in sorted(names, key=lambda name: (_RANKS.get(SH + name, 3), name))}

    @property
    def stopping(self) -> tuple[ValidationResult, ...]:
        """The results that stop a build."""
        return tuple(result for result in self.results if result.severity not in self.tolerated)

    def raise_for_violations(self, *, limit: int = 50) -> None:
        """Raise ShapesViolated, with the first `limit` results as text, where a result stops the build."""
        if not self.passes:
            raise ShapesViolated(
                self.text(limit=limit),
                hint="Mend the data at the files named, or the shape if it asks for what is not so.",
            )

    def text(self, *, limit: int | None = None, rest: str = "report.json has them all") -> str:
        """Return the results for a terminal: a line that counts them, then a paragraph for each, `limit` at most.

        `rest` says where the others are.
        """
        skipped = [f"Left out, as `validate.skip_shapes` says: {self.short_iri(iri)}." for iri in self.skipped]
        if self.conforms:
            return "\n\n".join(["The data conform to the shapes.", *skipped])
        counted = ", ".join(f"{number} {name}" for name, number in self.counts.items())
        verdict = f"The data do not conform to the shapes ({counted})"
        shown = self.results[:limit]
        stops = "." if self.stopping else "; nothing in it stops a release."
        paragraphs = [f"{verdict}{stops}", *skipped, *(self.paragraph(result) for result in shown)]
        if len(shown) < len(self.results):
            paragraphs.append(f"... and {len(self.results) - len(shown):,} more: {rest}.")
        return "\n\n".join(paragraphs)

    def paragraph(self, result: ValidationResult) -> str:
        """Return one result as an indented paragraph: the focus node with its label, what is wrong, and where."""
        name = self.short(result.focus_node)
        lines = [f"{_local(result.severity)}: {f'{result.label} ({name})' if result.label else name}"]
        rows = (
            ("message", result.message_in(self.languages)),
            ("path", result.path and self.short_path(result.path)),
            ("value", result.value is not None and result.value != result.focus_node and self.short(result.value)),
            ("rule", f"{_local(result.component)} of {self.short_iri(result.named_shape or str(result.shape))}"),
            ("choose", self._choices(result)),
            ("file", ", ".join(self._file(result, file) for file in result.files)),
        )
        lines.extend(f"  {name:<8} {value}" for name, value in rows if value)
        for detail in result.details:
            inner = self.paragraph(detail).split("\n")
            lines.extend(["  because  " + inner[0], *(f"           {line}" for line in inner[1:])])
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
