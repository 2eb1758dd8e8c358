"""The application factory."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, signals

from ckg.backends import Backend, chosen
from ckg.model.settings import SETTINGS
from ckg.query.limits import QueryLimits
from ckg.query.scheduler.budget import Budgets
from ckg.web import (
    answer_citation,
    catalogue_pages,
    drawn_answers,
    dump_files,
    entities,
    feed,
    forwarded,
    headers,
    language_choice,
    last_step,
    mcp_endpoint,
    metrics,
    openapi,
    pages,
    probes,
    problems,
    records,
    short_link_route,
    sitemap,
    sparql,
    static_routes,
    stored_query_results,
)
from ckg.web.finder import FUNCTION
from ckg.web.front.front_limits import BODY_MAX_BYTES
from ckg.web.open_release import ENVIRON, OpenRelease, ReleaseSwitcher, opened

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

EXTENSION = "ckg"
_SIGNALS = (
    signals.request_started,
    signals.request_finished,
    signals.request_tearing_down,
    signals.got_request_exception,
)
_POLL_S = 1.0


class Application(Flask):
    """The Flask application that serves a release; `close` it when the last request has ended.

    Hooks and decorators of Flask work as in any application (docs/embedding.md): as soon as somebody has added a
    `before_request` or has wrapped a view, no answer is given again without asking them.
    """

    def watch_for_guards(self) -> None:
        """Take what is registered now as this package's own."""
        self._own_hooks, self._own_views = self._hooks(), dict(self.view_functions)
        self._own_functions = list(self._own_views.values())
        self._own_late_hooks, self._own_wsgi = self._late_hooks(), self.wsgi_app

    @property
    def is_guarded(self) -> bool:
        """Whether code beside this package's own decides on a request: a hook before it, or a view put around ours."""
        ours = self._own_functions
        return self._hooks() != self._own_hooks or list(islice(self.view_functions.values(), len(ours))) != ours

    @property
    def is_plain(self) -> bool:
        """Whether no code beside this package's own sees a request or its answer, so that Flask may be left out."""
        return (
            self.wsgi_app == self._own_wsgi
            and not self.is_guarded
            and self._late_hooks() == self._own_late_hooks
            and not any(signal.has_receivers_for(self) for signal in _SIGNALS)
        )

    def answering_from(self, opened: OpenRelease) -> WSGIApplication:
        """Return the application as it answers from a release that is not served yet; keep that open meanwhile."""

        def held(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            environ[ENVIRON] = opened
            return Flask.wsgi_app(self, environ, start_response)

        return _reached(held, self.config["CKG"])

    def owns(self, endpoint: str | None) -> bool:
        """Say whether this package answers an endpoint itself, or that there is none (an address without a route)."""
        return endpoint is None or endpoint in self._own_views

    def _hooks(self) -> int:
        return sum(map(len, self.before_request_funcs.values())) + sum(map(len, self.url_value_preprocessors.values()))

    def _late_hooks(self) -> int:
        kinds = (self.after_request_funcs, self.teardown_request_funcs)
        handlers = sum(len(by_class) for by_code in self.error_handler_spec.values() for by_class in by_code.values())
        return sum(len(hooks) for kind in kinds for hooks in kind.values()) + handlers

    def close(self) -> None:
        """Stop following `current` and close the release, its query workers too; requests must have ended."""
        self.extensions[mcp_endpoint.EXTENSION].close()
        self.extensions[EXTENSION].close()


def create_app(folder: Path, settings: Mapping[str, Any] | None = None, backend: Backend | None = None) -> Application:
    """Return the application that serves a release.

    `folder` is a folder of releases, of which the one that `current` names is served and followed, or one release's
    folder. `settings` has the keys of ckg.toml (`serve.prefix`, `limits.cache`, …) as far as they differ from the
    defaults. `backend` is the engine that the release is asked through, by default the one that the settings name.
    Raises `ReleaseError` where there is nothing to serve, `EngineAway` where the engine is not there.
    `Application.close` ends what it started.
    """
    known = {setting.key: setting.default for setting in SETTINGS} | dict(settings or {})
    app = Application("ckg.web", static_folder=None)
    app.url_map.merge_slashes = False
    app.config["CKG"] = known
    app.config["MAX_CONTENT_LENGTH"] = BODY_MAX_BYTES  # /sparql has a bound of its own
    app.json.sort_keys = False  # type: ignore[attr-defined]
    counted = app.extensions[metrics.EXTENSION] = metrics.Metrics()
    limits = QueryLimits.of(known)
    budgets = Budgets(seconds=limits.budget_seconds, errors=limits.budget_errors)
    open_ = partial(opened, settings=known, budgets=budgets, observer=counted, backend=backend or chosen(known))
    current = ReleaseSwitcher(folder, open_)
    current.watch(_POLL_S)
    app.extensions[EXTENSION] = current
    app.after_request(partial(last_step.finish, is_own=app.owns))  # what is registered first comes last
    app.after_request(headers.secure)
    for part in (
        metrics,
        problems,
        language_choice,
        probes,
        openapi,
        sparql,
        dump_files,
        catalogue_pages,
        sitemap,
        pages,
        records,
        stored_query_results,
        short_link_route,
        answer_citation,
        drawn_answers,
        feed,
        mcp_endpoint,
        static_routes,
        entities,
    ):
        part.register(app)
    leased = current.around(app.wsgi_app, is_guarded=lambda: app.is_guarded)
    app.wsgi_app = _reached(leased, known)  # type: ignore[method-assign, assignment]
    app.watch_for_guards()
    return app


def _reached(application: WSGIApplication, known: Mapping[str, Any]) -> WSGIApplication:
    """Return an application as it is reached by the settings: through proxies, below a prefix, by reserved paths."""
    return forwarded.around(
        _below(_reserved(application, str(known["serve.reserved"])), str(known["serve.prefix"])),
        proxies=int(known["serve.proxies"]),
        prefix=bool(known["serve.forwarded_prefix"]),
        host=bool(known["serve.forwarded_host"]),
    )


def _reserved(application: WSGIApplication, segment: str) -> WSGIApplication:
    """Reach the functions of the site below a segment of the path too, where no IRI of the data hides them."""
    head = f"/{segment}/"

    def reaching(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path.startswith(head):
            environ["PATH_INFO"] = path[len(head) - 1 :]
            environ[FUNCTION] = segment
        return application(environ, start_response)

    return reaching


def _below(application: WSGIApplication, prefix: str) -> WSGIApplication:
    """Serve an application below a path, whether the proxy in front hands the prefix on or cuts it off."""
    if not prefix:
        return application

    def below(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == prefix or path.startswith(f"{prefix}/"):
            environ["PATH_INFO"] = path[len(prefix) :] or "/"
        environ["SCRIPT_NAME"] = prefix
        return application(environ, start_response)

    return below
