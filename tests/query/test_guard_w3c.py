"""The guard lets every query of the W3C's SPARQL 1.1 tests through, but those that ask another service."""

import outside
import pytest

from ckg.errors import QueryMalformed, QueryRefused
from ckg.query.guard.checker import check
from ckg.query.limits import QueryLimits

SUITE = outside.need_suite("sparql11", __name__)
LIMITS = QueryLimits()

MALFORMED = {
    "syntax-query/syn-bad-pname-06.rq",
    "syntax-query/syn-codepoint-escape-bad-04.rq",
    "syntax-query/syn-codepoint-escape-bad-05.rq",
}
"""Negative syntax tests that the guard itself finds malformed."""


def pytest_generate_tests(metafunc):
    if "path" in metafunc.fixturenames:
        paths = sorted(SUITE.glob("*/*.rq"))
        metafunc.parametrize("path", paths, ids=[path.relative_to(SUITE).as_posix() for path in paths])


def test_every_query_of_the_w3c_passes_but_those_that_ask_another_service(path):
    text = path.read_text(encoding="utf-8")
    if path.relative_to(SUITE).as_posix() in MALFORMED:
        with pytest.raises(QueryMalformed):
            check(text, LIMITS)
    elif path.parent.name in ("service", "syntax-fed"):
        with pytest.raises(QueryRefused, match="SERVICE"):
            check(text, LIMITS)
    else:
        assert check(text, LIMITS).text == text


def test_the_suite_is_all_there():
    assert len(list(SUITE.glob("*/*.rq"))) == 415
