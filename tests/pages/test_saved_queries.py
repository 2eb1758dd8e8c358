"""A stored query for people and programs: its page, its address, its parameters."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

DUE = "/queries/due-by-a-date"
WORDS = "/queries/commitments-in-which-words"


def rows(client, address: str, **asked: object) -> list[dict[str, dict[str, str]]]:
    answer = client.get(f"{address}.json", query_string=asked)
    assert answer.status_code == 200, answer.text
    return answer.get_json(force=True)["results"]["bindings"]


def test_the_page_of_a_query_has_its_lines_a_run_link_and_its_result_as_csv(page) -> None:
    html = page("/doc/query/due-by-a-date")
    assert "\nORDER BY ?last_day ?commitment</pre>" in html
    assert "Run this query" in html
    assert f'href="{DUE}?format=csv"' in html


def test_the_result_comes_in_the_format_of_accept_or_of_the_address(client) -> None:
    by_field = client.get(DUE, headers={"Accept": "text/csv"})
    assert by_field.content_type.startswith("text/csv")
    assert by_field.data == client.get(f"{DUE}.csv").data == client.get(f"{DUE}?format=csv").data


def test_a_column_keeps_the_rows_that_have_one_of_its_values(client) -> None:
    every = rows(client, WORDS)
    some = rows(client, WORDS, document="Tokyo Declaration", clause=["1", "2"])
    assert some == [
        r for r in every if r["document"]["value"] == "Tokyo Declaration" and r.get("clause", {}).get("value") in "12"
    ]
    assert 0 < len(some) < len(every)


def test_a_constant_of_the_query_is_replaced(client) -> None:
    assert {row["due"]["value"][:4] for row in rows(client, DUE)} - {"2023", "2024", "2025"}
    assert {row["due"]["value"][:4] for row in rows(client, DUE, date="2025-12-31")} == {"2023", "2024", "2025"}


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (f"{DUE}?date=soon", "xsd:date"),
        (f"{DUE}?date=2025-01-01&date=2026-01-01", "one value"),
        (f"{DUE}?dated=2025-01-01", "it has date, due"),
        (f"{DUE}?format=pdf", "format must be one of"),
    ],
)
def test_what_is_no_parameter_or_does_not_fit_is_refused(client, address: str, said: str) -> None:
    answer = client.get(address, headers={"Accept": "application/json"})
    assert answer.status_code == 400
    assert said in answer.get_json()["detail"]


def test_a_query_that_nobody_stored_is_not_there(client) -> None:
    assert client.get("/queries/nothing.csv").status_code == 404


def test_a_browser_is_led_to_the_page_or_with_values_to_the_result(client) -> None:
    assert client.get(DUE).location == "/doc/query/due-by-a-date"
    led = urlsplit(client.get(f"{DUE}?date=2025-12-31").location)
    assert '"2025-12-31"^^' in parse_qs(led.query)["query"][0]


def test_the_list_of_examples_says_theme_address_and_parameters(client) -> None:
    listed = {row["address"]: row for row in client.get("/examples").get_json()}
    assert listed[DUE]["theme"] == "Promises"
    assert listed[DUE]["parameters"][:2] == ["date", "due"]


def test_names_of_things_are_given_on_demand(client) -> None:
    japan = "https://w3id.org/ckg/id/state/japan"
    answer = client.get("/labels", query_string={"iri": [japan, "no iri"]}, headers={"Accept-Language": "ja"})
    assert answer.get_json() == {japan: {"label": "日本", "language": "ja", "href": "/doc/state/japan"}}
    assert client.get("/labels").status_code == 400
