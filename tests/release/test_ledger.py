"""What was published once is remembered in a file of the project."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckg.errors import ProjectError
from ckg.model.iris import Base
from ckg.release import ledger, things
from ckg.release.ledger import Ledger
from ckg.release.things import Things
from ckg.release.withdrawn import Withdrawal

BASE = Base("https://w3id.org/ckg/")
ID = "https://w3id.org/ckg/id/"
REPLACED = "<http://purl.org/dc/terms/isReplacedBy>"
NOTE = "<http://www.w3.org/2004/02/skos/core#changeNote>"


def there(*paths: str, **marked: Withdrawal) -> Things:
    return Things(frozenset({*paths, *marked}), marked)


def written(folder: Path, text: str) -> Path:
    path = folder / ledger.NAME
    path.write_text(text, encoding="utf-8")
    return path


def test_a_thing_that_is_gone_is_withdrawn_for_good_and_comes_back_if_it_comes_back():
    first = Ledger().after(there("id/a", "id/b"), BASE, "1")
    assert first.withdrawn(there("id/a", "id/b")) == {}
    assert first.withdrawn(there("id/b")) == {"id/a": Withdrawal("1")}
    second = first.after(there("id/b"), BASE, "2")
    third = second.after(there("id/c"), BASE, "3")
    assert third.withdrawn(there("id/c")) == {"id/a": Withdrawal("1"), "id/b": Withdrawal("2")}
    assert third.withdrawn(there("id/a", "id/c")) == {"id/b": Withdrawal("2")}
    assert third.after(there("id/a", "id/c"), BASE, "4").withdrawn(there("id/c"))["id/a"] == Withdrawal("4")


@pytest.mark.parametrize("successor", [f"{ID}b", "https://other.example/b", f"{BASE.iri}urn:b", BASE.iri])
def test_a_successor_is_read_as_the_iri_that_was_written(tmp_path, successor):
    made = Ledger().after(there("id/b", **{"id/a": Withdrawal("", successor)}), BASE, "1")
    assert ledger.write(tmp_path / ledger.NAME, made)
    found = ledger.read(tmp_path / ledger.NAME, BASE)
    assert found is not None
    assert found.withdrawn(there("id/b"))["id/a"].replaced_by == successor


def test_the_successor_and_the_reason_that_a_thing_named_are_kept_when_it_is_taken_out(stage):
    staging = stage(
        {
            "a": [
                f"<{ID}a> {REPLACED} <{ID}b>",
                f"<{ID}b> <x:p> <x:o>",
                f"<{ID}日本> <x:p> <x:o>",
                "<x:z> <x:p> <x:o>",
            ],
            "c": [f'<{ID}a> {NOTE} "Two \\"claims\\"\\tmerged"@en', "<https://w3id.org/ckg/ontology#C> <x:p> <x:o>"],
        }
    )
    found = things.of([(graph.path, graph.name) for graph in staging.graphs], BASE)
    assert found.paths == {"id/a", "id/b", "id/日本"}
    said = Withdrawal("1", f"{ID}b", 'Two "claims"\tmerged')
    assert Ledger().after(found, BASE, "1").withdrawn(there("id/b", "id/日本")) == {"id/a": said}


def test_a_reason_written_into_the_ledger_by_hand_is_told_and_kept(tmp_path):
    path = written(tmp_path, "# version: 1\nid/a\t\tid/b\tMerged into b.\nid/b\n")
    read = ledger.read(path, BASE)
    said = {"id/a": Withdrawal("1", f"{ID}b", "Merged into b.")}
    assert read.withdrawn(there("id/b")) == said
    assert read.after(there("id/b"), BASE, "2").withdrawn(there("id/b")) == said


PATHS = st.sampled_from([f"id/{name}" for name in ("a", "a/b", "a-b", "ab", "日本", "z#x")])
TEXTS = st.text(max_size=6)
MARKED = st.builds(Withdrawal, st.just(""), st.sampled_from(["", f"{ID}b", "https://example.org/x", f"{ID}x:y"]), TEXTS)
THERE = st.dictionaries(PATHS, st.none() | MARKED).map(
    lambda found: Things(
        frozenset(found), {path: row for path, row in found.items() if row not in (None, Withdrawal(""))}
    )
)
HISTORY = st.lists(st.tuples(THERE, st.sampled_from(["1", "1.1", "2"])), max_size=6)


@settings(deadline=None)
@given(history=HISTORY, now=THERE)
def test_building_again_after_the_ledger_was_brought_up_to_date_withdraws_the_same(history, now):
    known = Ledger()
    for was_there, version in history:
        known = known.after(was_there, BASE, version)
    after = known.after(now, BASE, "3")
    assert after.withdrawn(now) == known.withdrawn(now)
    assert after.after(now, BASE, "3").encode() == after.encode()


@settings(deadline=None, max_examples=30)
@given(history=HISTORY, seed=st.randoms(use_true_random=False))
def test_a_ledger_is_read_as_it_was_written_in_any_order_and_with_rows_twice(history, seed, tmp_path_factory):
    known = Ledger()
    for was_there, version in history:
        known = known.after(was_there, BASE, version)
    path = tmp_path_factory.getbasetemp() / f"{seed.random()}.tsv"
    ledger.write(path, known)
    read = ledger.read(path, BASE)
    assert read.encode() == known.encode()
    lines = path.read_text(encoding="utf-8").split("\n") * 2
    seed.shuffle(lines)
    path.write_text("\r\n".join(lines), encoding="utf-8", newline="")
    assert ledger.read(path, BASE) == read


def test_of_two_rows_the_one_that_says_more_was_written_later(tmp_path):
    read = ledger.read(written(tmp_path, "id/a\nid/a\t1.0\nid/a\n"), BASE)
    assert read.withdrawn(there()) == {"id/a": Withdrawal("1.0")}


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("id/a\n<<<<<<< HEAD\nid/b\n=======\nid/c\n>>>>>>> other\n", 2, "conflict"),
        ("# version: 1\nid/a\n# version: 2\n", 3, "version"),
        ("id/a\t1\nid/b\nid/a\t2\n", 3, "two things of id/a"),
        ("id/a\nhttps://example.org/x\n", 2, "no row"),
        ("id/a b\n", 1, "no row"),
        ("id/a\t1\tid/b\twhy\tmore\n", 1, "no row"),
        ("id/a\t1\tid b\n", 1, "successor"),
    ],
)
def test_what_cannot_be_a_ledger_is_refused_with_its_line(tmp_path, text, line, words):
    with pytest.raises(ProjectError, match=words) as caught:
        ledger.read(written(tmp_path, text), BASE)
    assert (caught.value.place.file.name, caught.value.place.line) == (ledger.NAME, line)
    assert caught.value.hint


def test_a_ledger_that_says_what_it_said_is_not_written_again(tmp_path):
    known = Ledger().after(there("id/a"), BASE, "1")
    assert ledger.write(tmp_path / ledger.NAME, known)
    before = (tmp_path / ledger.NAME).stat()
    assert not ledger.write(tmp_path / ledger.NAME, known)
    assert (tmp_path / ledger.NAME).stat().st_mtime_ns == before.st_mtime_ns
    assert [path.name for path in tmp_path.iterdir()] == [ledger.NAME]
