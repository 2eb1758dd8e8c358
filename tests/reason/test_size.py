"""Reasoning that would infer too much ends in a message that names the rule and the property, and soon."""

import pytest

from ckg import reason
from ckg.errors import TooMuchInferred
from ckg.reason.published import ALL_EQUATIONS_OF, Published

INFERRED = "http://example.org/graph/inferred"
TRANSITIVE = ":partOf a owl:TransitiveProperty ."
CHAIN = "".join(f":x{n} :partOf :x{n + 1} . " for n in range(3_000))


def closed(stage, tmp_path, ontology, data, **options):
    options = {"most_inferred": 1_000_000, **options}
    staging = stage(tmp_path, ontology=ontology, data=data)
    return reason.close(staging, tmp_path / "out", inferred_graph=INFERRED, **options)


def test_a_long_transitive_chain_is_refused_before_it_is_closed(stage, tmp_path):
    with pytest.raises(TooMuchInferred, match=r"about 4,\d00,000 triples .* prp-trp \(transitive property\)") as caught:
        closed(stage, tmp_path, TRANSITIVE, CHAIN)
    assert "with the property <http://example.org/partOf>" in caught.value.message
    assert "on_demand" in caught.value.hint
    assert not (tmp_path / "out" / "inferred.nq").exists()


def test_a_chain_below_the_limit_is_closed(stage, tmp_path):
    data = "".join(f":x{n} :partOf :x{n + 1} . " for n in range(600))
    assert closed(stage, tmp_path, TRANSITIVE, data).graph.triples == 600 * 599 // 2


def test_a_transitive_property_may_be_left_to_paths(stage, tmp_path):
    ontology = TRANSITIVE + " :partOf rdfs:domain :Part . :within a owl:TransitiveProperty ."
    data = CHAIN + ":a :within :b . :b :within :c ."
    made = closed(stage, tmp_path, ontology, data, on_demand=["<http://example.org/partOf>"])
    assert made.rules == {"prp-dom": 3_000, "prp-trp": 1}


def test_whatever_rule_gives_too_much_is_named_when_it_does(stage, tmp_path):
    ontology = ":near owl:propertyChainAxiom ( :at :holds ) . :holds owl:inverseOf :at ."
    data = "".join(f":x{n} :at :hub . " for n in range(400))
    with pytest.raises(TooMuchInferred, match=r"stopped at 160,\d+ .* rule prp-spo2") as caught:
        closed(stage, tmp_path, ontology, data, most_inferred=100_000)
    assert "property <http://example.org/near>" in caught.value.message


SAME = "".join(f":x{n} owl:sameAs :x{n + 1} . " for n in range(2_000)) + ":x7 :p :v ."


def test_many_names_of_one_thing_are_refused_where_everything_is_said_under_each(stage, tmp_path):
    with pytest.raises(TooMuchInferred, match="2,001 names") as caught:
        closed(stage, tmp_path, "", SAME)
    assert 'same_as = "canonical"' in caught.value.hint


@pytest.mark.parametrize("engine", ["duckdb", "owlrl"])
def test_many_names_are_equated_with_the_one_that_statements_are_under(engine, stage, tmp_path, triples):
    names = ALL_EQUATIONS_OF + 2
    data = "".join(f":x{n:02} owl:sameAs :x{n + 1:02} . " for n in range(names - 1)) + ":x07 :p :v ."
    made = closed(stage, tmp_path, "", data, engine=engine, published=Published(expanded=False))
    found = triples(made.graph)
    assert "<:x00> <:p> <:v>" in found
    equations = {triple for triple in found if " owl:sameAs " in triple}
    assert all("<:x00>" in triple for triple in equations)
    assert len(equations) == 2 * (names - 1) - 1  # one of them is stated


def test_thousands_of_names_are_no_more_than_their_number(stage, tmp_path):
    made = closed(stage, tmp_path, "", SAME, published=Published(expanded=False))
    assert made.graph.triples < 3 * 2_001
