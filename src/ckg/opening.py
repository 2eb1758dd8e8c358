"""Opening a data set for a program: what `ckg.open` does."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ckg.client.knowledge_graph import KnowledgeGraph
from ckg.client.transport import HttpTransport, LocalTransport
from ckg.errors import NoRelease
from ckg.model import config
from ckg.project_places import release_root, shipped
from ckg.release.current import Releases
from ckg.release.layout import MANIFEST

_OWN: Final = {"limits.workers": 1, "limits.spares": 0, "limits.budget_seconds": 0.0, "limits.budget_errors": 0}
"""Settings of an application of our own: nobody but this process asks it."""


def open_graph(place: str | Path | None = None, *, language: str = "") -> KnowledgeGraph:
    """Open a data set: the address of a running `ckg`, a project folder, a folder of releases, or a release.

    Without an argument it is the data set that the package ships. `language` is that of labels. Raises `NoRelease`
    where a project has not been built yet, `ProjectError` where there is none.
    """
    if isinstance(place, str) and "://" in place:
        return KnowledgeGraph(HttpTransport(place), language=language)
    folder = Path(place).resolve() if place is not None else shipped()
    if (folder / config.FILE_NAME).is_file():
        project = config.read(folder)
        folder = release_root(project)
    if not (folder / MANIFEST).is_file():
        try:
            Releases(folder).current()
        except NoRelease as error:
            raise NoRelease(error.message, hint="Build it first: `ckg build`, or ckg.build(folder).") from None
    from ckg.web import create_app  # noqa: PLC0415 - a program that asks a server elsewhere needs no server

    application = create_app(folder, _OWN)
    return KnowledgeGraph(LocalTransport(application, application.close), language=language)
