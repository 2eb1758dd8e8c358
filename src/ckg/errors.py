"""The error tree: plain values that say what is wrong, where, and what to do about it.

Nothing here knows HTTP or the terminal; `ckg.cli` turns an error into an exit code, `ckg.web` into a problem document.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class SourceLocation:
    """A place in a file: line and column are counted from 1 and may be unknown.

    >>> str(SourceLocation(Path("data/a.ttl"), 3, 14))
    'data/a.ttl:3:14'
    """

    file: Path
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        numbers = [str(n) for n in (self.line, self.column) if n is not None]
        return ":".join([str(self.file), *numbers])


@dataclass(frozen=True, slots=True)
class ProjectWarning:
    """Something that does not keep a project from being published, and that its people should know.

    >>> print(ProjectWarning("no file makes the graph <g>", SourceLocation(Path("data/a.ttl"), 3), "Take the row out."))
    data/a.ttl:3: no file makes the graph <g>
    """

    message: str
    place: SourceLocation | None = None
    hint: str = ""

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.message}"


class CkgError(Exception):
    """Anything a user of ckg can act on; everything else is a bug and keeps its traceback."""

    exit_code: ClassVar[int] = 2

    def __init__(self, message: str, *, place: SourceLocation | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.hint = hint

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.message}"


class ProjectError(CkgError):
    """The project folder cannot be used as it is: something is missing or in the wrong place."""


class ConfigError(ProjectError):
    """A key of ckg.toml is missing, unknown or has a value that cannot be used."""

    def __init__(
        self, message: str, *, key: str | None = None, place: SourceLocation | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message, place=place, hint=hint)
        self.key = key


class ExtraMissing(CkgError):
    """A package is not installed that comes with an extra of ckg."""


class SourceSyntaxError(ProjectError):
    """A file of ontology, data or shapes cannot be parsed."""


class StatementError(ProjectError):
    """Something that stands in the graphs of a project cannot be used; `iri` is what to look for in its files."""

    def __init__(
        self, message: str, *, iri: str = "", place: SourceLocation | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message, place=place, hint=hint)
        self.iri = iri


class UnusableShape(StatementError):
    """A shape that is none, or that cannot be evaluated; its `iri` is that of the nearest named shape around it."""


class MalformedList(StatementError):
    """An axiom has an RDF list that is none; its `iri` is that of what the axiom is about."""


class ShapesNotUnderstood(ProjectError):
    """The shapes have something that is not evaluated, and the project has asked for none of that."""


class ShapesViolated(CkgError):
    """The data do not conform to the shapes; no release is made."""

    exit_code: ClassVar[int] = 1


class ChecksFailed(CkgError):
    """A check of the project found what its settings take for an error; no release is made."""

    exit_code: ClassVar[int] = 1


class Inconsistent(CkgError):
    """The ontology and the data contradict each other (an OWL 2 RL rule concluded false)."""

    exit_code: ClassVar[int] = 1


class TooMuchInferred(CkgError):
    """Reasoning would infer, or has inferred, more than a project may (`reason.most_inferred`)."""


class QuotationNotFound(CkgError):
    """A quotation does not stand in its source text where its selectors say."""

    exit_code: ClassVar[int] = 1


class TooMuchQuoted(CkgError):
    """The quotations of a source text give more of it away than a project may."""

    exit_code: ClassVar[int] = 1


class ReleaseError(CkgError):
    """A release is missing, incomplete or not what its manifest says."""


class PartsDisagree(ReleaseError):
    """The files of a release do not say the same, or are not what its manifest says."""

    exit_code: ClassVar[int] = 1


class NoRelease(ReleaseError):
    """Nothing has been built yet."""


class NotExpressible(CkgError):
    """A format has no form for a graph that should be written in it; the message says for what, and why."""


class StageFailed(CkgError):
    """A stage of the build could not finish: no space left, killed, or a tool it needs failed."""


class EndpointUnusable(CkgError):
    """A SPARQL endpoint refuses a release, or holds what is not ours; the message says what it answered."""


class QueryError(CkgError):
    """A SPARQL query that gets no answer."""


class QueryMalformed(QueryError):
    """The query is not SPARQL 1.1; line and column say where."""

    def __init__(self, message: str, *, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class QueryRefused(QueryError):
    """The query asks for what this endpoint never does: SERVICE, LOAD, or an update."""


class QueryTooComplex(QueryError):
    """The text is larger, deeper or wider than the limits allow; it was not evaluated."""

    def __init__(self, message: str, *, bound: str, limit: int) -> None:
        super().__init__(message)
        self.bound = bound
        self.limit = limit


class QueryStopped(QueryError):
    """The evaluation met a bound (time, memory, rows, bytes) and was stopped; there is no answer."""

    def __init__(self, message: str, *, bound: str, limit: float) -> None:
        super().__init__(message)
        self.bound = bound
        self.limit = limit


class EndpointBusy(QueryError):
    """Every worker is busy and the queue is full; try again later."""

    def __init__(self, message: str, *, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class EngineFailed(QueryError):
    """The engine failed, and not because of the query: what happened is in the log, and another try may succeed."""

    def __init__(self, message: str = "", *, retry_after: float = 2.0) -> None:
        super().__init__(message or "the engine failed, and not because of the query; it has been logged")
        self.retry_after = retry_after


class EngineAway(EngineFailed):
    """The engine that the release is asked through cannot be reached, or has another release now."""


class ClientGone(QueryError):
    """The client has hung up; nobody is there to read an answer."""


class BudgetExhausted(QueryError):
    """This client has used up its share of query time or errors for now."""

    def __init__(self, message: str, *, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after
