"""What is served: the open release and everything that reads it, replaced as a whole when `current` changes.

Each request holds the release it began with; an old one is closed when its last request has ended, the last byte of a
streamed answer included.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Hashable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from flask import request
from pyoxigraph import NamedNode, RdfFormat, parse
from werkzeug.wsgi import ClosingIterator

from ckg.errors import CkgError, ReleaseError
from ckg.model.staged import Role
from ckg.query.budget import Budgets
from ckg.query.document import Writer
from ckg.query.limits import Limits
from ckg.query.lookup import Lookup
from ckg.query.observer import Observer
from ckg.query.pool import Pool, wait_until_ready
from ckg.reason import explain
from ckg.reason.explain import Explainer
from ckg.release import manifest
from ckg.release.current import Releases, hold
from ckg.release.layout import MANIFEST, Release
from ckg.release.search import Search
from ckg.release.withdrawn import Withdrawal
from ckg.release.withdrawn import read as read_withdrawn
from ckg.web.addresses import Finder, of_iri
from ckg.web.cache import ByteCache
from ckg.web.hot import HotAnswers, Kept

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

T = TypeVar("T")

_ENVIRON = "ckg.serving"
_REMEMBERED = 50_000
_LONGEST_START_S = 30.0
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Serving:
    """One release, opened for serving.

    `made` is when its manifest was written, in seconds since 1970; `data_set` is the IRI of the data set in VoID;
    `documents` keeps what was rendered, `hot` finished answers. `opened_as` tells the release from one of the same name
    that takes its place, `held` is the descriptor that keeps builds from deleting it.
    """

    release: Release
    made: float
    data_set: str
    lookup: Lookup
    writer: Writer
    finder: Finder
    withdrawn: Mapping[str, Withdrawal]
    search: Search | None
    explainer: Explainer | None
    documents: ByteCache
    hot: HotAnswers
    pool: Pool
    opened_as: tuple[int, int]
    held: int
    _memory: dict[tuple[Hashable, ...], Any] = field(default_factory=dict)

    def remembered(self, make: Callable[..., T], *arguments: Hashable) -> T:
        """Return `make(self, *arguments)`, made once while this release is served and room is left to remember it."""
        key = (make, *arguments)
        try:
            found: T = self._memory[key]
        except KeyError:
            found = make(self, *arguments)
            if len(self._memory) >= _REMEMBERED:
                self._memory.clear()
            self._memory[key] = found
        return found

    @property
    def unreadable(self) -> str:
        """Why no page can be answered, in a few words; empty where it can. Asks the file system and the store."""
        try:
            if self.release.manifest_id() != self.opened_as:
                return "the release was replaced while it was served"
            if not self.release.store.is_dir():
                return "the store of the release is gone"
            return "" if self.lookup.count(most=1).number else "empty"
        except ReleaseError:
            return "the release was deleted while it was served"
        except OSError as error:
            return f"the release cannot be read: {error.strerror or type(error).__name__}"

    def close(self) -> None:
        """Let go of every file and process."""
        os.close(self.held)
        self.pool.close()
        self.lookup.close()
        if self.search is not None:
            self.search.close()


def opened(
    folder: Path, settings: Mapping[str, Any], budgets: Budgets | None = None, observer: Observer | None = None
) -> Serving:
    """Open a release folder; raises `ReleaseError` where something is missing.

    `budgets` and `observer` outlive a release: they belong to the pools of all of them.
    """
    release = Release(folder)
    held = hold(release)
    try:
        return _opened(release, held, settings, budgets, observer)
    except BaseException:
        os.close(held)
        raise


def _opened(
    release: Release, held: int, settings: Mapping[str, Any], budgets: Budgets | None, observer: Observer | None
) -> Serving:
    base, staging = release.base, release.staging
    room = int(settings["limits.cache"]) << 20
    lookup = Lookup(release.store, base, staging.graphs)
    parts = lookup.parts(graph.name for graph in staging.of(Role.ONTOLOGY, Role.SHAPES))
    addresses = (of_iri(base, document) for document in parts)
    return Serving(
        release=release,
        made=(release.folder / MANIFEST).stat().st_mtime,
        data_set=_data_set(release),
        lookup=lookup,
        writer=Writer(lookup, parts),
        finder=Finder(base, lookup, frozenset(address.path for address in addresses if address is not None)),
        withdrawn=read_withdrawn(release.withdrawn) if release.withdrawn.is_file() else {},
        search=Search(release.search, release.about.languages) if release.search.is_file() else None,
        explainer=explain.open(release.derivations, staging.graphs) if release.derivations else None,
        documents=ByteCache(room // 2),
        hot=HotAnswers(room // 2),
        pool=Pool(
            release.store,
            Limits.of(settings),
            release.prefixes,
            base=base.iri,
            budgets=budgets,
            observer=observer,
            probes=release.store_probes,
        ),
        opened_as=release.manifest_id(),
        held=held,
    )


def _data_set(release: Release) -> str:
    """Return the IRI that the catalogue gives the data set; its parts are data sets of VoID only."""
    if not release.void.is_file():
        return release.base.iri
    quads = parse(path=release.void, format=RdfFormat.TURTLE)
    kinds = ("http://www.w3.org/ns/dcat#Dataset",)
    found = {
        quad.subject.value
        for quad in quads
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode) and quad.object.value in kinds
    }
    return min(found, key=lambda iri: (len(iri), iri), default=release.base.iri)


class _Lease:
    """A release and how many requests hold it; it is closed once it was replaced and none does."""

    def __init__(self, serving: Serving) -> None:
        self.serving = serving
        self.holders = 0
        self.replaced = False


class Current:
    """The release that is served now, out of a folder of releases or a single release folder.

    `watch` starts a thread that looks every `seconds` whether `current` names another one, and opens it beside the old.
    `given_again` is told of every answer that the application was not asked for: what it was, method, seconds.
    """

    def __init__(
        self, folder: Path, open_: Callable[[Path], Serving], given_again: Callable[[Kept, str, float], None]
    ) -> None:
        self._folder = folder
        self._open = open_
        self._given_again = given_again
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._watcher: threading.Thread | None = None
        self._last_fault = ""
        self._lease = _Lease(open_(self._named()))

    def _named(self) -> Path:
        """Return the folder of the release that is to be served."""
        if (self._folder / MANIFEST).is_file():
            return self._folder
        return Releases(self._folder).current().folder

    def watch(self, seconds: float) -> None:
        """Follow the switch of `current` until `close`."""
        self._watcher = threading.Thread(target=self._watch, args=(seconds,), name="ckg-current", daemon=True)
        self._watcher.start()

    def _watch(self, seconds: float) -> None:
        while not self._stopped.wait(seconds):
            try:
                self.refresh()
                self._last_fault = ""
            except (CkgError, OSError, ValueError) as error:
                if str(error) != self._last_fault:  # said once, not at every look
                    kept = self._lease.serving.release.id
                    _LOG.error("the release that is now current cannot be served, %s stays: %s", kept, error)
                self._last_fault = str(error)

    def refresh(self) -> bool:
        """Serve the release that `current` names; say whether it is another one than before.

        The old one is served until the query workers of the new one are ready. Raises `ReleaseError` where a file of
        it is missing or has another size than its manifest says, where its workers do not get ready, and whatever keeps
        the release from being opened; the old one then stays.
        """
        path = self._named()
        now = self._lease.serving
        if path == now.release.folder and Release(path).manifest_id() == now.opened_as:
            return False
        manifest.verify(Release(path), deep=False)
        opening = self._open(path)
        if not wait_until_ready(opening.pool, _LONGEST_START_S):
            opening.close()
            raise ReleaseError(f"the query workers of {path.name} did not start within {_LONGEST_START_S:g} seconds")
        fresh = _Lease(opening)
        with self._lock:
            old, self._lease = self._lease, fresh
            old.replaced = True
            idle = old.holders == 0
        if idle:
            old.serving.close()
        _LOG.info("release %s is served now, after %s", fresh.serving.release.id, old.serving.release.id)
        return True

    def acquire(self) -> _Lease:
        """Hold the current release; give it back with `release`."""
        with self._lock:
            self._lease.holders += 1
            return self._lease

    def release(self, lease: _Lease) -> None:
        """Give back what `acquire` returned."""
        with self._lock:
            lease.holders -= 1
            idle = lease.replaced and lease.holders == 0
        if idle:
            lease.serving.close()

    def close(self) -> None:
        """Stop watching and close the release; requests under way must have ended."""
        self._stopped.set()
        if self._watcher is not None:
            self._watcher.join()
        with suppress(Exception):
            self._lease.serving.close()

    def around(self, application: WSGIApplication) -> WSGIApplication:
        """Return a WSGI application in which every request holds the release that was current when it began."""

        def leased(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            began = time.perf_counter()
            lease = self.acquire()
            hot = lease.serving.hot
            key = hot.key(environ)
            kept = hot.get(key) if key is not None else None
            if kept is not None:
                self.release(lease)
                method = environ["REQUEST_METHOD"]
                start_response(kept.status, list(kept.fields))
                self._given_again(kept, method, time.perf_counter() - began)
                return [] if method == "HEAD" else [kept.body]
            environ[_ENVIRON] = lease.serving
            try:
                answer = application(environ, start_response)
            except BaseException:
                self.release(lease)
                raise
            return ClosingIterator(answer, [lambda: self.release(lease)])

        return leased


def serving() -> Serving:
    """Return the release that the request at hand is answered from."""
    found: Serving = request.environ[_ENVIRON]
    return found
