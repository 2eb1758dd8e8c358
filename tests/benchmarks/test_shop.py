"""The shop that endpoints are measured with: its data, its queries, and how answers are compared."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pyoxigraph as ox
import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
TRIPLES = 8000


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    monkeypatch.syspath_prepend(BENCHMARKS)
    from shop import answers, data, queries

    return SimpleNamespace(answers=answers, data=data, queries=queries)


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_size_and_seed_give_the_same_bytes_and_about_the_triples_asked_for(shop, tmp_path):
    for name in ("one", "two"):
        shop.data.write(tmp_path / name, triples=TRIPLES, files=3)
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")
    triples = sum(1 for path in (tmp_path / "one" / "data").iterdir() for _ in ox.parse(path=path))
    assert 0.8 * TRIPLES < triples < 1.3 * TRIPLES


def test_every_kind_of_query_finds_something_in_the_shop_and_no_query_comes_twice(shop, tmp_path):
    sizes = shop.data.write(tmp_path / "shop", triples=TRIPLES)
    store = ox.Store()
    for path in (tmp_path / "shop" / "data").iterdir():
        store.bulk_load(path=str(path))
    about, reviews = (ox.NamedNode(shop.data.ONTOLOGY + name) for name in ("about", "reviews"))
    for quad in store.quads_for_pattern(None, reviews, None):
        store.add(ox.Quad(quad.subject, about, quad.object))  # what the ontology implies
    questions = shop.queries.Questions(sizes)
    texts = set()
    for kind in shop.queries.KINDS:
        asked = [questions.of(kind, number) for number in range(40)]
        texts |= {one.text for one in asked}
        assert any(found(store.query(one.text)) for one in asked), kind
    assert len(texts) == 40 * len(shop.queries.KINDS)


def found(answer: object) -> bool:
    return bool(answer) if isinstance(answer, ox.QueryBoolean) else bool(list(answer))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("3.50", "decimal"), ("3.5", "decimal"), True),
        (("0.33333333333333333", "decimal"), ("0.333333333333333333333333", "decimal"), True),
        (("3.5", "decimal"), ("3.6", "decimal"), False),
        (("3", "integer"), ("3", "decimal"), False),
        (("3", "string"), ("03", "string"), False),
    ],
)
def test_answers_are_compared_by_their_values(shop, one, other, same):
    asked = shop.queries.Asked("any", "SELECT ?x {}")
    first, second = (shop.answers.meaning(asked, rows(*value)) for value in (one, other))
    assert (first == second) is same


def rows(value: str, datatype: str) -> bytes:
    term = {"type": "literal", "value": value, "datatype": f"http://www.w3.org/2001/XMLSchema#{datatype}"}
    return json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": [{"x": term}]}}).encode()


def test_an_answer_that_is_cut_short_is_no_answer(shop):
    with pytest.raises(ValueError, match=r"."):
        shop.answers.meaning(shop.queries.Asked("any", "SELECT ?x {}"), rows("3", "integer")[:-5])
    with pytest.raises(ValueError, match=r"."):
        shop.answers.meaning(shop.queries.Asked("any", shop.queries.PROLOGUE + "DESCRIBE <x>"), b"<a:b> <a:c> <a:")
