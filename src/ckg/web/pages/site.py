"""What pages know of the release that is served."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from ckg.model.negotiation import negotiate_language
from ckg.query.lookup import Lookup
from ckg.reason.explain import Explainer
from ckg.release.layout import About, Release
from ckg.release.search import Search
from ckg.web.pages.graph import Graph
from ckg.web.pages.reader import Reader

_READERS = 64


class Site:
    """One release as the pages show it: its look-ups, what it says about itself, and readers by language.

    Where the release does not keep why inferred statements hold, they are marked as inferred and no more.
    """

    def __init__(
        self,
        release: Release,
        lookup: Lookup,
        search: Search | None = None,
        explainer: Explainer | None = None,
    ) -> None:
        self.release = release
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

    def language(self, wanted: str | None, kept: str | None, accepted: str | None) -> str:
        """Return the language of labels: asked for in the address, kept from before, or negotiated, in that order."""
        offered = self.about.languages
        for choice in (wanted, kept):
            if choice in offered:
                return str(choice)
        return negotiate_language(accepted, offered, offered[0])

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
