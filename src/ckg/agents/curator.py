"""What a language model may do for a curator, on a project of this machine only: draft records, check what is there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from ckg.agents.tools import Answer
from ckg.errors import CkgError
from ckg.pipelines import validate

_MAX_CHARS = 20_000
_DRAFT_TIMEOUT_S = 120


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

    def draft(
        self,
        kind: str = "",
        slug: str = "",
        *,
        label: str = "",
        answers: Sequence[str] = (),
        text: str = "",
        words: Sequence[str] = (),
        source: str = "",
        language: str = "en",
        file: str = "",
        graph_answers: Sequence[str] = (),
    ) -> Answer:
        """Write a record of a kind that the project's shapes know, as Turtle, and check it; nothing is written to disk.

        Without `kind` the kinds are listed; without `slug` (the last part of the record's IRI) what the shapes ask of
        the kind. `answers` are PROPERTY=VALUE. `text` is the file of a source text, `words` what it says there word by
        word, `source` its IRI or CURIE, `language` that of the words: words that do not stand in the text are refused.
        `file` is the data file that the record is meant for, below the data of the project; `graph_answers` are those
        about the graph of a new file. `turtle` is for a person to read and to add.
        """
        lists = not kind or not slug
        options = ["--fields"] if kind and not slug else []
        if not lists:
            given = {"--slug": slug, "--label": label, "--from": text, "--source": source, "--lang": language}
            options = ["--print", "--no-input", "--file", file or "data/draft.ttl"]
            options += [f"{name}={value}" for name, value in given.items() if value]
            options += [f"--set={pair}" for pair in answers] + [f"--words={quoted}" for quoted in words]
            options += [f"--graph={pair}" for pair in graph_answers]
        command = [sys.executable, "-m", "ckg", "new", f"--project={self._folder}", *options]
        try:
            done = subprocess.run(  # noqa: S603 - our own command; options and their values are one argument each
                [*command, *(["--", kind] if kind else [])],
                capture_output=True,
                text=True,
                timeout=_DRAFT_TIMEOUT_S,
                check=False,
                stdin=subprocess.DEVNULL,
                env={**os.environ, "NO_COLOR": "1"},
            )
        except subprocess.TimeoutExpired:
            detail = f"The draft took longer than {_DRAFT_TIMEOUT_S} seconds."
            return {"outcome": "limit met", "detail": detail}
        if done.returncode:
            return {"outcome": "refused", "detail": done.stderr[:_MAX_CHARS].strip()}
        found = done.stdout.rstrip()[:_MAX_CHARS]
        key = "turtle" if not lists else "fields" if kind else "kinds"
        return {"outcome": "answer", key: found, "warnings": done.stderr[:_MAX_CHARS].strip()}

    @property
    def all(self) -> tuple[Callable[..., Answer], ...]:
        """Every tool, by the name that a model calls it."""
        return (self.draft, self.validate)
