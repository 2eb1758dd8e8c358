"""The answer to a query as drawings: charts, maps, timelines, graphs, shown in a notebook or saved as SVG."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from ckg.client.coded_statement import CodedStatement
from ckg.errors import CkgError

_SHOWN_STATEMENTS = 60


class NotDrawn(CkgError):
    """The answer cannot be drawn in this way; the message says what can."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Drawings(Sequence[str]):
    """SVG documents, one or several (a chart for each unit); `left_out` rows of the answer are on none of them.

    `evidence` has, by IRI, each coded statement in the answer; it is shown below the drawings.
    """

    svg: tuple[str, ...]
    left_out: int
    evidence: Mapping[str, CodedStatement]

    def __getitem__(self, index: Any) -> Any:
        return self.svg[index]

    def __len__(self) -> int:
        return len(self.svg)

    def __iter__(self) -> Iterator[str]:
        return iter(self.svg)

    def save(self, path: str | Path) -> tuple[Path, ...]:
        """Write each drawing to a file, numbered from the second on, and return the paths."""
        first = Path(path)
        paths = (first, *(first.with_stem(f"{first.stem}-{number}") for number in range(2, len(self) + 1)))
        for target, drawn in zip(paths, self.svg, strict=True):
            target.write_text(drawn, encoding="utf-8")
        return paths

    def _repr_html_(self) -> str:
        # As pictures, not as elements of the page: the style sheet of a drawing must not change the notebook.
        shown = "".join(f'<p><img alt="{_title(drawn)}" src="{_data_address(drawn)}"></p>' for drawn in self.svg)
        left_out = f"<p>{self.left_out} rows without a whole day are left out.</p>" if self.left_out else ""
        return shown + left_out + self._statements()

    def _statements(self) -> str:
        if not self.evidence:
            return ""
        shown = list(self.evidence.values())[:_SHOWN_STATEMENTS]
        more = len(self.evidence) - len(shown)
        return (
            "<details><summary>The coded statements in it, with standing and words</summary>"
            + "".join(one._repr_html_() for one in shown)
            + (f"<p>and {more} more</p>" if more > 0 else "")
            + "</details>"
        )


Draw: TypeAlias = Callable[[str], Drawings]
"""Asks for the answer at hand in a view: `chart`, `map`, `timeline` or `graph`."""


def not_here(view: str) -> Drawings:
    """Refuse to draw rows that did not come from a graph."""
    raise NotDrawn(f"these rows cannot be drawn as a {view}: they are not the answer of a graph")


def from_answer(told: Mapping[str, Any], evidence: Mapping[str, CodedStatement]) -> Drawings:
    """Return what the server tells of an answer. Raises `NotDrawn` with the reason where it has no drawing."""
    if not told["drawings"]:
        raise NotDrawn(str(told["why_not"]))
    return Drawings(tuple(told["drawings"]), int(told["left_out"]), evidence)


def _data_address(drawn: str) -> str:
    return f"data:image/svg+xml;base64,{b64encode(drawn.encode()).decode()}"


def _title(drawn: str) -> str:
    """Return the title of a drawing, escaped as it stands there."""
    return drawn.partition("<title")[2].partition(">")[2].partition("</title>")[0]
