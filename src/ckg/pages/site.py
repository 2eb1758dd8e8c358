"""What pages know of the release that is served."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from jinja2 import Environment

from ckg.pages.graph import Graph
from ckg.pages.reader import Reader
from ckg.query.lookup import Lookup
from ckg.reason.explain import Explainer
from ckg.release.layout import About, Release
from ckg.release.search import Search

_READERS = 64


@dataclass(frozen=True, slots=True)
class Location:
    """Where on this server a page was asked for: its path, without the server's prefix, and the arguments after it."""

    path: str
    arguments: Sequence[tuple[str, str]]


class Site:
    """One release as the pages show it: its look-ups, its templates, what it says about itself, readers by language.

    `location` says where the page that is being made was asked for, `link` where a link to an IRI leads on a server
    with a path prefix. Where the release does not keep why inferred statements hold, they are marked as inferred and
    no more.
    """

    def __init__(
        self,
        release: Release,
        lookup: Lookup,
        templates: Environment,
        *,
        location: Callable[[], Location],
        link: Callable[[str, str], str | None],
        search: Search | None = None,
        explainer: Explainer | None = None,
    ) -> None:
        self.release = release
        self.templates = templates
        self.location = location
        self._link = link
        self.search = search
        self.explainer = explainer
        self.graph = Graph(lookup, release.base)
        self._readers: OrderedDict[tuple[str, str], Reader] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def about(self) -> About:
        """What the project says about itself."""
        return self.release.about

    @cached_property
    def evidence(self) -> Mapping[str, Any]:
        """What became of every quotation when the release was built."""
        return _read_json(self.release.evidence)

    @cached_property
    def report(self) -> Mapping[str, Any]:
        """The SHACL report of the build."""
        return _read_json(self.release.report_json)

    @cached_property
    def _checks(self) -> dict[str, bool]:
        checks = dict.fromkeys(self.evidence.get("verified", ()), True)
        return checks | dict.fromkeys(self.evidence.get("unchecked", ()), False)

    def reader(self, language: str, root: str = "") -> Reader:
        """Return the reader's view for a language and the path under which the site is served."""
        key = (language, root)
        with self._lock:
            found = self._readers.pop(key, None)
            if found is None:
                found = Reader(
                    self.graph,
                    base=self.release.base,
                    prefixes=self.release.prefixes,
                    languages=self.about.languages,
                    language=language,
                    link=self._link,
                    root=root,
                    checks=self._checks,
                    lengths=self.evidence.get("texts", {}),
                )
            self._readers[key] = found
            while len(self._readers) > _READERS:
                self._readers.popitem(last=False)
            return found


def _read_json(path: Any) -> Mapping[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found if isinstance(found, dict) else {}
