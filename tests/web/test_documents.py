"""Documents in RDF: one graph in every format, its provenance told apart, described by itself."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
import rdflib
import sample
from rdflib.compare import isomorphic

from ckg.formats import DOCUMENT_FORMATS

# rdflib's own JSON-LD parser uses a class that rdflib deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
TRIPLES = [f for f in DOCUMENT_FORMATS if f.key in ("ttl", "nt", "rdf", "jsonld")]
PATHS = ["/doc/state/japan", "/doc/claim/one", "/ontology", "/graph/states", "/shapes", "/doc/odd/q?y=1"]


def parsed(client, path, wanted):
    stem, mark, query = path.partition("?")
    answer = client.get(f"{stem}.{wanted.key}{mark}{query}")
    assert answer.status_code == 200, path
    return rdflib.Graph().parse(data=answer.data, format=wanted.media_type)


@pytest.mark.parametrize("path", PATHS)
def test_every_format_of_triples_holds_the_same_graph(client, path):
    turtle, *others = (parsed(client, path, wanted) for wanted in TRIPLES)
    assert len(turtle) > 5
    for other in others:
        assert isomorphic(turtle, other)


@pytest.mark.parametrize("path", PATHS)
def test_both_formats_of_quads_hold_the_same_graphs(client, path):
    stem, mark, query = path.partition("?")
    trig, quads = (client.get(f"{stem}.{key}{mark}{query}").data for key in ("trig", "nq"))
    one = ox.Dataset(ox.parse(trig, format=ox.RdfFormat.TRIG))
    other = ox.Dataset(ox.parse(quads, format=ox.RdfFormat.N_QUADS))
    one.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    other.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    assert one == other


def test_quads_keep_asserted_and_inferred_statements_in_their_graphs(client):
    found = set(ox.parse(client.get("/doc/state/japan.nq").data, format=ox.RdfFormat.N_QUADS))
    quads = {quad for quad in found if quad.graph_name != ox.DefaultGraph()}
    union = {ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads}
    assert found - quads == union, "the default graph is the union of the others"
    graphs = {(q.predicate.value.rpartition("#")[2], q.graph_name.value.removeprefix(sample.BASE)) for q in quads}
    assert ("count", "graph/states") in graphs
    assert ("holds", "graph/inferred") in graphs
    assert ("holds", "graph/states") not in graphs
    assert ("license", "doc/state/japan") not in graphs  # dcterms has no fragment
    assert any(q.graph_name.value == sample.BASE + "doc/state/japan" for q in quads)


def test_triples_mark_what_was_inferred_and_only_that(client, graph_of):
    graph = graph_of(client.get("/doc/state/japan.ttl"))
    marked = {s for s, p, o in graph if p.endswith("isPartOf") and o == sample.BASE + "graph/inferred"}
    reified = {
        tuple(
            next(o for s, p, o in graph if s == node and p == RDF + part) for part in ("subject", "predicate", "object")
        )
        for node in marked
    }
    japan, holds, tokyo = (sample.BASE + path for path in ("id/state/japan", "ontology#holds", "id/city/tokyo"))
    assert (japan, holds, tokyo) in reified
    assert not any(predicate.endswith("#count") for _, predicate, _ in reified)
    assert all(statement in graph for statement in reified)


def test_a_document_says_what_it_is_part_of_which_licence_and_how_to_cite_it(client, graph_of):
    graph = graph_of(client.get("/doc/state/japan.ttl"))
    about = {p.rpartition("/")[2].rpartition("#")[2]: o for s, p, o in graph if s == sample.BASE + "doc/state/japan"}
    assert about["primaryTopic"] == sample.BASE + "id/state/japan"
    assert about["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert about["inDataset"].startswith(sample.BASE)
    assert "A small project" in about["bibliographicCitation"]
    assert sample.BASE + "id/state/japan" in about["bibliographicCitation"]
    assert about["identifier"].startswith('"1.0-')


def test_literals_stand_in_documents_as_they_were_written(client):
    text = client.get("/doc/state/japan.nt").text
    integer, moment = "http://www.w3.org/2001/XMLSchema#integer", "2025-12-19T00:00:00+00:00"
    assert f'"01"^^<{integer}>' in text
    assert f'"007"^^<{integer}>' in text
    assert moment in text


def test_a_hash_iri_below_a_thing_is_described_in_its_document(client):
    assert '"A part"' in client.get("/doc/odd/parent.nt").text


def test_turtle_is_written_with_the_prefixes_it_uses_and_no_others(client):
    lines = client.get("/doc/state/japan.ttl").text.splitlines()
    prefixes = [line.split()[1] for line in lines if line.startswith("@prefix")]
    assert prefixes == sorted(prefixes)
    body = "\n".join(line for line in lines if not line.startswith("@prefix"))
    assert all(prefix in body for prefix in prefixes)


@pytest.mark.parametrize("wanted", DOCUMENT_FORMATS, ids=lambda f: f.key)
def test_two_servers_of_one_release_send_the_same_bytes_and_the_same_etag(releases, client, wanted):
    from ckg.web import create_app

    other = create_app(releases, {"limits.cache": 0})
    for path in ("/doc/state/japan", "/doc/claim/one", "/ontology"):
        one, two = (c.get(f"{path}.{wanted.key}") for c in (client, other.test_client()))
        assert one.headers["ETag"] == two.headers["ETag"]
        assert one.data == two.data
    other.close()


def test_a_hub_is_paged_by_links_to_the_next_and_the_previous_page(client, graph_of):
    first = client.get("/doc/hub/one.ttl")
    assert '</doc/hub/one?page=2>; rel="next"' in first.headers["Link"]
    assert 'rel="prev"' not in first.headers["Link"]
    second = client.get("/doc/hub/one?page=2", headers={"Accept": "text/turtle"})
    assert second.headers["Content-Location"] == "/doc/hub/one.ttl?page=2"
    assert '</doc/hub/one>; rel="prev"' in second.headers["Link"]
    assert first.headers["ETag"] != second.headers["ETag"]
    spokes = [{s for s, p, o in graph_of(page) if p.endswith("#to")} for page in (first, second)]
    assert not spokes[0] & spokes[1]


@pytest.mark.parametrize(
    ("page", "status"), [("4", 404), ("0", 400), ("-1", 400), ("x", 400), ("²", 400), ("9999999999", 400)]
)
def test_a_page_that_is_not_there_is_refused(client, page, status):
    assert client.get("/doc/hub/one.ttl", query_string={"page": page}).status_code == status


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("/id/odd/notes.ttl", "Its name ends like a suffix"),
        ("/note/one", "An IRI that is neither a thing nor a term"),
        ("/id/odd/a/b", "No slash in its name"),
    ],
)
def test_odd_names_lead_to_their_document(client, path, label):
    assert label in client.get(path, headers={"Accept": "application/n-triples"}, follow_redirects=True).text


def test_where_two_readings_fit_a_suffix_is_a_suffix(client):
    assert client.get("/doc/odd/notes.ttl").headers["Content-Type"].startswith("text/turtle")
    assert client.get("/doc/odd/notes.ttl.jsonld").headers["Content-Type"] == "application/ld+json"


def test_rdf_xml_refuses_what_it_cannot_say_and_offers_the_other_formats(tmp_path):
    import make_release

    from ckg.web import create_app

    text = '<https://data.example/kg/id/a> <https://data.example/kg/p/1> "x" .\n'
    project = make_release.project(tmp_path / "p", {"data/a.ttl": text})
    make_release.build(project)
    app = create_app(project / "release")
    answer = app.test_client().get("/doc/a.rdf")
    assert answer.status_code == 406
    assert {row["format"] for row in answer.get_json()["available"]} >= {"Turtle", "JSON-LD"}
    app.close()
