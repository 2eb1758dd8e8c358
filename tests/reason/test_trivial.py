"""What counts as trivia, and that its two renderings are one definition."""

import pytest

from ckg.reason.engine.duckdb_tables import open_duckdb
from ckg.reason.rules.owl_terms import term
from ckg.reason.rules.trivial import REFLEXIVE, is_trivial, trivial_sql

A, B = "<http://example.org/a>", "<http://example.org/b>"


@pytest.mark.parametrize(
    "triple",
    [
        ('"1"', term("owl:sameAs"), A),
        (A, "_:p", B),
        (A, '"p"', B),
        (A, term("rdf:type"), term("owl:Thing")),
        (A, term("rdfs:subClassOf"), term("owl:Thing")),
        (A, term("rdfs:domain"), term("owl:Thing")),
        (A, term("rdfs:range"), term("rdfs:Resource")),
        (term("owl:Nothing"), term("rdfs:subClassOf"), A),
        (term("xsd:integer"), term("rdf:type"), term("rdfs:Datatype")),
        (term("rdfs:label"), term("rdf:type"), term("owl:AnnotationProperty")),
        *((A, predicate, A) for predicate in sorted(REFLEXIVE)),
    ],
)
def test_trivia(triple):
    assert is_trivial(*triple)


@pytest.mark.parametrize(
    "triple",
    [
        (A, term("rdf:type"), B),
        (A, term("owl:sameAs"), B),
        (A, "<http://example.org/knows>", A),
        (A, term("rdfs:subClassOf"), B),
        (A, term("owl:equivalentClass"), term("owl:Thing")),
        ("_:b", term("rdf:type"), B),
        (A, "<http://example.org/about>", term("owl:Thing")),
    ],
)
def test_not_trivia(triple):
    assert not is_trivial(*triple)


BUILT_IN = ("rdf:type", "owl:Thing", "rdfs:Resource", "owl:Nothing", "rdfs:domain")
TOKENS = [A, B, "_:b", '"1"', '"<"@en', *map(term, BUILT_IN), *sorted(REFLEXIVE)]


def test_the_sql_says_the_same_as_the_function(tmp_path, stage):
    with open_duckdb(tmp_path, "1GB", 1) as tables:
        numbered = "\n".join(f"{A} {B} {token} ." for token in TOKENS)
        terms = tables.load(stage(tmp_path, data=numbered.replace("_:b", "[]")))
        condition = trivial_sql("s.id", "p.id", "o.id", terms)
        rows = tables.connection.execute(
            f"SELECT s.t, p.t, o.t, {condition} FROM dictionary s, dictionary p, dictionary o "
            "WHERE s.id % 3 = 0 OR o.id % 3 = 0 OR p.t IN (SELECT unnest($kept))",
            {"kept": TOKENS},
        ).fetchall()
    assert len(rows) > 10_000
    assert [row for row in rows if is_trivial(*row[:3]) != row[3]] == []
