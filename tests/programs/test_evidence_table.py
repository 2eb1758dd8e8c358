"""`/evidence`, `/thing`, `/explain`, `/schema`, `/search.json`, `llms.txt`: what a program reads of the site."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from ckg.web import create_app


@pytest.fixture(scope="module")
def client(shipped_releases: Path) -> Iterator[FlaskClient]:
    app = create_app(shipped_releases, {"limits.workers": 1, "limits.spares": 0})
    yield app.test_client()
    app.close()


def rows(client: FlaskClient, query: str = "") -> list[dict[str, Any]]:
    return client.get(f"/evidence?per_page=1000&format=json&{query}").get_json()["rows"]


def test_every_coded_statement_has_standing_and_source(client: FlaskClient) -> None:
    found = rows(client)
    assert len(found) > 50
    for row in found:
        assert row["standing"], row["iri"]
        assert row["quotations"] or row["stated_in"] or row["inferred"] or row["said_by"], row["iri"]


def test_every_thing_that_rests_on_a_quotation_is_in_the_table(client: FlaskClient) -> None:
    query = "SELECT DISTINCT ?s { ?s <https://w3id.org/ckg/ontology#restsOn> ?q }"
    answer = client.get("/sparql", query_string={"query": query}, headers={"Accept": "application/sparql-results+json"})
    resting = {row["s"]["value"] for row in answer.get_json(force=True)["results"]["bindings"]}
    assert resting <= {row["iri"] for row in rows(client)}


def test_pages_of_the_table_are_the_table(client: FlaskClient) -> None:
    whole, address, found = rows(client), "/evidence?per_page=40&format=json", []
    while address:
        page = client.get(address).get_json()
        found += page["rows"]
        address = page["next"]
    assert found == whole


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("disputed=true", lambda row: bool(row["disputes"])),
        ("disputed=false", lambda row: not row["disputes"]),
        ("standing=attributed", lambda row: row["standing"] == "attributed"),
        ("kind=ckg:Claim", lambda row: any(kind["label"] == "claim" for kind in row["kinds"])),
        ("inferred=false", lambda row: not row["inferred"]),
    ],
)
def test_a_filter_leaves_exactly_what_it_says(client: FlaskClient, query: str, holds: Any) -> None:
    whole = rows(client)
    assert [row["iri"] for row in rows(client, query)] == [row["iri"] for row in whole if holds(row)]


def test_csv_is_the_same_rows(client: FlaskClient) -> None:
    answer = client.get("/evidence?per_page=1000&format=csv&show=*")
    assert answer.mimetype == "text/csv"
    read = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert {"standing", "words", "source_iri", "date", "grade", "against_iri", "checked"} <= set(read[0])
    assert [row["iri"] for row in read] == [row["iri"] for row in rows(client)]
    for mine, record in zip(read, rows(client), strict=True):
        assert mine["words"] == " | ".join(quoted["words"] for quoted in record["quotations"])
        assert (mine["standing"], mine["disputed"]) == (record["standing"], str(bool(record["disputes"])).lower())


def test_the_page_of_the_table_counts_what_each_filter_leaves_and_its_files_have_what_it_shows(
    client: FlaskClient,
) -> None:
    wanted = "disputed=yes&sort=-date"
    page = client.get(f"/evidence?{wanted}", headers={"Accept": "text/html"}).text
    link = next(found for found in re.findall(r'href="(\?[^"]*format=csv)"', page))
    read = list(csv.DictReader(io.StringIO(client.get(f"/evidence{html.unescape(link)}").text)))
    whole = rows(client)
    kept = [row for row in whole if row["disputes"]]
    assert {row["iri"] for row in read} == {row["iri"] for row in kept}
    assert page.count('<th scope="row"') == len(read) > 1
    offered = page.partition('name="standing" value="attributed"')[2].partition('<span class="muted number">')[2]
    assert int(offered.partition("<")[0]) == sum(row["standing"] == "attributed" for row in kept)


@pytest.mark.parametrize(
    ("accept", "media_type"), [("text/html", "text/html"), ("text/csv", "text/csv"), ("*/*", "application/json")]
)
def test_the_table_is_negotiated(client: FlaskClient, accept: str, media_type: str) -> None:
    answer = client.get("/evidence", headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype, "Accept" in answer.headers["Vary"]) == (200, media_type, True)


@pytest.mark.parametrize(
    "query", ["page=0", "page=x", "per_page=9999", "disputed=maybe", "nope=1", "sort=nope", "&".join(["iri=a:b"] * 201)]
)
def test_what_is_not_understood_is_refused_by_name(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/evidence?{query}")
    assert answer.status_code == 400
    assert query.partition("=")[0] in answer.get_json(force=True)["detail"]


def test_a_thing_says_of_each_statement_how_it_stands(client: FlaskClient) -> None:
    found = client.get("/thing?iri=state:japan").get_json()
    assert found["evidence"] is None
    assert all(row["standing"] and row["graphs"] for row in found["statements"])
    assert all(row["standing"] == "inferred" for row in found["statements"] if row["inferred"])


def test_a_claim_that_points_to_a_thing_is_no_fact_about_it(client: FlaskClient) -> None:
    claim = rows(client, "kind=ckg:Claim")[0]
    about = next(fact["iri"] for fact in claim["facts"] if fact["iri"])
    pointing = client.get("/thing", query_string={"iri": about}).get_json()["pointing"]
    mine = [row for row in pointing if row["subject"] == claim["iri"]]
    assert {row["standing"] for row in mine} <= {"attributed", "inferred"}
    assert mine


@pytest.mark.parametrize(("path", "status"), [("/thing", 400), ("/thing?iri=state:atlantis", 404), ("/explain", 400)])
def test_nothing_is_no_answer(client: FlaskClient, path: str, status: int) -> None:
    assert client.get(path).status_code == status


def test_the_card_counts_what_a_query_counts(client: FlaskClient) -> None:
    card = client.get("/schema").get_json()
    claims = next(row for row in card["classes"] if row["curie"] == "ckg:Claim")
    query = "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a <https://w3id.org/ckg/ontology#Claim> }"
    answer = client.get("/sparql", query_string={"query": query}, headers={"Accept": "application/sparql-results+json"})
    assert claims["members"] == int(answer.get_json(force=True)["results"]["bindings"][0]["n"]["value"])
    assert any("disputed" in text for text in card["pitfalls"])


def test_llms_txt_leads_to_addresses_that_are_there(client: FlaskClient) -> None:
    text = client.get("/llms.txt").text
    assert text.startswith("# ")
    for path in ("evidence?format=csv", "search.json?q=x", "schema", "dump/", "openapi.json"):
        assert f"http://localhost/{path.partition('?')[0]}" in text
        assert client.get(f"/{path}", headers={"Accept": "*/*"}).status_code == 200
    assert "## Ready questions" in text


def test_a_thing_that_is_stated_is_not_called_inferred_in_a_search(client: FlaskClient) -> None:
    hits = client.get("/search.json?q=uranium").get_json()["hits"]
    standings = {hit["curie"]: hit["standing"] for hit in hits}
    assert (
        standings["resource:uranium"] == client.get("/thing?iri=resource:uranium").get_json()["standing"] != "inferred"
    )


def test_a_search_for_programs_is_that_of_the_page(client: FlaskClient) -> None:
    found = client.get("/search.json?q=yen&per_page=100").get_json()
    assert found["total"] >= len(found["hits"]) > 0
    assert all(hit["evidence"]["standing"] == hit["standing"] for hit in found["hits"] if hit["evidence"])
    assert json.loads(client.get("/search.json?q=").data)["hits"] == []


def test_a_coded_statement_in_markdown_comes_with_its_words_their_source_and_its_standing(client: FlaskClient) -> None:
    text = client.get(
        "/id/claim/huanqiu-balance-russia", headers={"Accept": "text/markdown"}, follow_redirects=True
    ).text
    assert "**Standing: attributed claim.**" in text
    words = next(row for row in rows(client, "q=") if row["iri"].endswith("/claim/huanqiu-balance-russia"))[
        "quotations"
    ]
    for quoted in words:
        assert quoted["source"]["iri"] in text
    assert text.count("\n> ") == len(words)


def test_the_whole_table_can_be_downloaded_and_every_format_has_the_same_rows(client: FlaskClient) -> None:
    whole = rows(client)
    links = re.findall(r'<a href="(/evidence\?[^"]*)" download>', client.get("/dump/").text)
    found = {link.rpartition("=")[2]: client.get(html.unescape(link)).data for link in links}
    assert {"csv", "tsv", "json"} <= set(found)
    assert [row["iri"] for row in json.loads(found["json"])["rows"]] == [row["iri"] for row in whole]
    assert len(found["tsv"].splitlines()) == len(whole) + 1
    if "parquet" in found:
        parquet = pytest.importorskip("pyarrow.parquet")
        table = parquet.read_table(io.BytesIO(found["parquet"])).to_pylist()
        read = list(csv.DictReader(io.StringIO(found["csv"].decode(), newline="")))
        assert [[row["iri"], " | ".join(row["words"])] for row in table] == [[r["iri"], r["words"]] for r in read]
