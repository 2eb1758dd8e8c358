"""Background graphs are reasoned with, and what follows about them alone is not published."""

import pytest

from ckg import reason
from ckg.model.staged import Role, Staging
from ckg.reason.proofs.explainer import BACKGROUND, open_explainer, term

INFERRED = "http://example.org/graph/inferred"
ONTOLOGY = """
:within a owl:TransitiveProperty ; rdfs:domain :Place . :holds owl:inverseOf :within .
:Place rdfs:subClassOf :Thing .
"""
LIST = ":oslo :within :norway . :norway :within :europe . :oslo owl:sameAs :christiania ."


@pytest.mark.parametrize("engine", ["duckdb", "owlrl"])
def test_what_follows_about_the_data_is_published_and_no_more(engine, stage, triples, tmp_path):
    graphs = stage(tmp_path, ontology=ONTOLOGY, people=":meeting :within :oslo .", list=LIST).graphs
    staging = Staging(
        tuple(
            type(graph)(graph.name, Role.CONTEXT, graph.path, graph.sha256, graph.triples, graph.sources)
            if graph.name.endswith("/list")
            else graph
            for graph in graphs
        )
    )
    closure = reason.close(staging, tmp_path / "out", inferred_graph=INFERRED, engine=engine)
    found = {triple.replace("<:", ":").replace(">", "") for triple in triples(closure.graph)}
    assert ":meeting :within :europe" in found
    assert ":norway :holds :meeting" in found
    assert ":meeting rdf:type :Thing" in found
    assert ":oslo rdf:type :Place" not in found
    assert ":oslo :within :europe" not in found
    assert staging.published.of(Role.CONTEXT) == ()
    if closure.derivations:
        proof = open_explainer(closure.derivations, staging.published.graphs).prove(
            *(term(f"<http://example.org/{name}>") for name in ("meeting", "within", "europe"))
        )
        assert BACKGROUND in {step.rule for step in proof}
        assert "unknown" not in {step.rule for step in proof}
