"""The answer to a query as drawings for programs: each an SVG document of its own, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ckg.pages import querying
from ckg.pages.svg.standalone import standalone
from ckg.pages.view_context import ViewContext
from ckg.query.job import QueryResult

CHART, MAP, TIMELINE, GRAPH = VIEWS = ("chart", "map", "timeline", "graph")

_WHY_NOT: Final = {
    CHART: (
        "The answer is no chart. A chart takes one column of quantities in at most six units, and one other column "
        "that names each row differently; years and ordinals are no quantities."
    ),
    MAP: "The answer is no map. A map takes things that have a place: states, or what has a position.",
    TIMELINE: "The answer is no timeline. A timeline takes a column of whole days, at least two different ones.",
    GRAPH: "The answer is no drawing. A graph of 1 to 60 statements (CONSTRUCT or DESCRIBE) is drawn.",
}


@dataclass(frozen=True, slots=True)
class ResultDrawings:
    """The drawings of an answer: SVG documents. `left_out` rows are not on them; `why_not` is said where none is."""

    view: str
    drawings: tuple[str, ...]
    left_out: int
    why_not: str


def result_drawings(reader: ViewContext, query: str, answer: QueryResult, view: str, source: str) -> ResultDrawings:
    """Return an answer, in the format that `querying.shown` gives, in one of `VIEWS`.

    `source` is said in a line below each drawing.
    """
    found = querying.shown_result(reader, query, answer)
    left_out = 0
    if view == CHART:
        drawn = list(found.charts)
    elif view == TIMELINE:
        drawn = [found.timeline.drawing] if found.timeline else []
        left_out = found.timeline.left_out if found.timeline else 0
    else:
        only = found.map if view == MAP else found.graph
        drawn = [only] if only else []
    why_not = "" if drawn else _WHY_NOT[view]
    if found.more:
        drawn, why_not = [], f"The answer has more than {querying.MAX_ROWS} rows; a drawing would show a part of it."
    return ResultDrawings(view, tuple(standalone(str(one), source) for one in drawn), left_out, why_not)
