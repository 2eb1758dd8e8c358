"""The page that tells of an error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ckg.pages import render
from ckg.pages.messages import gettext
from ckg.pages.site import Site
from ckg.pages.view_context import ViewContext


@dataclass(frozen=True, slots=True)
class Offer:
    """A format in which something is there instead, and where."""

    format: str
    href: str


@dataclass(frozen=True, slots=True)
class ShownProblem:
    """What went wrong, as pages tell it: line and column of a query are counted from 1, 0 where nobody can say."""

    status: int
    title: str
    detail: str
    successors: Sequence[str] = ()
    line: int = 0
    column: int = 0
    hint: str = ""
    available: Sequence[Offer] = ()

    @classmethod
    def of(
        cls, status: int, title: str, detail: str, successors: Sequence[str], extra: Mapping[str, object]
    ) -> ShownProblem:
        """Take what pages tell out of the members of problem details (RFC 9457)."""
        line, column, available = (extra.get(name) for name in ("line", "column", "available"))
        rows = available if isinstance(available, Sequence) else ()
        return cls(
            status,
            title,
            detail,
            successors,
            line if isinstance(line, int) else 0,
            column if isinstance(column, int) else 0,
            str(extra.get("hint") or ""),
            [Offer(str(row["format"]), str(row["href"])) for row in rows],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemPage(render.Page):
    """The page of an error."""

    problem: ShownProblem


def html(site: Site, reader: ViewContext, problem: ShownProblem) -> str:
    """Return the page that tells of an error."""
    return render.page(site, reader, "problem.html", ProblemPage(title=gettext(problem.title), problem=problem))
