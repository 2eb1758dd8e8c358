"""What pages know of the release that is served."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, cast

from jinja2 import Environment

from ckg.model.report_json import ReportJson
from ckg.pages import kinds, menu, messages
from ckg.pages.folder import PagesFolder
from ckg.pages.graph import Graph, Node
from ckg.pages.overview import Overview
from ckg.pages.rows import Run
from ckg.pages.static_files import StaticFiles
from ckg.pages.view_context import Figure, ViewContext
from ckg.query.lookup import Lookup
from ckg.reason.proofs.explainer import Explainer
from ckg.release.layout import ProjectMetadata, Release
from ckg.release.search.searching import Search

COPY: Final = "ckg.copy"
"""The key in the WSGI environment that says that a page is asked for as a file of an export."""

_MAX_READERS = 16


@dataclass(frozen=True, slots=True)
class Location:
    """Where on this server a page was asked for: its path, without the server's prefix, and the arguments after it.

    `is_copy` says that the page becomes a file of an export, where nobody answers.
    """

    path: str
    arguments: Sequence[tuple[str, str]]
    is_copy: bool = False


@dataclass(frozen=True, slots=True)
class Server:
    """What pages ask of the server they are shown by.

    `location` says where the page that is being made was asked for, `link` where a link to an IRI leads on a server
    with a path prefix (None for what may be no link), `function` at which path a function of the site is reached,
    `run` evaluates a query within the limits of the endpoint. `picture_hosts` are those whose pictures are shown.
    """

    location: Callable[[], Location]
    link: Callable[[str, str], str | None]
    function: Callable[[str], str]
    run: Run
    picture_hosts: tuple[str, ...] = ()


class Site:
    """One release as the pages show it: its look-ups, the project's own pages, templates, and readers by language.

    Where the release does not keep why inferred statements hold, they are marked as inferred and no more.
    """

    def __init__(
        self,
        release: Release,
        lookup: Lookup,
        folder: PagesFolder,
        templates: Environment,
        server: Server,
        *,
        search: Search | None = None,
        explainer: Explainer | None = None,
    ) -> None:
        self.release = release
        self.folder = folder
        self.templates = templates
        self.location = server.location
        self.run = server.run
        self.search = search
        self.explainer = explainer
        self.graph = Graph(lookup, release.base)
        self.kinds = kinds.of_folder(folder)
        self.menu = menu.listed(folder)
        self.core_files = StaticFiles.of_core()
        self.project_files = StaticFiles.of_project(folder)
        self._server = server
        self._link = server.link
        self._function = server.function
        self._readers: OrderedDict[tuple[str, str], ViewContext] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def picture_hosts(self) -> tuple[str, ...]:
        """The hosts whose pictures are shown."""
        return self._server.picture_hosts

    def close(self) -> None:
        """Let go of the project's code."""
        self.folder.close()

    @property
    def about(self) -> ProjectMetadata:
        """What the project says about itself."""
        return self.release.about

    @cached_property
    def evidence(self) -> Mapping[str, Any]:
        """What became of every quotation when the release was built."""
        return _read_json(self.release.evidence)

    @cached_property
    def overview(self) -> Overview:
        """What the release holds, whatever its IRIs look like."""
        return Overview(self.graph, self.search)

    @cached_property
    def report(self) -> ReportJson:
        """The SHACL report of the build."""
        return ReportJson(self.release.report_json)

    @cached_property
    def _checks(self) -> dict[str, bool]:
        checks = dict.fromkeys(self.evidence.get("verified", ()), True)
        return checks | dict.fromkeys(self.evidence.get("unchecked", ()), False)

    @cached_property
    def _figures(self) -> Callable[[ViewContext, Node], Sequence[Figure]] | None:
        named = self.folder.config.figures
        return cast("Callable[[ViewContext, Node], Sequence[Figure]]", self.folder.function(named)) if named else None

    def _argument(self, name: str) -> str:
        return next((value for key, value in self.location().arguments if key == name), "")

    def reader(self, language: str, root: str = "") -> ViewContext:
        """Return the reader's view for a language and the path under which the site is served.

        The words of the pages themselves come from the catalogue of that language in this task or thread from now on.
        """
        messages.use(messages.catalogue(language, self.folder.folder))
        key = (language, root)
        with self._lock:
            found = self._readers.pop(key, None)
            if found is None:
                found = ViewContext(
                    self.graph,
                    base=self.release.base,
                    prefixes=self.release.prefixes,
                    languages=self.about.languages,
                    language=language,
                    link=self._link,
                    function=self._function,
                    argument=self._argument,
                    search=self.search,
                    about=self.about,
                    config=self.folder.config,
                    root=root,
                    figures=self._figures,
                    checks=self._checks,
                    lengths=self.evidence.get("texts", {}),
                    ontology_changes=self.release.ontology_changes,
                )
            self._readers[key] = found
            while len(self._readers) > _MAX_READERS:
                self._readers.popitem(last=False)
            return found


def _read_json(path: Path) -> Mapping[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found if isinstance(found, dict) else {}
