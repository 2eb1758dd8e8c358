"""Out of core, in many graphs, with long lines: what a big project asks of the engine, on small files."""

import pytest

from ckg import reason
from ckg.errors import StageFailed
from ckg.reason.engine import load

INFERRED = "http://example.org/graph/inferred"


def test_nothing_but_the_results_is_left_behind(tmp_path, stage):
    reason.close(
        stage(tmp_path, ontology=":A rdfs:subClassOf :B .", d=":x a :A ."), tmp_path / "o", inferred_graph=INFERRED
    )
    assert sorted(path.name for path in (tmp_path / "o").iterdir()) == [
        "contradictions.json",
        "derivations",
        "inferred.nq",
    ]


def test_the_same_input_gives_the_same_bytes(tmp_path, stage):
    ontology = ":p a owl:TransitiveProperty ; rdfs:domain :A . :A rdfs:subClassOf :B . :p owl:inverseOf :q ."
    staging = stage(tmp_path, ontology=ontology, d=" ".join(f":x{i} :p :x{(i * 7) % 40} ." for i in range(40)))
    files = []
    for name, threads in (("one", 1), ("two", 2), ("three", 2)):
        reason.close(staging, tmp_path / name, inferred_graph=INFERRED, threads=threads)
        files.append({p.name: p.read_bytes() for p in sorted((tmp_path / name).rglob("*")) if p.is_file()})
    assert files[0] == files[1] == files[2]


def test_a_literal_of_megabytes_is_carried_through(tmp_path, stage, triples):
    long = "x" * 3_000_000
    staging = stage(tmp_path, ontology=":p rdfs:subPropertyOf :q .", d=f':a :p "{long}" . :a :p "short" .')
    closure = reason.close(staging, tmp_path / "out", inferred_graph=INFERRED)
    assert triples(closure.graph) == {f'<:a> <:q> "{long}"', '<:a> <:q> "short"'}


def test_an_empty_project_has_an_empty_closure(tmp_path, stage):
    closure = reason.close(stage(tmp_path), tmp_path / "out", inferred_graph=INFERRED)
    assert (closure.graph.triples, closure.graph.path.read_bytes()) == (0, b"")


def test_a_big_class_of_equal_terms_is_closed_without_a_quadratic_number_of_equations(tmp_path, stage):
    data = " ".join(f":s{i} :id 7 ." for i in range(60))
    staging = stage(tmp_path, ontology=":id a owl:InverseFunctionalProperty .", d=data)
    closure = reason.close(staging, tmp_path / "out", inferred_graph=INFERRED)
    assert closure.graph.triples == 60 * 59
    assert len((tmp_path / "out" / "derivations" / "log").read_bytes().splitlines()) < 300


def test_too_little_memory_is_said_plainly(tmp_path, stage, monkeypatch):
    data = " ".join(f":x{i} :p :y{i % 700} ; :q :y{i} ." for i in range(30_000))
    staging = stage(tmp_path, ontology=":p rdfs:domain :A .", d=data)
    with pytest.raises(StageFailed, match="within 5MB"):
        reason.close(staging, tmp_path / "out", inferred_graph=INFERRED, memory_limit="5MB")
    assert list((tmp_path / "out").iterdir()) == []


ONTOLOGY = ":p a owl:TransitiveProperty ; rdfs:domain :A . :A rdfs:subClassOf :B . :q rdfs:subPropertyOf :p ."


def closed(staging, into):
    """Return the files of a closure, by name."""
    reason.close(staging, into, inferred_graph=INFERRED)
    return {path.name: path.read_bytes() for path in sorted(into.rglob("*")) if path.is_file()}


def test_graphs_that_are_read_one_by_one_give_the_same_bytes_as_all_at_once(tmp_path, stage, monkeypatch):
    parts = {f"d{part}": " ".join(f":x{i} :q :x{i + part} ." for i in range(9)) for part in (1, 2, 3)}
    staging = stage(tmp_path, ontology=ONTOLOGY, **parts)
    at_once = closed(staging, tmp_path / "at-once")
    monkeypatch.setattr(load, "BATCH_BYTES", 1)
    assert closed(staging, tmp_path / "one-by-one") == at_once


def test_terms_that_share_a_hash_are_told_apart_all_the_same(tmp_path, stage, monkeypatch):
    staging = stage(tmp_path, ontology=ONTOLOGY, d=" ".join(f":x{i} :q :x{i + 1} ." for i in range(9)))
    as_usual = closed(staging, tmp_path / "as-usual")
    monkeypatch.setattr(load, "HASH", load.Key("hash({}) % 7", "UBIGINT"))
    assert closed(staging, tmp_path / "shared") == as_usual
