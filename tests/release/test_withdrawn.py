"""What was published once is remembered."""

from __future__ import annotations

from pathlib import Path

import pytest

from ckg.model.iris import Base
from ckg.release import canonical_json, dumps, withdrawn
from ckg.release.layout import About, Release
from ckg.release.withdrawn import Withdrawal

BASE = Base("https://w3id.org/ckg/")
ID = "https://w3id.org/ckg/id/"


@pytest.fixture
def published(stage, tmp_path):
    """A function that makes a release with the given triples after another, as far as it matters here."""

    def make(name: str, triples: list[str], predecessor: Release | None) -> Release:
        folder = tmp_path / name
        (folder / "dumps").mkdir(parents=True)
        staging = stage({"a": triples}, into=folder / "graphs")
        union = dumps.union(staging, folder / "dumps", "ckg")
        about = About("ckg", "T", "", BASE.iri, "1", "", "https://example.org/l", "", "", ("en",), (), {})
        about.write(folder / "project.json")
        withdrawn.write(union, BASE, predecessor, folder)
        return Release(folder)

    return make


def test_the_first_release_has_withdrawn_nothing(published):
    assert withdrawn.read(published("1-a", [f"<{ID}a> <x:p> <x:b>"], None).withdrawn) == {}


def test_a_thing_that_is_gone_is_withdrawn_for_good_and_comes_back_if_it_comes_back(published):
    first = published("1-a", [f"<{ID}a> <x:p> <x:b>", f"<{ID}a/b> <x:p> <x:b>", "<x:z> <x:p> <x:b>"], None)
    second = published("2-b", [f"<{ID}a/b> <x:p> <x:b>"], first)
    assert withdrawn.read(second.withdrawn) == {f"{ID}a": Withdrawal("1-a")}
    third = published("3-c", [f"<{ID}c> <x:p> <x:b>"], second)
    assert withdrawn.read(third.withdrawn) == {f"{ID}a": Withdrawal("1-a"), f"{ID}a/b": Withdrawal("2-b")}
    fourth = published("4-d", [f"<{ID}a> <x:p> <x:b>", f"<{ID}c> <x:p> <x:b>"], third)
    assert withdrawn.read(fourth.withdrawn) == {f"{ID}a/b": Withdrawal("2-b")}


def test_the_successor_and_the_reason_named_before_are_kept(published):
    first = published(
        "1-a",
        [
            f"<{ID}a> <http://purl.org/dc/terms/isReplacedBy> <{ID}b>",
            f'<{ID}a> <http://www.w3.org/2004/02/skos/core#changeNote> "Two \\"claims\\" merged"@en',
            f"<{ID}b> <x:p> <x:b>",
        ],
        None,
    )
    second = published("2-b", [f"<{ID}b> <x:p> <x:b>"], first)
    assert withdrawn.read(second.withdrawn) == {f"{ID}a": Withdrawal("1-a", f"{ID}b", 'Two "claims" merged')}


def test_only_things_of_the_project_are_remembered(published):
    first = published("1-a", ["<x:a> <x:p> <x:b>", "<https://w3id.org/ckg/ontology#C> <x:p> <x:b>"], None)
    second = published("2-b", [f"<{ID}b> <x:p> <x:b>"], first)
    assert withdrawn.read(second.withdrawn) == {}


def test_the_file_reads_in_one_way_only(published):
    first = published("1-a", [f"<{ID}日本> <x:p> <x:b>"], None)
    second = published("2-b", [f"<{ID}b> <x:p> <x:b>"], first)
    text = Path(second.withdrawn).read_bytes()
    assert text == canonical_json.encode({f"{ID}日本": {"last": "1-a", "reason": "", "replaced_by": ""}})
