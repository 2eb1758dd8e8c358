"""Embedded in another site and protected the usual Flask way: nobody gets an answer that was made for somebody else."""

from __future__ import annotations

from contextlib import closing

import pytest
from flask import Flask, abort, request
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from ckg.web import create_app
from ckg.web.front.request import KEY, Request
from ckg.web.front_application import FrontApplication

pytestmark = pytest.mark.gone_on  # what it asks is answered before the store, or alike by any

PATHS = ("/doc/state/japan", "/doc/state/japan.ttl", "/sparql?query=ASK%7B%7D", "/ontology", "/report")
KNOWN = {"Authorization": "Bearer secret"}


@pytest.fixture
def app(releases):
    with closing(create_app(releases)) as app:
        yield app


def statuses(app, headers=None):
    """Ask as the front does: it gives a kept answer itself, or has the application answer and says where to keep it."""
    return [ask(app, path, headers)[0] for path in PATHS]


def ask(app, path, headers=None):
    """Return the status of an answer, its Cache-Control, and whether it was a kept one."""
    asked = Request(("127.0.0.1", 1), ("127.0.0.1", 2))
    asked.method = "GET"
    asked.path, _, asked.query = path.partition("?")
    asked.fields = {name.lower(): value for name, value in (headers or {}).items()}
    key = asked.key(forwarded=False)
    kept = FrontApplication(app).kept(key, asked) if key is not None else None
    if kept is not None:
        return kept.status, "", True
    more = {} if key is None else {KEY: key}
    answer = app.test_client(use_cookies=False).get(path, headers=headers, environ_overrides=more)
    return answer.status_code, answer.headers.get("Cache-Control", ""), False


@pytest.mark.parametrize("headers", [KNOWN, {"X-Api-Key": "secret"}, {"Cookie": "session=secret"}])
def test_row_25_a_before_request_that_aborts_protects_everything(app, headers):
    @app.before_request
    def only_the_known():
        if any(request.headers.get(name) != value for name, value in headers.items()):
            abort(401)

    assert statuses(app) == [401] * len(PATHS)
    assert statuses(app, headers) == [200] * len(PATHS)
    assert statuses(app) == [401] * len(PATHS)


def test_row_25_a_view_that_is_wrapped_decides_for_itself(app):
    assert statuses(app) == [200] * len(PATHS)
    assert ask(app, PATHS[0])[2], "an answer is kept while nobody else decides"
    for name, view in list(app.view_functions.items()):

        def guarded(*arguments, view=view, **values):
            return view(*arguments, **values) if request.headers.get("X-Who") == "me" else abort(403)

        app.view_functions[name] = guarded
    assert statuses(app) == [403] * len(PATHS)
    assert statuses(app, {"X-Who": "me"}) == [200] * len(PATHS)
    assert statuses(app) == [403] * len(PATHS)


@pytest.mark.parametrize("headers", [KNOWN, {"Cookie": "session=1"}, {"Cookie": "lang=ja; session=1"}])
def test_row_25_an_answer_to_a_known_reader_is_private_and_neither_taken_nor_kept(app, headers):
    for path in PATHS:
        for _ in range(2):
            status, cache_control, kept = ask(app, path, headers)
            assert (status, kept) == (200, False)
            assert cache_control.startswith("private"), path
    assert ask(app, PATHS[0], {"Cookie": "lang=ja"})[1].startswith("public")
    assert ask(app, PATHS[0], {"Cookie": "lang=ja"})[2]
    assert not ask(app, PATHS[0], headers)[2]


def test_a_mounted_application_serves_below_its_prefix_and_is_closed_by_its_host(releases):
    app = create_app(releases, {"serve.prefix": "/data"})
    host = Flask("host")
    host.wsgi_app = DispatcherMiddleware(host.wsgi_app, {"/data": app})
    answer = host.test_client().get("/data/doc/state/japan.html")
    assert (answer.status_code, answer.text.count('href="/doc/')) == (200, 0)
    app.close()
