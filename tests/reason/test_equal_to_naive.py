"""The law: on any ontology and data the engine infers what the standard's tables say, read by an evaluator of its own.

`naive_owl2rl` shares nothing with `ckg.reason`, nor with owlrl: where both engines are wrong, it is not.
"""

import tempfile
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import naive_owl2rl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckg import reason
from ckg.errors import Inconsistent
from ckg.model.staged import Role, Staging
from ckg.reason.lines import read
from ckg.reason.rules.trivial import is_trivial

_spec = spec_from_file_location("equal_to_owlrl", Path(__file__).with_name("test_equal_to_owlrl.py"))
_laws = module_from_spec(_spec)
_spec.loader.exec_module(_laws)


def by_the_tables(triples):
    """What follows, trivia and what was asserted left out; None for a contradiction."""
    try:
        found = naive_owl2rl.closure(triples)
    except naive_owl2rl.Contradiction as rule:
        return None, str(rule)
    return {triple for triple in found - triples if not is_trivial(*triple)}, None


def by_the_engine(stage_lines, triples, engine):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = [" ".join(triple) for triple in triples]
        staging = Staging((stage_lines(lines, folder, "data", Role.DATA),))
        try:
            closure = reason.close(staging, folder, engine=engine, inferred_graph=_laws.INFERRED, threads=1)
        except Inconsistent as error:
            return None, error.message
        return set(read(closure.graph)), None


def agree(stage_lines, words, engine="duckdb"):
    triples = {tuple(map(_laws.token, triple)) for triple in words}
    (expected, rule), (found, message) = by_the_tables(triples), by_the_engine(stage_lines, triples, engine)
    written = "; ".join(" ".join(triple) for triple in words)
    assert (expected is None) is (found is None), (written, rule, message)
    if expected is not None:
        assert found == expected, written


@pytest.mark.parametrize("name", _laws.AXIOMS)
def test_one_kind_of_axiom(name, stage_lines):
    @settings(_laws.SETTINGS, max_examples=3 * _laws.MORE)
    @given(axioms=st.lists(_laws.AXIOMS[name], min_size=1, max_size=2), facts=_laws.FACTS)
    def law(axioms, facts):
        agree(stage_lines, [triple for triples in axioms for triple in triples] + facts)

    law()


@settings(_laws.SETTINGS, max_examples=25 * _laws.MORE)
@given(axioms=st.lists(_laws.ANY, min_size=2, max_size=6), facts=_laws.FACTS)
def test_any_ontology(stage_lines, axioms, facts):
    agree(stage_lines, [triple for triples in axioms for triple in triples] + facts)
