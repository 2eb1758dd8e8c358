"""The hash of an answer: the same in any order and under any labels of blank nodes, another one for another answer."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckg.formats import N_TRIPLES, SPARQL_JSON
from ckg.query import answer_hash
from ckg.query.answer_hash import NotHashed, of_answer

ROWS = st.lists(st.tuples(st.text(max_size=3), st.sampled_from(["", "en", "fr"])), max_size=6)


def as_json(rows: list[tuple[str, str]]) -> bytes:
    cells = [{"x": {"type": "literal", "value": text} | ({"xml:lang": tag} if tag else {})} for text, tag in rows]
    return json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": cells}}).encode()


@given(ROWS, st.randoms(use_true_random=False))
def test_rows_in_another_order_have_the_same_hash(rows, random) -> None:
    mixed = random.sample(rows, len(rows))
    assert of_answer(as_json(rows), SPARQL_JSON) == of_answer(as_json(mixed), SPARQL_JSON)


@given(ROWS, ROWS)
def test_other_rows_have_another_hash(one, other) -> None:
    same = of_answer(as_json(one), SPARQL_JSON).sha256 == of_answer(as_json(other), SPARQL_JSON).sha256
    assert same == (sorted(one) == sorted(other))


def test_anybody_can_compute_the_hash_from_the_rows() -> None:
    lines = '?x\n"a"\n"a"\n"b"@en\n'
    expected = hashlib.sha256(lines.encode()).hexdigest()
    assert of_answer(as_json([("b", "en"), ("a", ""), ("a", "")]), SPARQL_JSON) == (expected, 3)


def test_a_graph_has_the_hash_of_its_canonical_form_whatever_its_blank_nodes_are_called() -> None:
    one = b'_:a <http://e/p> _:b .\n_:b <http://e/p> "x" .\n<http://e/s> <http://e/p> _:a .\n'
    other = b'<http://e/s> <http://e/p> _:x .\n_:y <http://e/p> "x" .\n_:x <http://e/p> _:y .\n'
    assert of_answer(one, N_TRIPLES) == of_answer(other, N_TRIPLES)
    assert of_answer(one, N_TRIPLES) != of_answer(one.replace(b'"x"', b'"y"'), N_TRIPLES)


def test_a_graph_whose_blank_nodes_take_too_long_to_tell_apart_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_hash, "CANONICAL_FORM_TIMEOUT_S", 1)
    clique = "".join(f"_:b{i} <http://e/p> _:b{j} .\n" for i in range(12) for j in range(12) if i != j)
    with pytest.raises(NotHashed, match="could not be told apart"):
        of_answer(clique.encode(), N_TRIPLES)
