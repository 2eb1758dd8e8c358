"""Every named graph is described, with what it holds and in what standing it is."""

from pathlib import Path

from rdflib import DCTERMS, RDF, Graph, Namespace, URIRef

ROOT = Path(__file__).parents[2]
BASE = "https://w3id.org/ckg/"
CKG = Namespace(f"{BASE}ontology#")
STANDING = Namespace(f"{BASE}id/standing/")
BUILT = {"ontology", "shapes", "inferred"}


def test_every_data_file_and_every_built_graph_is_described(graphs):
    described = graphs["data/graphs.ttl"]
    files = {p.relative_to(ROOT / "data").with_suffix("").as_posix() for p in (ROOT / "data").rglob("*.ttl")}
    names = {str(g).removeprefix(f"{BASE}graph/") for g in described.subjects(RDF.type, CKG.NamedGraph)}
    assert names == files | BUILT
    for graph in described.subjects(RDF.type, CKG.NamedGraph):
        assert described.value(graph, DCTERMS.description), graph
        assert described.value(graph, CKG.standing), graph


def test_claims_stand_in_graphs_of_attributed_statements_and_nowhere_else(graphs):
    described = graphs["data/graphs.ttl"]
    for file, graph in graphs.items():
        claims = set(graph.subjects(RDF.type, CKG.Claim))
        if claims:
            name = URIRef(f"{BASE}graph/" + file.removeprefix("data/").removesuffix(".ttl"))
            assert described.value(name, CKG.standing) == STANDING.attributed, file
            records = set(graph.subjects(CKG.standing, None))
            assert {s for s in records if graph.value(s, CKG.standing) != STANDING.attributed} == set(), file


def test_the_commentary_is_dated_before_the_adoption_by_its_dates_alone(union: Graph):
    rows = union.query(
        """PREFIX ckg: <https://w3id.org/ckg/ontology#> PREFIX schema: <https://schema.org/>
        PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX eli: <http://data.europa.eu/eli/ontology#>
        SELECT DISTINCT ?claim WHERE {
          ?claim a ckg:Claim ; ckg:restsOn/prov:hadPrimarySource ?article .
          ?article a schema:OpinionNewsArticle ; schema:datePublished ?said .
          <https://w3id.org/ckg/id/declaration/tokyo-2025> eli:date_document ?adopted .
          FILTER (?said < ?adopted)
        }"""
    )
    asserted = union.subjects(CKG.assertedBy, URIRef(f"{BASE}id/organisation/huanqiu-times"))
    assert {row.claim for row in rows} == set(asserted) != set()
