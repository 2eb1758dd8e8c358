"""How a build looks on a terminal, and how it stays quiet when piped."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from ckg.build.progress import Progress, Silent

if TYPE_CHECKING:
    from ckg.cli.progress_bars import ProgressBars


def terminal_progress() -> AbstractContextManager[Progress]:
    """Return what shows the progress of a build on standard error; where that is no terminal, nothing is written."""
    if not sys.stderr.isatty():
        return nullcontext(Silent())
    from ckg.cli.progress_bars import ProgressBars  # noqa: PLC0415 - rich is slow to import

    bars: AbstractContextManager[ProgressBars] = ProgressBars()
    return bars
