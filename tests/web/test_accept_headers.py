"""What real clients send, against what they are to get, through a live server (accept_headers.tsv)."""

from __future__ import annotations

import csv
import http.client
from pathlib import Path
from urllib.parse import urlsplit

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ckg.formats import DOCUMENT_FORMATS
from ckg.model.negotiation import negotiate
from ckg.web.entities import DEFAULT

KEYS = {offered.media_type: offered.key for offered in DOCUMENT_FORMATS}


def rows() -> list[dict[str, str]]:
    with (Path(__file__).parent / "accept_headers.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def asked(connection: http.client.HTTPConnection, accept: str) -> tuple[str, str, str]:
    connection.putrequest("GET", "/doc/state/japan", skip_accept_encoding=True)
    if accept != "-":
        connection.putheader("Accept", accept)
    connection.endheaders()
    answer = connection.getresponse()
    answer.read()
    kind = (answer.getheader("Content-Type") or "").partition(";")[0]
    got = KEYS.get(kind, kind) if answer.status == 200 else str(answer.status)
    return got, answer.getheader("Vary") or "", answer.getheader("Content-Location") or ""


def test_each_client_gets_what_it_asks_for(live):
    table = rows()
    assert len(table) > 200
    connection = http.client.HTTPConnection(urlsplit(live).netloc, timeout=30)
    wrong = []
    for row in table:
        got, vary, location = asked(connection, row["accept"])
        if got != row["answer"] or "Accept" not in vary or (got != "406" and location != f"/doc/state/japan.{got}"):
            wrong.append((row["client"], row["accept"][:80], row["answer"], got, vary, location))
    connection.close()
    assert not wrong


def test_no_client_is_listed_twice_with_the_same_header():
    table = [(row["client"], row["accept"]) for row in rows()]
    assert len(table) == len(set(table))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126)))
def test_no_accept_header_makes_a_document_fail(client, accept):
    answer = client.get("/doc/state/japan", headers={"Accept": accept})
    expected = negotiate(accept, DOCUMENT_FORMATS, DEFAULT)
    assert answer.status_code == (406 if expected is None else 200)
