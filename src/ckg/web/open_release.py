"""What is served: the open release and everything that reads it, replaced as a whole when `current` changes.

Each request holds the release it began with; an old one is closed when its last request has ended, the last byte of a
streamed answer included.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Hashable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from flask import request
from pyoxigraph import NamedNode, RdfFormat, parse
from werkzeug.wsgi import ClosingIterator

from ckg.backends import EMBEDDED, Backend, ReleaseData
from ckg.errors import CkgError, QueryError, ReleaseError
from ckg.formats import N_TRIPLES
from ckg.model.byte_lru import ByteLru, Memo
from ckg.model.config import HOST
from ckg.model.staged import Role
from ckg.pages.site import Site
from ckg.query.document import DocumentBuilder
from ckg.query.fragments import Fragments
from ckg.query.limits import QueryLimits
from ckg.query.lookup import Lookup
from ckg.query.metrics_sink import MetricsSink, NullSink
from ckg.query.pool import Pool, wait_until_ready
from ckg.query.scheduler.budget import Budgets
from ckg.reason.proofs.explainer import Explainer, open_explainer
from ckg.release import manifest
from ckg.release.current import Releases, hold
from ckg.release.layout import MANIFEST, Release
from ckg.release.search.searching import Search
from ckg.release.withdrawn import Withdrawal
from ckg.release.withdrawn import read as read_withdrawn
from ckg.web import served_site
from ckg.web.coded_files import CodedFiles
from ckg.web.finder import Finder
from ckg.web.front.request import KEY
from ckg.web.response_cache import PRIVATE, ResponseCache

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

T = TypeVar("T")

ENVIRON: Final = "ckg.serving"
"""The key in the WSGI environment of the release that a request is answered from."""

_REMEMBERED_BYTES = 16 << 20
_LONGEST_START_S = 30.0
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OpenRelease:
    """One release, opened for serving.

    `made` is when its manifest was written, in seconds since 1970; `data_set` is the IRI of the data set in VoID;
    `documents` keeps what was rendered, `response_cache` finished answers, `coded_files` compressed copies of dumps,
    `site` is what the pages know. `opened_as` tells the release from one of the same name that takes its place, `held`
    is the descriptor that keeps builds from deleting it.
    """

    release: Release
    made: float
    data_set: str
    lookup: Lookup
    writer: DocumentBuilder
    finder: Finder
    withdrawn: Mapping[str, Withdrawal]
    search: Search | None
    explainer: Explainer | None
    documents: ByteLru[bytes]
    response_cache: ResponseCache
    coded_files: CodedFiles
    pool: Pool
    site: Site
    opened_as: tuple[int, int]
    held: int
    _single: dict[Callable[..., Any], Any] = field(default_factory=dict)
    _remembered: Memo[..., Any] = field(init=False)

    def __post_init__(self) -> None:
        def made(make: Callable[..., Any], *arguments: Hashable) -> Any:
            return make(self, *arguments)

        object.__setattr__(self, "_remembered", Memo(made, max_bytes=_REMEMBERED_BYTES))

    def function(self, path: str) -> str:
        """Return the address, for the request at hand, of a function of the site such as `void` or `sparql`."""
        return f"{request.script_root}/{self.finder.function(path)}"

    @property
    def remembered_bytes(self) -> int:
        """Bytes of what `remembered` has made for arguments, these included."""
        return self._remembered.held

    def remembered(self, make: Callable[..., T], *arguments: Hashable) -> T:
        """Return `make(self, *arguments)`, made once while this release is served and bytes are left to remember it.

        What takes no arguments is always remembered.
        """
        if arguments:
            found: T = self._remembered(make, *arguments)
        elif make in self._single:
            found = self._single[make]
        else:
            found = self._single[make] = make(self)
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
        except QueryError as error:
            return error.message

    def close(self) -> None:
        """Let go of every file and process."""
        os.close(self.held)
        self.pool.close()
        self.site.close()
        self.lookup.close()
        self.writer.close()
        if self.search is not None:
            self.search.close()


def opened(
    folder: Path,
    settings: Mapping[str, Any],
    budgets: Budgets | None = None,
    observer: MetricsSink | None = None,
    backend: Backend = EMBEDDED,
) -> OpenRelease:
    """Open a release folder; raises `ReleaseError` where something is missing or cannot be read.

    `budgets` and `observer` outlive a release: they belong to the pools of all of them. `backend` is the engine that
    the release is asked through.
    """
    release = Release(folder)
    held = hold(release)
    try:
        return _opened(release, held, settings, budgets, observer or NullSink(), backend=backend)
    except (OSError, ValueError, sqlite3.Error) as error:
        os.close(held)
        raise ReleaseError(
            f"the release {folder.name} cannot be read: {error}",
            hint="`ckg serve --verify` names what has changed; build again, or go back to an earlier release.",
        ) from error
    except BaseException:
        os.close(held)
        raise


def _opened(
    release: Release,
    held: int,
    settings: Mapping[str, Any],
    budgets: Budgets | None,
    observer: MetricsSink,
    *,
    backend: Backend,
) -> OpenRelease:
    data = ReleaseData(
        release.store,
        release.base,
        release.staging.graphs,
        release.prefixes,
        release.store_probes,
        text_numbers=release.text_numbers,
        release=release.id,
    )
    lookup = backend.lookup(data)
    try:
        return _opened_with(
            release, held, settings, lookup=lookup, budgets=budgets, observer=observer, backend=backend, data=data
        )
    except BaseException:
        lookup.close()
        raise


def _opened_with(
    release: Release,
    held: int,
    settings: Mapping[str, Any],
    *,
    lookup: Lookup,
    budgets: Budgets | None,
    observer: MetricsSink,
    backend: Backend,
    data: ReleaseData,
) -> OpenRelease:
    base, staging, limits = release.base, release.staging, QueryLimits.of(settings)
    room = int(settings["limits.cache"]) << 20
    triples = release.dump(N_TRIPLES)
    in_union = triples.is_file()
    apart = lookup.parts(g.name for g in staging.of(*((Role.SHAPES,) if in_union else (Role.ONTOLOGY, Role.SHAPES))))
    fragments = Fragments(triples if in_union else None, apart)
    finder = Finder(base, lookup, fragments, bases=release.about.bases, reserved=str(settings["serve.reserved"]))
    search = Search(release.search, release.about.languages) if release.search.is_file() else None
    explainer = open_explainer(release.derivations, staging.graphs) if release.derivations else None
    evaluator = backend.evaluator(data, limits, observer)
    pool = Pool(evaluator, limits, budgets=budgets, observer=observer, probes=release.store_probes)
    try:
        hosts = tuple(host.lower() for host in settings["serve.picture_hosts"] if HOST.fullmatch(host))
        pages = served_site.opened(
            release, lookup, pool, finder, picture_hosts=hosts, search=search, explainer=explainer
        )
    except BaseException:
        pool.close()
        raise
    return OpenRelease(
        release=release,
        made=(release.folder / MANIFEST).stat().st_mtime,
        data_set=_data_set(release),
        lookup=lookup,
        writer=DocumentBuilder(lookup, fragments, languages=release.about.languages),
        finder=finder,
        withdrawn=read_withdrawn(release.withdrawn) if release.withdrawn.is_file() else {},
        search=search,
        explainer=explainer,
        documents=ByteLru[bytes](room // 2, share_divisor=8),
        response_cache=ResponseCache(room // 2),
        coded_files=CodedFiles(),
        pool=pool,
        site=pages,
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


Warm = Callable[[OpenRelease, OpenRelease | None, float], object]
"""Renders what is asked first of a release, the first one.

The second one is served until the switch, if any; the switch is due since a time of `time.monotonic`.
"""


def _leave_cold(_opened: OpenRelease, _before: OpenRelease | None, _since: float) -> None:
    """Render nothing before it is asked for."""


class Lease:
    """A release and how many requests hold it; it is closed once it was replaced and none does."""

    def __init__(self, serving: OpenRelease) -> None:
        self.serving = serving
        self.holders = 0
        self.replaced = False


class ReleaseSwitcher:
    """The release that is served now, out of a folder of releases or a single release folder.

    `watch` starts a thread that looks every `seconds` whether `current` names another one, and opens it beside the old.
    """

    def __init__(self, folder: Path, open_: Callable[[Path], OpenRelease]) -> None:
        self._folder = folder
        self._open = open_
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._watcher: threading.Thread | None = None
        self._last_fault = ""
        self._warm: Warm = _leave_cold
        self._lease = Lease(open_(self._named()))

    def _named(self) -> Path:
        """Return the folder of the release that is to be served."""
        if (self._folder / MANIFEST).is_file():
            return self._folder
        return Releases(self._folder).current().folder

    def warm_with(self, warm: Warm) -> None:
        """Have `warm` render what is asked first of the release that is served, and of each one before its switch."""
        self._warm = warm
        lease = self.acquire()
        try:
            warm(lease.serving, None, time.monotonic())
        finally:
            self.release(lease)

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
            except Exception:  # noqa: BLE001 - nobody else would ever look again
                _LOG.exception("looking for another release met a bug")

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
        noticed = time.monotonic()
        manifest.verify(Release(path), deep=False)
        opening = self._open(path)
        try:
            self._warm(opening, now, noticed)
        except Exception:  # noqa: BLE001 - what is rendered beforehand is a courtesy: no release waits for it
            _LOG.exception("not all that is asked first of %s was rendered before its switch", path.name)
        if not wait_until_ready(opening.pool, _LONGEST_START_S):
            opening.close()
            raise ReleaseError(f"the query workers of {path.name} did not start within {_LONGEST_START_S:g} seconds")
        fresh = Lease(opening)
        with self._lock:
            old, self._lease = self._lease, fresh
            old.replaced = True
            idle = old.holders == 0
        if idle:
            old.serving.close()
        _LOG.info("release %s is served now, after %s", fresh.serving.release.id, old.serving.release.id)
        return True

    @property
    def is_closing(self) -> bool:
        """Whether `close` was called: nothing more is to be prepared."""
        return self._stopped.is_set()

    @property
    def named(self) -> str:
        """The id of the current release."""
        return self._lease.serving.release.id

    @property
    def response_cache(self) -> ResponseCache:
        """The finished answers that are kept for the current release; they need no hold on it."""
        return self._lease.serving.response_cache

    @property
    def away_seconds(self) -> float | None:
        """For how long the engine of the current release has not answered; None while it does."""
        return self._lease.serving.pool.away_seconds

    def acquire(self) -> Lease:
        """Hold the current release; give it back with `release`."""
        with self._lock:
            self._lease.holders += 1
            return self._lease

    def release(self, lease: Lease, *, elsewhere: bool = False) -> None:
        """Give back what `acquire` returned; `elsewhere` says that this thread must not wait for a release to close."""
        with self._lock:
            lease.holders -= 1
            idle = lease.replaced and lease.holders == 0
        if idle and elsewhere:
            threading.Thread(target=lease.serving.close, name="ckg-close").start()
        elif idle:
            lease.serving.close()

    def close(self) -> None:
        """Stop watching and close the release; requests under way must have ended."""
        self._stopped.set()
        if self._watcher is not None:
            self._watcher.join()
        with suppress(Exception):
            self._lease.serving.close()

    def around(self, application: WSGIApplication, *, is_guarded: Callable[[], bool]) -> WSGIApplication:
        """Return a WSGI application in which every request holds the release that was current when it began.

        While `is_guarded` says so, every request is given to the application: somebody else's code decides there who
        may read what.
        """

        def leased(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            lease = self.acquire()
            if is_guarded():
                environ[PRIVATE] = True
                environ.pop(KEY, None)
            environ[ENVIRON] = lease.serving
            try:
                answer = application(environ, start_response)
            except BaseException:
                self.release(lease)
                raise
            return ClosingIterator(answer, [lambda: self.release(lease)])

        return leased


def serving() -> OpenRelease:
    """Return the release that the request at hand is answered from."""
    found: OpenRelease = request.environ[ENVIRON]
    return found
