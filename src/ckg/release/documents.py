"""Writing several documents about the same triples in one pass over them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path

from ckg.errors import NotExpressible
from ckg.formats.base import Writer
from ckg.formats.statement_lines import Rows
from ckg.release.writing import OutputFile, WrittenFile

Outcome = WrittenFile | NotExpressible


def write_together(
    groups: Iterable[tuple[str, Rows]],
    writers: Mapping[Path, Writer],
    *,
    heard: Callable[[str, Rows], None] | None = None,
) -> dict[Path, Outcome]:
    """Write a document to each path, from the groups of `statements.subjects`, which are read once.

    A writer that raises `NotExpressible` is left alone from then on: its file is removed, and the exception is its
    outcome. `heard` is called with every group. Raises `StageFailed` where a file cannot be written.
    """
    with ExitStack() as stack:
        documents = [_Document(writer, stack.enter_context(OutputFile(path))) for path, writer in writers.items()]
        for document in documents:
            document.head()
        for subject, rows in groups:
            if heard is not None:
                heard(subject, rows)
            for document in documents:
                document.node(subject, rows)
        return {path: document.end() for path, document in zip(writers, documents, strict=True)}


class _Document:
    """A writer and its file, until the writer refuses."""

    def __init__(self, writer: Writer, file: OutputFile) -> None:
        self._writer = writer
        self._file = file
        self._refusal: NotExpressible | None = None

    def head(self) -> None:
        self._file.add(self._writer.head())

    def node(self, subject: str, rows: Rows) -> None:
        if self._refusal is None:
            try:
                self._file.add(self._writer.node(subject, rows))
            except NotExpressible as refusal:
                self._refusal = refusal

    def end(self) -> Outcome:
        if self._refusal is not None:
            self._file.remove()
            return self._refusal
        self._file.add(self._writer.tail())
        return self._file.finish()
