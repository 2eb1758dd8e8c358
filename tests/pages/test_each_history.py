"""What is served of the shipped data is the same whether the store was built at once or gone on from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from tests import histories, queries

from ckg.release.current import Releases
from ckg.web.app import create_app

from .test_reading import KINDS

ID = "https://w3id.org/ckg/id"
TERMS = {
    "thing": f"<{ID}/state/kazakhstan>",
    "class": "<https://w3id.org/ckg/ontology#State>",
    "property": "<https://w3id.org/ckg/ontology#borders>",
    "graph": "<https://w3id.org/ckg/graph/places/states>",
    "label": "Kazakhstan",
}
DOCUMENTS = [f"/doc/state/kazakhstan.{key}" for key in ("ttl", "jsonld", "nt", "rdf", "trig", "nq")]


@pytest.fixture(scope="module")
def both(shipped_releases: Path, shipped_releases_gone_on: Path) -> Iterator[tuple[FlaskClient, FlaskClient]]:
    """A client of each."""
    settings = {"limits.workers": 1, "limits.spares": 0, "limits.budget_seconds": 0.0, "limits.budget_errors": 0}
    with ExitStack() as opened:
        clients = []
        for releases in (shipped_releases, shipped_releases_gone_on):
            app = create_app(releases, settings)
            opened.callback(app.close)
            clients.append(app.test_client())
        yield clients[0], clients[1]


def test_all_files_but_those_of_the_store_are_the_same(shipped_releases: Path, shipped_releases_gone_on: Path) -> None:
    histories.check(shipped_releases, histories.AT_ONCE)
    at_once, gone_on = (Releases(folder).current() for folder in (shipped_releases, shipped_releases_gone_on))
    assert at_once.id == gone_on.id
    assert histories.different(at_once, gone_on) == []
    assert len(histories.contents(at_once)) > 20


def test_forty_queries_are_answered_alike(both: tuple[FlaskClient, FlaskClient]) -> None:
    at_once, gone_on = (queries.answers(queries.by(client), TERMS) for client in both)
    assert {text: gone_on[text] for text in at_once if gone_on[text] != at_once[text]} == {}
    assert len(at_once) == 40
    empty = [text for text, found in at_once.items() if not found]
    assert empty == [], "a question without an answer shows nothing"


@pytest.mark.parametrize("path", [*KINDS, *DOCUMENTS, "/suggest?q=jap", "/completions", "/sitemap.xml"])
def test_pages_and_documents_are_the_same_bytes(both: tuple[FlaskClient, FlaskClient], path: str) -> None:
    at_once, gone_on = (client.get(path, headers={"Accept": "text/html, */*;q=0.1"}) for client in both)
    assert at_once.status_code == gone_on.status_code == 200
    assert gone_on.data == at_once.data
    assert gone_on.headers.get("ETag") == at_once.headers.get("ETag")
