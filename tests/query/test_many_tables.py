"""Every query is answered whatever the number of tables (files of RocksDB) that a store has.

In its sandbox a worker opens no file but the tables of its store. RocksDB opens the
first sixteen tables with the store and the others when they are read, so a store is made of as many as a large data set
or a long history gives, with little in each.
"""

from contextlib import closing

import pyoxigraph as ox
import pytest
from tests import histories

from ckg.formats import N_TRIPLES, SPARQL_JSON
from ckg.query.job import Dataset
from ckg.query.limits import QueryLimits
from ckg.query.pool import wait_until_ready

from .asking import EX, ask, open_pool

IN_EACH = 3


@pytest.fixture(scope="module", params=[4, 48], ids=["a few", "hundreds of"])
def graphs(request):
    """How many graphs the store has; each came by itself and has tables of its own."""
    return request.param


@pytest.fixture(scope="module")
def many(graphs, tmp_path_factory):
    folder = tmp_path_factory.mktemp("many") / "store"
    store = ox.Store(str(folder))
    for number in range(graphs):
        store.bulk_extend(_statements(number))
    store.flush()
    del store
    # More than are opened with the store; with 48 graphs some hundreds.
    assert histories.tables(folder) > max(histories.TABLES_OPENED_WITH_A_STORE, 4 * graphs)
    return folder


def _statements(number):
    def node(name):
        return ox.NamedNode(f"{EX}{name}")

    for graph in (ox.DefaultGraph(), node(f"g{number}")):
        for k in range(IN_EACH):
            yield ox.Quad(node(f"s{number}-{k}"), node(f"p{number}"), ox.Literal(f"a long text {number} {k}"), graph)
        yield ox.Quad(node(f"s{number}-0"), node("next"), node(f"s{number + 1}-0"), graph)


@pytest.fixture
def fresh(many):
    """A pool that nobody has asked anything: what a worker reads first is what is asked first."""
    limits = QueryLimits(
        budget_seconds=0.0, budget_errors=0, seconds=20.0, workers=1, spares=0, cache=0, store_memory=0
    )
    with closing(open_pool(many, limits, {"ex": EX}, base=EX)) as pool:
        assert wait_until_ready(pool)
        yield pool


FORMS = {
    "by subject": ("SELECT ?o { ex:s3-0 ?p ?o }", lambda n: 2),
    "by predicate": ("SELECT ?s { ?s ex:p2 ?o }", lambda n: IN_EACH),
    "by object": ("SELECT ?s { ?s ?p 'a long text 1 1' }", lambda n: 1),
    "by subject and object": ("SELECT ?p { ex:s0-0 ?p ex:s1-0 }", lambda n: 1),
    "everything": ("SELECT * { ?s ?p ?o }", lambda n: n * (IN_EACH + 1)),
    "in a graph": ("SELECT * { GRAPH ex:g1 { ?s ?p ?o } }", lambda n: IN_EACH + 1),
    "in any graph": ("SELECT * { GRAPH ?g { ?s ?p ?o } }", lambda n: n * (IN_EACH + 1)),
    "by subject in any graph": ("SELECT * { GRAPH ?g { ex:s2-0 ?p ?o } }", lambda n: 2),
    "by predicate in any graph": ("SELECT * { GRAPH ?g { ?s ex:next ?o } }", lambda n: n),
    "by object in any graph": ("SELECT * { GRAPH ?g { ?s ?p ex:s1-0 } }", lambda n: 1),
    "names of graphs": ("SELECT ?g { GRAPH ?g {} }", lambda n: n),
    "from": ("SELECT ?s FROM ex:g0 FROM ex:g1 { ?s ex:next ?o }", lambda n: 2),
    "from named": ("SELECT ?s FROM NAMED ex:g0 { GRAPH ?g { ?s ex:next ?o } }", lambda n: 1),
    "join": ("SELECT * { ?a ex:next ?b . ?b ?p ?o FILTER(isLiteral(?o)) }", lambda n: n - 1),
    "path": ("SELECT ?z { ex:s0-0 ex:next+ ?z }", lambda n: n),
    "optional": ("SELECT * { ?a ex:next ?b OPTIONAL { ?b ex:next ?c } }", lambda n: n),
    "not exists": ("SELECT * { ?a ex:next ?b FILTER NOT EXISTS { ?b ?p ?o } }", lambda n: 1),
    "regular expression": ("SELECT * { ?s ?p ?o FILTER REGEX(STR(?o), 'text') }", lambda n: n * IN_EACH),
    "distinct and ordered": ("SELECT DISTINCT ?p { ?s ?p ?o } ORDER BY ?p", lambda n: n + 1),
    "groups": ("SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p", lambda n: n + 1),
}


@pytest.mark.parametrize("name", FORMS)
def test_every_way_to_ask_for_a_table_is_answered(name, fresh, graphs):
    text, expected = FORMS[name]
    assert len(ask(fresh, text).splitlines()) - 1 == expected(graphs)


def test_a_question_for_yes_or_no_is_answered(fresh):
    assert '"boolean":true' in ask(fresh, "ASK { ex:s3-0 ?p ?o }", SPARQL_JSON)
    assert '"boolean":false' in ask(fresh, "ASK { ex:s3-0 ?p ex:nowhere }", SPARQL_JSON)


def test_a_graph_is_constructed(fresh, graphs):
    text = ask(fresh, "CONSTRUCT { ?b ex:before ?a } WHERE { ?a ex:next ?b }", N_TRIPLES)
    assert len(set(text.splitlines())) == graphs


def test_a_thing_is_described(fresh):
    assert len(ask(fresh, "DESCRIBE ex:s1-0", N_TRIPLES).splitlines()) == 2


def test_the_dataset_of_the_protocol_is_answered(fresh):
    text, default = "SELECT ?s { ?s ex:next ?o }", tuple(f"{EX}g{number}" for number in range(3))
    assert len(ask(fresh, text, dataset=Dataset(default=default)).splitlines()) == 4


def test_every_statement_of_every_table_can_be_read_by_each_of_its_terms(fresh, graphs):
    """All that was written is found again, by subject, predicate, object and graph."""
    for number in range(graphs):
        subjects = {f"{EX}s{number}-{k}" for k in range(IN_EACH)}
        for text in (
            f"SELECT DISTINCT ?s {{ ?s ex:p{number} ?o }}",
            f"SELECT DISTINCT ?s {{ GRAPH ex:g{number} {{ ?s ?p ?o }} }}",
            f"SELECT ?s {{ VALUES ?k {{ 0 1 2 }} BIND(CONCAT('a long text {number} ', STR(?k)) AS ?o) ?s ?p ?o }}",
            f"SELECT DISTINCT ?s {{ VALUES ?s {{ {' '.join(f'<{s}>' for s in subjects)} }} ?s ?p ?o }}",
        ):
            assert set(ask(fresh, text).splitlines()[1:]) == subjects
