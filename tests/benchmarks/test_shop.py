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


@pytest.fixture
def at_size(shop: SimpleNamespace) -> object:
    import at_size

    return at_size


def test_an_edit_changes_the_label_of_one_product_and_nothing_else(shop, at_size, tmp_path):
    sizes = shop.data.write(tmp_path, triples=TRIPLES)
    before = statements(tmp_path / "data")
    old, new = at_size.edit(tmp_path, sizes.products - 1)
    after = statements(tmp_path / "data")
    assert [old in str(*before - after), new in str(*after - before)] == [True, True]


def statements(folder: Path) -> set[ox.Quad]:
    return {quad for path in folder.iterdir() for quad in ox.parse(path=path)}


@pytest.mark.parametrize(
    ("name", "first", "second", "fault"),
    [
        ("page", "the old one", "the new one", False),
        ("page", "the old one", "the old one", True),
        ("page", "the old one", "the new one and the old one", True),
        ("page", "the old one", "500 the new one", True),
        ("all products", "n\r\n7", "n\r\n7", False),
        ("all products", "n\r\n7", "n\r\n8", True),
        ("all products", "503 the query took longer than 10 seconds", "n\r\n8", False),
        ("all products", "503 the store cannot be read", "n\r\n8", True),
    ],
)
def test_answers_after_an_edit_have_the_new_label_and_are_else_as_before(at_size, name, first, second, fault):
    one, other = (at_size.Row({}, {name: (text, 1.0)}) for text in (first, second))
    assert bool(at_size.judge(one, other, "the old", "the new")) is fault
