"""`/drawings`: an answer as SVG documents, or the reason why it is no picture."""

from __future__ import annotations

from xml.etree import ElementTree

STATEMENTS = "CONSTRUCT WHERE { <https://data.example/kg/id/state/japan> ?p ?o }"


def drawn(client, query: str, view: str):
    return client.post(f"/drawings?view={view}", data={"query": query})


def test_a_graph_comes_as_an_svg_document_that_says_where_it_is_from(client) -> None:
    told = drawn(client, STATEMENTS, "graph").get_json()
    (drawing,) = told["drawings"]
    text = "".join(ElementTree.fromstring(drawing).itertext())
    assert "Source: " in text
    assert "https://data.example/kg/" in text
    assert "href" not in drawing


def test_an_answer_that_is_no_picture_comes_with_the_reason(client) -> None:
    told = drawn(client, STATEMENTS, "chart").get_json()
    assert told["drawings"] == []
    assert "quantities" in told["why_not"]


def test_an_answer_with_more_rows_than_a_page_shows_is_not_drawn_in_part(client) -> None:
    told = drawn(client, "SELECT ?s ?t { ?s ?p ?o . ?t ?q ?r } LIMIT 1001", "map").get_json()
    assert told["drawings"] == []
    assert "more than 1000 rows" in told["why_not"]


def test_a_view_that_does_not_exist_and_a_query_that_is_missing_are_refused(client) -> None:
    assert drawn(client, STATEMENTS, "pie").status_code == 400
    assert client.get("/drawings?view=graph").status_code == 400
    assert drawn(client, "SELEC", "graph").status_code == 400
