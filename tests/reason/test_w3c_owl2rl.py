"""The W3C's OWL 2 RL entailment tests: what must follow does, what must not does not, and never less than owlrl.

Cases that need more than the rules of OWL 2 Profiles, section 4.3, stand in BEYOND_THE_RULES with the reason; one that
passes all the same fails the suite. A conclusion is looked for in the asserted and the inferred triples; trivia count
as inferred.
"""

import outside
import pyoxigraph as ox

from ckg import reason
from ckg.errors import Inconsistent
from ckg.model.staged import Role, Staging
from ckg.reason.lines import read
from ckg.reason.rules.trivial import is_trivial

SUITE = outside.need_suite("owl2rl", __name__) / "w3c-owl2-rl"
INFERRED = "http://example.org/graph/inferred"

NO_HEAD = "no rule concludes owl:differentFrom: the conclusion is only reached by refutation"
BEYOND_THE_RULES = {
    "chain2trans1": "no rule concludes that a property is transitive",
    "disjointclasses-001": NO_HEAD,
    "disjointclasses-003": NO_HEAD,
    "new-feature-disjointdataproperties-002": NO_HEAD,
    "new-feature-disjointobjectproperties-001": NO_HEAD,
    "new-feature-disjointobjectproperties-002": NO_HEAD,
    "new-feature-objectqcr-002": "no rule concludes membership in a complement",
    "new-feature-reflexiveproperty-001": "OWL 2 RL has no rule for reflexive properties",
    "owl2-rl-rules-fp-differentfrom": NO_HEAD,
    "owl2-rl-rules-ifp-differentfrom": NO_HEAD,
    "webont-differentfrom-001": "no rule concludes the symmetry of owl:differentFrom",
    "webont-i5-26-010": "asks for a restriction that the premise does not mention (comprehension)",
    "webont-i5-5-005": "asks for a union that the premise does not mention (comprehension)",
    "webont-i5-8-006": "asks which data ranges contain which: no rule compares value spaces",
    "webont-i5-8-008": "asks which data ranges contain which: no rule compares value spaces",
    "webont-i5-8-009": "asks which data ranges contain which: no rule compares value spaces",
}


def cases(conclusion):
    """The names of the cases that have a conclusion, or a non-conclusion."""
    return sorted(path.parent.name for path in SUITE.glob(f"cases/*/{conclusion}.rdf"))


def pytest_generate_tests(metafunc):
    if "follows" in metafunc.fixturenames:
        metafunc.parametrize("follows", cases("conclusion"))
    if "does_not_follow" in metafunc.fixturenames:
        metafunc.parametrize("does_not_follow", cases("non-conclusion"))


def parse(path):
    return [
        tuple(
            f"_:{path.stem}{term.value}" if isinstance(term, ox.BlankNode) else str(term) for term in tuple(triple)[:3]
        )
        for triple in ox.parse(path=str(path), format=ox.RdfFormat.RDF_XML, base_iri="http://example.org/base")
    ]


def entails(case, conclusion, engine, folder, stage_lines):
    """Return whether the closure of the case's premise holds its conclusion, blank nodes read as 'something'."""
    premise = parse(SUITE / "cases" / case / "premise.rdf")
    if case == "webont-imports-011":
        premise += parse(SUITE / "imports" / "support011-A.rdf")
    staging = Staging((stage_lines([" ".join(triple) for triple in premise], folder, "premise", Role.DATA),))
    try:
        graph = reason.close(staging, folder / engine, engine=engine, inferred_graph=INFERRED, threads=1).graph
    except Inconsistent:
        return True
    store = ox.Store()
    for triple in [*premise, *read(graph)]:
        store.load(f"{' '.join(triple)} .".encode(), format=ox.RdfFormat.N_TRIPLES)
    wanted = parse(SUITE / "cases" / case / f"{conclusion}.rdf")
    if conclusion == "conclusion":
        wanted = [triple for triple in wanted if not is_trivial(*triple)]
    return bool(store.query("ASK { " + " . ".join(" ".join(triple) for triple in wanted) + " }"))


def test_what_must_follow_does(follows, tmp_path, stage_lines):
    case = follows
    found = entails(case, "conclusion", "duckdb", tmp_path, stage_lines)
    if case in BEYOND_THE_RULES:
        assert not found, f"{case} passes: strike it from the ledger"
        assert not entails(case, "conclusion", "owlrl", tmp_path, stage_lines), "owlrl does it: so must the rules"
    else:
        assert found


def test_what_must_not_follow_does_not(does_not_follow, tmp_path, stage_lines):
    assert not entails(does_not_follow, "non-conclusion", "duckdb", tmp_path, stage_lines)


def test_the_suite_is_whole():
    assert (len(cases("conclusion")), len(cases("non-conclusion"))) == (27, 23)
    assert set(BEYOND_THE_RULES) <= set(cases("conclusion"))
