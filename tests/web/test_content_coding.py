"""Bytes on the wire: codings, their ETags, ranges, and addresses that hold the digest of what stands under them."""

from __future__ import annotations

import base64
import hashlib
import re
import socket
import zlib
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote, urlsplit

import brotli
import pytest
import zstandard
from flask import Response

from ckg.web import create_app

DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
    "gzip": lambda body: zlib.decompress(body, 31),
    "identity": bytes,
}
LARGE = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 8000"  # more than the front keeps in memory
SPARQL = "/sparql?query=" + quote("SELECT * { ?s ?p ?o }")
PATHS = [
    "/doc/state/japan.html",
    "/doc/state/japan.ttl",
    SPARQL,
    f"/sparql?format=csv&query={quote(LARGE)}",
    "/static/base.css",
    "/dump/small.nt",
    "/sitemap.xml",
]


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def coding(self) -> str:
        return self.headers.get("content-encoding", "identity")

    @property
    def decoded(self) -> bytes:
        return DECODERS[self.coding](self.body)


def ask(address: str, path: str, *, method: str = "GET", **fields: str) -> Answer:
    """Send a request as bytes and read the bytes that come back."""
    parts = urlsplit(address)
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    head = "\r\n".join([f"{method} {path} HTTP/1.1", "Host: x", "Connection: close", *lines])
    with socket.create_connection((parts.hostname, parts.port), timeout=30) as sock:
        sock.sendall(f"{head}\r\n\r\n".encode())
        found = b""
        while piece := sock.recv(1 << 16):
            found += piece
    first, _, body = found.partition(b"\r\n\r\n")
    status, *rows = first.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (row.partition(":") for row in rows)}
    return Answer(int(status.split()[1]), headers, body)


@pytest.mark.parametrize("path", PATHS)
def test_row_24_every_coding_holds_the_same_and_has_an_etag_of_its_own(live: str, path: str) -> None:
    plain = ask(live, path)
    assert plain.coding == "identity"
    tags = {plain.headers.get("etag", "")}
    for coding in ("br", "zstd", "gzip"):
        answer = ask(live, path, Accept_Encoding=coding)
        again = ask(live, path, Accept_Encoding=coding)  # from the cache of the front, where it is kept
        assert answer.coding == again.coding == coding
        assert answer.decoded == again.decoded == plain.body
        assert len(answer.body) < len(plain.body)
        assert int(answer.headers["content-length"]) == len(answer.body)
        tags.add(answer.headers.get("etag", ""))
        head = ask(live, path, method="HEAD", Accept_Encoding=coding)
        assert head.body == b""
        assert [head.headers.get(name) for name in ("etag", "content-encoding", "vary")] == [
            answer.headers.get(name) for name in ("etag", "content-encoding", "vary")
        ]
        assert "accept-encoding" in answer.headers["vary"].lower()
    assert "accept-encoding" in plain.headers["vary"].lower()
    assert len(tags) == 4 or tags == {""}


@pytest.mark.parametrize("path", [path for path in PATHS if "csv" not in path and "sitemap" not in path])
def test_row_24_an_etag_confirms_its_own_coding_only(live: str, path: str) -> None:
    tags = {coding: ask(live, path, Accept_Encoding=coding).headers["etag"] for coding in DECODERS}
    for coding, tag in tags.items():
        for asked in DECODERS:
            answer = ask(live, path, Accept_Encoding=asked, If_None_Match=tag)
            assert answer.status == (304 if asked == coding else 200)
            assert answer.headers["etag"] == tags[asked]
            assert "accept-encoding" in answer.headers["vary"].lower()
            assert answer.body == b"" or answer.status == 200
    listed = ask(live, path, Accept_Encoding="br", If_None_Match=", ".join(tags.values()))
    assert (listed.status, listed.headers["etag"]) == (304, tags["br"])
    anything = ask(live, path, Accept_Encoding="br", If_None_Match="*")
    assert (anything.status, anything.headers["etag"]) == (304, tags["br"])


@pytest.mark.parametrize("accept", ["br", "gzip", "identity"])
def test_an_etag_confirms_what_is_too_small_to_be_compressed(live: str, accept: str) -> None:
    path = "/sparql?query=ASK%7B%7D"
    first = ask(live, path, Accept_Encoding=accept)
    assert first.coding == "identity"
    assert ask(live, path, Accept_Encoding=accept, If_None_Match=first.headers["etag"]).status == 304


def test_a_date_confirms_a_document_in_every_coding(live: str) -> None:
    first = ask(live, "/doc/state/japan.ttl", Accept_Encoding="br")
    again = ask(live, "/doc/state/japan.ttl", Accept_Encoding="br", If_Modified_Since=first.headers["last-modified"])
    assert (again.status, again.headers["etag"]) == (304, first.headers["etag"])


@pytest.mark.parametrize(
    ("accept", "coding"),
    [
        ("gzip;q=0.9, zstd;q=0.5", "gzip"),
        ("zstd;q=0, br;q=0, gzip;q=0", "identity"),
        ("deflate", "identity"),
        ("identity, br;q=0.5", "identity"),
        ("*;q=0, gzip", "gzip"),
    ],
)
def test_row_24_qualities_decide(live: str, accept: str, coding: str) -> None:
    assert ask(live, "/doc/state/japan.ttl", Accept_Encoding=accept).coding == coding


@pytest.mark.parametrize("path", ["/sparql?query=ASK%7B%7D", *PATHS])
def test_who_refuses_the_bytes_as_they_are_gets_a_coding_however_small_it_is(live: str, path: str) -> None:
    assert ask(live, path, Accept_Encoding="identity;q=0, gzip").coding == "gzip"


@pytest.mark.parametrize("path", PATHS)
def test_who_takes_no_coding_at_all_is_told_so(live: str, path: str) -> None:
    answer = ask(live, path, Accept_Encoding="*;q=0")
    assert answer.status == 406
    assert b"Accept-Encoding" in answer.body
    assert "accept-encoding" in answer.headers["vary"].lower()


def test_a_range_is_one_of_the_file_as_it_is(live: str) -> None:
    whole = ask(live, "/dump/small.nt")
    coded = ask(live, "/dump/small.nt", Accept_Encoding="br")
    part = ask(live, "/dump/small.nt", Accept_Encoding="br", Range="bytes=100-299")
    assert (part.status, part.coding, part.body) == (206, "identity", whole.body[100:300])
    assert part.headers["etag"] == whole.headers["etag"] != coded.headers["etag"]
    assert part.headers["repr-digest"] == whole.headers["repr-digest"]
    for tag, status in ((whole.headers["etag"], 206), (coded.headers["etag"], 200)):
        assert ask(live, "/dump/small.nt", Accept_Encoding="br", Range="bytes=100-", If_Range=tag).status == status


@pytest.mark.parametrize("extra", [{"If_Range": "last-modified"}, {"Accept_Encoding": "br, identity;q=0"}])
def test_a_range_that_may_be_of_another_coding_is_answered_with_the_whole(live: str, extra: dict[str, str]) -> None:
    coded = ask(live, "/dump/small.nt", Accept_Encoding="br")
    fields = {"Accept_Encoding": "br"} | {name: coded.headers.get(value, value) for name, value in extra.items()}
    answer = ask(live, "/dump/small.nt", Range="bytes=100-", **fields)
    assert (answer.status, answer.body, answer.headers["etag"]) == (200, coded.body, coded.headers["etag"])


@pytest.mark.parametrize("coding", DECODERS)
def test_the_digest_of_a_dump_is_that_of_the_bytes_that_are_sent(live: str, coding: str) -> None:
    answer = ask(live, "/dump/small.nt", Accept_Encoding=coding)
    digest = base64.b64encode(hashlib.sha256(answer.body).digest()).decode()
    assert answer.headers["repr-digest"] == f"sha-256=:{digest}:"


def test_a_static_file_stays_for_a_year_under_an_address_that_holds_its_digest(live: str) -> None:
    html = ask(live, "/doc/state/japan.html").body.decode()
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+)"', html)
    assert len(addresses) >= 5
    for address in addresses:
        answer = ask(live, address)
        digest = hashlib.sha256(answer.body).hexdigest()
        assert digest[:16] in address
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_a_static_file_under_its_plain_name_or_an_old_digest_is_asked_for_again(live: str) -> None:
    for address in ("/static/base.css", "/static/base.0123456789abcdef.css"):
        answer = ask(live, address)
        assert answer.status == 200
        assert answer.headers["cache-control"] == "public, no-cache"


def test_what_an_application_around_us_sends_is_left_as_it_is(releases) -> None:
    app = create_app(releases)

    @app.get("/mine")
    def mine() -> Response:
        return Response("secret " * 1000)

    try:
        answer = app.test_client().get("/mine", headers={"Accept-Encoding": "gzip"})
        assert "Content-Encoding" not in answer.headers
        assert answer.data == b"secret " * 1000
    finally:
        app.close()
