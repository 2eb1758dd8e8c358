"""Hostile addresses: not found, nothing of them echoed as markup, no way to another host or another file."""

from __future__ import annotations

import pytest
from runnable_markup import Markup


@pytest.mark.parametrize(
    "path",
    [
        "/doc/%00",
        "/doc/%FF",
        "/doc/../../etc/passwd",
        "/dump/../manifest.json",
        "/dump/..%2Fmanifest.json",
        "/dump/%2Fetc%2Fpasswd",
        "/static/../app.py",
        "/static/..%2Fapp.py",
        "/doc/" + "a/" * 500,
        "/doc/" + "%2F" * 500,
        "/doc/a?" + "b=1&" * 500,
        "/doc/\u202e",
        "/doc/a%0d%0aSet-Cookie:b=1",
        "/%5C%5Cevil.example",
        "/id/?x",
        "/doc/",
        "/.ttl",
        "/doc/.ttl",
        "/doc/<script>alert(1)</script>",
    ],
)
@pytest.mark.parametrize("accept", ["text/html", "text/turtle", "*/*"])
def test_a_hostile_address_is_not_found_and_its_text_is_not_echoed_as_markup(hostile, path, accept):
    _assert_harmless(hostile.get(path, headers={"Accept": accept}))


@pytest.mark.parametrize("path", ["//evil.example/", "//evil.example/%2e%2e", "/\\evil.example/", "no-slash"])
def test_a_path_that_looks_like_another_host_is_not_followed(hostile, path):
    _assert_harmless(hostile.get("/", environ_overrides={"PATH_INFO": path}))


def _assert_harmless(answer):
    assert answer.status_code in (400, 404, 308), answer.status
    assert "Set-Cookie" not in answer.headers
    if answer.headers["Content-Type"].startswith("text/html"):
        markup = Markup()
        markup.feed(answer.text)
        assert not markup.dangers
    assert "root:" not in answer.text and "sha256" not in answer.text
    location = answer.headers.get("Location", "/")
    assert location.startswith("/") and not location.startswith("//")
