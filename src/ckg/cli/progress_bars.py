"""A line for each stage of a build, drawn by rich."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bars
from rich.text import Text

_SPEED_WINDOW_S = 60.0


class ProgressBars:
    """One line per stage: a bar with rate and time left while it runs, its outcome when it is over."""

    def __init__(self) -> None:
        self._bars = Bars(
            SpinnerColumn(finished_text="✓"),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[unit]}"),
            _Rate(),
            TimeElapsedColumn(),
            TimeRemainingColumn(compact=True),
            TextColumn("{task.fields[outcome]}"),
            console=Console(stderr=True),
            speed_estimate_period=_SPEED_WINDOW_S,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> ProgressBars:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def begin(self, stage: str, total: int | None, unit: str) -> None:
        """Show a new line."""
        self._tasks[stage] = self._bars.add_task(stage, total=total, unit=unit, outcome="")

    def advance(self, stage: str, amount: int) -> None:
        """Move the bar."""
        self._bars.advance(self._tasks[stage], amount)

    def end(self, stage: str, outcome: str) -> None:
        """Fill the bar and say what came of it."""
        task = self._tasks[stage]
        total = next((bar.total for bar in self._bars.tasks if bar.id == task), None)
        self._bars.update(task, total=total or 1, completed=total or 1, outcome=outcome)


class _Rate(ProgressColumn):
    """How many units a second a stage has done, where it says how far it is."""

    def render(self, task: Task) -> Text:
        elapsed = task.finished_time if task.finished else task.elapsed
        if not task.completed or not elapsed:
            return Text("")
        return Text(f"{task.completed / elapsed:,.0f}/s")
