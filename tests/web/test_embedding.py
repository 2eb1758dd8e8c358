"""Embedded in another site and protected the usual Flask way: nobody gets an answer that was made for somebody else."""

from __future__ import annotations

from contextlib import closing

import pytest
from flask import Flask, abort, request
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from ckg.web import create_app

PATHS = ("/doc/state/japan", "/doc/state/japan.ttl", "/sparql?query=ASK%7B%7D", "/ontology", "/report")
KNOWN = {"Authorization": "Bearer secret"}


@pytest.fixture
def app(releases):
    with closing(create_app(releases)) as app:
        yield app


def statuses(client, headers=None):
    return [client.get(path, headers=headers).status_code for path in PATHS]


@pytest.mark.parametrize("headers", [KNOWN, {"X-Api-Key": "secret"}, {"Cookie": "session=secret"}])
def test_row_25_a_before_request_that_aborts_protects_everything(app, headers):
    @app.before_request
    def only_the_known():
        if any(request.headers.get(name) != value for name, value in headers.items()):
            abort(401)

    client = app.test_client(use_cookies=False)
    assert statuses(client) == [401] * len(PATHS)
    assert statuses(client, headers) == [200] * len(PATHS)
    assert statuses(client) == [401] * len(PATHS)


def test_row_25_a_view_that_is_wrapped_decides_for_itself(app):
    client = app.test_client(use_cookies=False)
    assert statuses(client) == [200] * len(PATHS)  # and their answers are kept
    for name, view in list(app.view_functions.items()):

        def guarded(*arguments, view=view, **values):
            return view(*arguments, **values) if request.headers.get("X-Who") == "me" else abort(403)

        app.view_functions[name] = guarded
    assert statuses(client) == [403] * len(PATHS)
    assert statuses(client, {"X-Who": "me"}) == [200] * len(PATHS)
    assert statuses(client) == [403] * len(PATHS)


@pytest.mark.parametrize("headers", [KNOWN, {"Cookie": "session=1"}, {"Cookie": "lang=ja; session=1"}])
def test_row_25_an_answer_to_a_known_reader_is_private_and_neither_taken_nor_kept(app, headers):
    client = app.test_client(use_cookies=False)
    cache = app.extensions["ckg"].acquire().serving.hot
    for path in PATHS:
        first, second = client.get(path, headers=headers), client.get(path, headers=headers)
        assert first.data == second.data
        assert first.headers["Cache-Control"].startswith("private"), path
    assert cache.hits == 0
    for _ in range(2):
        assert client.get(PATHS[0], headers={"Cookie": "lang=ja"}).headers["Cache-Control"].startswith("public")
    assert cache.hits == 1


def test_a_mounted_application_serves_below_its_prefix_and_is_closed_by_its_host(releases):
    app = create_app(releases, {"serve.prefix": "/data"})
    host = Flask("host")
    host.wsgi_app = DispatcherMiddleware(host.wsgi_app, {"/data": app})
    answer = host.test_client().get("/data/doc/state/japan.html")
    assert (answer.status_code, answer.text.count('href="/doc/')) == (200, 0)
    app.close()
