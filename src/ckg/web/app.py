"""The application factory."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from ckg.model.settings import SETTINGS
from ckg.query.budget import Budgets
from ckg.query.limits import Limits
from ckg.web import (
    catalogue,
    dumps,
    entities,
    hangup,
    headers,
    languages,
    metrics,
    openapi,
    pages,
    probes,
    problems,
    sitemap,
    sparql,
)
from ckg.web.serving import Current, opened

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

EXTENSION = "ckg"
_SECONDS_BETWEEN_LOOKS = 1.0


def create_app(folder: Path, settings: Mapping[str, Any] | None = None) -> Flask:
    """Return the application that serves a release.

    `folder` is a folder of releases, of which the one that `current` names is served and followed, or one release's
    folder. `settings` has the keys of ckg.toml (`serve.prefix`, `limits.cache`, …) as far as they differ from the
    defaults. Raises `ReleaseError` where there is nothing to serve.
    """
    known = {setting.key: setting.default for setting in SETTINGS} | dict(settings or {})
    app = Flask("ckg.web", static_folder=str(resources.files("ckg.pages") / "static"))
    app.url_map.merge_slashes = False
    app.config["CKG"] = known
    app.json.sort_keys = False  # type: ignore[attr-defined]
    counted = app.extensions[metrics.EXTENSION] = metrics.Metrics()
    limits = Limits.of(known)
    budgets = Budgets(seconds=limits.budget_seconds, errors=limits.budget_errors)
    current = Current(folder, partial(opened, settings=known, budgets=budgets, observer=counted), counted.given_again)
    current.watch(_SECONDS_BETWEEN_LOOKS)
    app.extensions[EXTENSION] = current
    app.after_request(headers.secure)
    for part in (metrics, problems, languages, probes, openapi, sparql, dumps, catalogue, sitemap, pages, entities):
        part.register(app)
    wsgi = _below(current.around(app.wsgi_app), str(known["serve.prefix"]))
    proxies = int(known["serve.proxies"])
    if proxies:
        wsgi = ProxyFix(wsgi, x_for=proxies, x_proto=proxies, x_host=proxies, x_port=proxies, x_prefix=proxies)
    app.wsgi_app = hangup.around(wsgi)  # type: ignore[method-assign, assignment]
    return app


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
