"""What a client gets for what it says it accepts."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ckg import formats
from ckg.formats import (
    CSV,
    DOCUMENT_FORMATS,
    GRAPH_FORMATS,
    HTML,
    JSON_LD,
    N_TRIPLES,
    RDF_XML,
    RESULT_FORMATS,
    SPARQL_JSON,
    SPARQL_XML,
    TURTLE,
)
from ckg.model.negotiation import negotiate, negotiate_codings, negotiate_language

CHROME = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7"
)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, TURTLE),
        ("", TURTLE),
        ("*/*", TURTLE),
        ("*", TURTLE),
        (CHROME, HTML),
        ("text/html", HTML),
        ("text/turtle", TURTLE),
        ("text/turtle;charset=utf-8", TURTLE),
        ("TEXT/TURTLE", TURTLE),
        ("application/ld+json", JSON_LD),
        ("application/json", JSON_LD),
        ("text/plain", N_TRIPLES),
        ("application/rdf+xml, text/html;q=0.5", RDF_XML),
        ("text/html;q=0.1, text/turtle", TURTLE),
        ("text/*;q=0.4, application/ld+json;q=0.5", JSON_LD),
        ("text/*", TURTLE),
        ("image/png, */*;q=0.1", TURTLE),
        ("text/turtle;q=0, */*;q=0.1", HTML),
        ("image/png", None),
        ("text/turtle;q=0", None),
        ("nonsense", TURTLE),
        ("text/turtle;q=2, text/html", HTML),
        ("application/ld+json;q=0.5, */*;q=0.2, text/*;q=0.9", TURTLE),
        ('text/turtle;x="a\\"b";q=0.1, text/html', HTML),
    ],
)
def test_document_formats(accept: str | None, expected: formats.Format | None) -> None:
    assert negotiate(accept, DOCUMENT_FORMATS, TURTLE) is expected


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("application/sparql-results+json", SPARQL_JSON),
        ("application/json", SPARQL_JSON),
        ("application/xml", SPARQL_XML),
        ("text/csv", CSV),
        ("application/sparql-results+xml;q=0.8, application/sparql-results+json", SPARQL_JSON),
        ("text/turtle", None),
    ],
)
def test_result_formats(accept: str, expected: formats.Format | None) -> None:
    assert negotiate(accept, RESULT_FORMATS, SPARQL_JSON) is expected


def test_a_more_specific_range_overrides_a_wildcard_even_with_lower_quality() -> None:
    assert negotiate("*/*, text/turtle;q=0.2", (TURTLE, HTML), TURTLE) is HTML


def test_among_equals_the_client_s_order_decides() -> None:
    assert negotiate("application/rdf+xml, text/turtle", GRAPH_FORMATS, TURTLE) is RDF_XML


media = st.sampled_from([t for f in DOCUMENT_FORMATS for t in f.media_types] + ["*/*", "text/*", "image/png", "x/y"])
quality = st.sampled_from(["", ";q=0", ";q=0.1", ";q=0.5", ";q=1", ";q=1.000"])


@given(st.lists(st.tuples(media, quality), min_size=1, max_size=8))
def test_what_is_answered_is_acceptable_and_406_only_when_nothing_is(parts: list[tuple[str, str]]) -> None:
    chosen = negotiate(", ".join(a + b for a, b in parts), DOCUMENT_FORMATS, TURTLE)
    wanted = [m for m, q in parts if q != ";q=0"]
    covers = lambda m, f: m in f.media_types or m == "*/*" or (m == "text/*" and f.media_type.startswith("text/"))  # noqa: E731
    if chosen is not None:
        assert any(covers(m, chosen) for m in wanted)
    elif all(q != ";q=0" for _, q in parts):
        assert not any(covers(m, f) for m in wanted for f in DOCUMENT_FORMATS)


@example(";;;")
@example(";q=0,,;")
@given(st.text())
def test_no_header_makes_negotiation_fail(text: str) -> None:
    negotiate(text, DOCUMENT_FORMATS, TURTLE)
    negotiate_language(text, ("en", "ja"), "en")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, "en"),
        ("ja", "ja"),
        ("zh-Hans-CN", "zh"),
        ("fr", "en"),
        ("de, ru;q=0.7, en;q=0.3", "ru"),
        ("*", "en"),
        ("en;q=0, *", "ja"),
        ("ky-KG, ru;q=0.9", "ky"),
    ],
)
def test_languages(header: str | None, expected: str) -> None:
    assert negotiate_language(header, ("en", "ja", "ru", "zh", "ky"), "en") == expected


def test_every_word_for_a_format_means_one_format() -> None:
    for offered in (GRAPH_FORMATS, RESULT_FORMATS):
        words = [word for form in offered for word in (form.key, *form.words)]
        assert len([w for w in set(words) if sum(w in (f.key, *f.words) for f in offered) > 1]) == 0


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, ["identity"]),
        ("", ["identity"]),
        ("gzip", ["gzip", "identity"]),
        ("gzip, deflate, br, zstd", ["zstd", "br", "gzip", "identity"]),
        ("gzip;q=1.0, br;q=0.8, *;q=0.1", ["gzip", "br", "zstd", "identity"]),
        ("br;q=0, *", ["gzip", "zstd", "identity"]),
        ("identity, gzip;q=0.5", ["identity", "gzip"]),
        ("identity;q=0.5, gzip;q=0.5", ["gzip", "identity"]),
        ("identity;q=0, br", ["br"]),
        ("*;q=0, zstd", ["zstd"]),
        ("*;q=0, identity;q=0.2", ["identity"]),
        ("identity;q=0", []),
        ("*;q=0", []),
        ("X-GZIP", ["gzip", "identity"]),
        ("gzip;q=oh, br", ["br", "identity"]),
        ("deflate, compress", ["identity"]),
    ],
)
def test_content_codings(header: str | None, expected: list[str]) -> None:
    assert list(negotiate_codings(header, ("zstd", "br", "gzip"))) == expected


@given(st.text(max_size=80))
def test_no_field_makes_codings_fail_and_none_is_given_twice(text: str) -> None:
    found = negotiate_codings(text, ("zstd", "br", "gzip"))
    assert len(set(found)) == len(found)
    assert set(found) <= {"zstd", "br", "gzip", "identity"}
