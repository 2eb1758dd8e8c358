"""How a build looks on a terminal, and how it stays quiet when piped."""

from __future__ import annotations

import math
import sys
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
)
from rich.progress import Progress as Bars
from rich.text import Text

from ckg.build.progress import TimeLeft

_ALL = "in all"


class TerminalProgress:
    """One line per stage: a bar with rate and time left while it runs, its outcome when it is over.

    With `whole`, one more line is about the whole build. How long it takes is reckoned from earlier builds
    (`ckg.build.rates`); where nobody knows, nothing is said. Where the output is no terminal, nothing is written.
    """

    def __init__(self, *, whole: bool = False) -> None:
        self._console = Console(stderr=True)
        self._outlook: TimeLeft | None = None
        self._whole = whole
        self._bars = Bars(
            SpinnerColumn(finished_text="✓"),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[unit]}"),
            _Rate(),
            TimeElapsedColumn(),
            _Left(self),
            TextColumn("{task.fields[outcome]}"),
            console=self._console,
            disable=not sys.stderr.isatty(),
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> TerminalProgress:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None and _ALL in self._tasks:
            self.end(_ALL, "")
        self._bars.stop()

    def watch(self, outlook: TimeLeft) -> None:
        """Show what is left of the whole build, if that was asked for."""
        self._outlook = outlook
        if self._whole and _ALL not in self._tasks:
            self._tasks[_ALL] = self._bars.add_task(_ALL, total=100, unit="%", outcome="")

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

    def seconds_left(self, stage: str) -> float | None:
        """Return the seconds that a line still takes, None where nobody knows."""
        if self._outlook is None:
            return None
        return self._outlook.left_in_all() if stage == _ALL else self._outlook.left(stage)

    def part(self) -> float | None:
        """Return how much of the whole build is over, in percent."""
        share = None if self._outlook is None else self._outlook.share()
        return None if share is None else 100 * share


def clock(seconds: float) -> str:
    """Return a time as people read it.

    >>> clock(4.2), clock(61), clock(7322)
    ('0:05', '1:01', '2:02:02')
    """
    whole = math.ceil(seconds)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class _Rate(ProgressColumn):
    """How many units a second a stage has done, where it says how far it is."""

    def render(self, task: Task) -> Text:
        elapsed = task.finished_time if task.finished else task.elapsed
        if task.description == _ALL or not task.completed or not elapsed:
            return Text("")
        return Text(f"{task.completed / elapsed:,.0f}/s")


class _Left(ProgressColumn):
    """How long a stage or the build still takes; the bar of the build moves with it."""

    def __init__(self, progress: TerminalProgress) -> None:
        super().__init__()
        self._progress = progress

    def render(self, task: Task) -> Text:
        if task.finished:
            return Text("")
        if task.description == _ALL:
            part = self._progress.part()
            task.completed = task.completed if part is None else min(99, int(part))
        left = self._progress.seconds_left(task.description)
        return Text("" if left is None else f"about {clock(left)} left")
