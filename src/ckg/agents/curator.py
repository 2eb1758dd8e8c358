"""What a language model may do for a curator, on a project of this machine only: check what was written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ckg.agents.tools import Answer
from ckg.errors import CkgError
from ckg.pipelines import validate

_MAX_CHARS = 20_000


class CuratorTools:
    """Tools that read the files of a project; none of them writes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def validate(self) -> Answer:
        """Check the files of the project against its shapes, as `ckg validate` does; nothing is published.

        `conforms` says whether they conform, `report` names what does not, by file and line.
        """
        try:
            report = validate(self._folder)
        except CkgError as error:
            return {"outcome": "refused", "detail": str(error), "hint": error.hint or ""}
        text = report.text()
        return {
            "outcome": "answer",
            "conforms": report.conforms,
            "report": text[:_MAX_CHARS],
            "complete": len(text) <= _MAX_CHARS,
        }

    @property
    def all(self) -> tuple[Callable[..., Answer], ...]:
        """Every tool, by the name that a model calls it."""
        return (self.validate,)
