"""Clients that people really use, as they are."""

import io
import subprocess

import pandas
import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, POST, TURTLE, XML, SPARQLWrapper

pytestmark = pytest.mark.gone_on  # what it asks is answered before the store, or alike by any

SELECT = "SELECT ?s ?o { ?s <http://example.org/id/p0> ?o } ORDER BY ?s ?o LIMIT 5"


@pytest.mark.parametrize("method", ["GET", POST])
def test_sparqlwrapper_reads_every_form(bounded, method):
    asked = SPARQLWrapper(bounded.endpoint)
    asked.setMethod(method)
    asked.setQuery(SELECT)
    asked.setReturnFormat(JSON)
    assert len(asked.query().convert()["results"]["bindings"]) == 5
    asked.setReturnFormat(XML)
    assert len(asked.query().convert().getElementsByTagName("result")) == 5
    asked.setReturnFormat(CSV)
    assert asked.query().convert().count(b"\r\n") == 6
    asked.setQuery("ASK { ?s ?p ?o }")
    asked.setReturnFormat(JSON)
    assert asked.query().convert()["boolean"] is True
    asked.setQuery("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 7")
    asked.setReturnFormat(TURTLE)
    assert len(rdflib.Graph().parse(data=asked.query().convert(), format="turtle")) == 7


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_sees_the_endpoint_as_a_graph(bounded, method):
    graph = rdflib.Graph(SPARQLStore(bounded.endpoint, method=method))
    assert len(list(graph.query(SELECT))) == 5
    node = rdflib.URIRef("http://example.org/id/n1")
    assert len(list(graph.triples((node, None, None)))) == 2
    assert graph.query("ASK { ?s ?p ?o }").askAnswer is True
    graph.close()


def test_pandas_reads_csv(bounded):
    table = pandas.read_csv(io.BytesIO(bounded.query(SELECT, "text/csv").body))
    assert list(table.columns) == ["s", "o"]
    assert len(table) == 5


def test_curl_as_the_documentation_has_it(bounded):
    command = ["curl", "-sf", "--data-urlencode", f"query={SELECT}", "-H", "Accept: text/csv", bounded.endpoint]
    done = subprocess.run(command, capture_output=True, check=True, timeout=30)
    assert done.stdout.count(b"\r\n") == 6
