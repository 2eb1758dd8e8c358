"""`release.verify`: each part of a release is held against the others, and what is wrong is named."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from ckg.build.pipeline import Build
from ckg.errors import PartsDisagree
from ckg.model import config
from ckg.release import manifest, verification
from ckg.release.layout import Release

TOML = """\
[project]
name = "t"
title = "T"
base = "https://example.org/"
version = "1"
license = "https://example.org/licence"
"""
DATA = """\
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix oa: <http://www.w3.org/ns/oa#> .
<id/a> a <ontology#P> ; rdfs:label "A"@en, "A"@EN ; <ontology#n> 1, 01, "1"^^<http://www.w3.org/2001/XMLSchema#int>, 1.0, 1.00 .
<id/b> a <ontology#P> ; rdfs:label "B" ; owl:sameAs <http://example.com/b> ; rdfs:comment "in \\"quotes\\"" .
<http://example.com/b> rdfs:label "B elsewhere" .
<id/q> oa:hasSelector [ oa:exact "the words" ] .
<id/c> rdfs:label "C" .
"""  # noqa: E501


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release with numbers that the store writes in another way, aliases and a quotation; it is copied."""
    folder = tmp_path_factory.mktemp("verify")
    (folder / "data").mkdir()
    (folder / "ckg.toml").write_text(TOML)
    (folder / "data" / "a.ttl").write_text(DATA)
    return Build(config.read(folder), folder / "release").run().release.folder


@pytest.fixture
def release(made: Path, tmp_path: Path) -> Release:
    return Release(Path(shutil.copytree(made, tmp_path / made.name)))


def listed(release: Release) -> Release:
    """Let manifest.json and store.json list the files as they are, as a builder would that does not notice a fault."""
    for name in ("manifest.json", "store.json"):
        path = release.folder / name
        content = json.loads(path.read_text())
        for row in content["files"]:
            file = release.folder / row["path"]
            row["bytes"], row["sha256"] = file.stat().st_size, hashlib.sha256(file.read_bytes()).hexdigest()
        if name == "store.json":
            there = {row["path"] for row in content["files"]}
            more = sorted(f"store/{file.name}" for file in release.store.iterdir())
            content["files"] = [row for row in content["files"] if (release.folder / row["path"]).exists()]
            content["files"] += [
                {
                    "path": name,
                    "bytes": (release.folder / name).stat().st_size,
                    "sha256": hashlib.sha256((release.folder / name).read_bytes()).hexdigest(),
                }
                for name in more
                if name not in there and not name.startswith(("store/LOCK", "store/LOG"))
            ]
        path.write_text(json.dumps(content))
    return Release(release.folder)


def stored_anew(release: Release, change: Callable[[ox.Store], object]) -> Release:
    """Change what the store holds, and list its files as they are then."""
    store = ox.Store(str(release.store))
    change(store)
    store.flush()
    del store
    content = json.loads((release.folder / "store.json").read_text())
    content["files"] = [row for row in content["files"] if (release.folder / row["path"]).exists()]
    (release.folder / "store.json").write_text(json.dumps(content))
    return listed(release)


def wrong(release: Release, *, quick: bool = False) -> list[tuple[str, str]]:
    return [(problem.part, problem.file) for problem in verification.verify(release, quick=quick).problems]


@pytest.mark.parametrize("quick", [False, True])
def test_a_release_as_it_was_built_is_sound(release: Release, quick: bool) -> None:
    assert verification.verify(release, quick=quick).problems == ()


def test_a_release_so_large_that_its_parts_are_read_in_processes_is_judged_alike(
    release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "_WORTH_PROCESSES", 0)
    (release.folder / "dumps" / "t.ttl").write_text("<a> <b>")
    assert wrong(listed(release)) == [("dumps", "dumps/t.ttl")]


def test_the_shipped_release_is_sound(shipped_releases: Path) -> None:
    found = verification.verify(next(iter(verify_releases(shipped_releases))))
    assert found.problems == ()


def verify_releases(root: Path) -> list[Release]:
    return [Release(path.parent) for path in root.glob("*/manifest.json")]


@pytest.mark.parametrize(
    "name", ["graphs/0000.nq", "dumps/t.ttl", "search.sqlite", "void.ttl", "report.json", "store/CURRENT"]
)
def test_a_byte_changed_in_place_is_named_by_its_file(release: Release, name: str) -> None:
    path = release.folder / name
    content = bytearray(path.read_bytes())
    content[-2] ^= 1
    path.write_bytes(content)
    assert wrong(release) == [("files", name)]


def test_a_file_that_is_missing_and_one_too_many_are_named(release: Release) -> None:
    (release.folder / "dumps" / "t.nq").unlink()
    (release.folder / "dumps" / "extra").write_text("x")
    assert wrong(release) == [("files", "dumps/t.nq"), ("files", "dumps/extra")]


def test_a_manifest_that_cannot_be_read_is_named(release: Release) -> None:
    (release.folder / "manifest.json").write_text("{")
    assert wrong(release) == [("files", "manifest.json")]


@pytest.mark.parametrize("format_", ["ttl", "trig", "nq", "rdf", "jsonld"])
def test_a_dump_that_says_something_else_is_named(release: Release, format_: str) -> None:
    path = release.folder / "dumps" / f"t.{format_}"
    text = path.read_text()
    assert "the words" in text
    path.write_text(text.replace("the words", "other words"))
    assert ("dumps", f"dumps/t.{format_}") in wrong(listed(release))


def test_a_dump_that_cannot_be_parsed_is_named(release: Release) -> None:
    (release.folder / "dumps" / "t.ttl").write_text("<a> <b>")
    assert ("dumps", "dumps/t.ttl") in wrong(listed(release))


def test_a_union_that_lacks_a_statement_of_a_graph_is_named(release: Release) -> None:
    path = release.folder / "dumps" / "t.nt"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[1:]))
    assert ("dumps", "dumps/t.nt") in wrong(listed(release))


GHOST = ox.Quad(ox.NamedNode("x:ghost"), ox.NamedNode("x:p"), ox.Literal("v"))


def test_a_statement_that_only_the_store_has_is_noticed(release: Release) -> None:
    changed = stored_anew(release, lambda store: store.add(GHOST))
    (problem,) = verification.verify(changed, quick=True).problems
    assert (problem.part, "the default graph has" in problem.message) == ("store", True)


def test_a_statement_that_one_graph_of_the_store_lacks_is_shown(release: Release) -> None:
    graph = ox.NamedNode("https://example.org/graph/a")

    def take_out(store: ox.Store) -> None:
        store.remove(next(store.quads_for_pattern(None, None, ox.Literal("C"), graph)))

    messages = [problem.message for problem in verification.verify(stored_anew(release, take_out)).problems]
    assert any("lacks" in message and '"C"' in message for message in messages)


def test_a_statement_in_place_of_another_is_noticed_though_the_counts_are_right(release: Release) -> None:
    def exchange(store: ox.Store) -> None:
        store.remove(next(store.quads_for_pattern(None, None, ox.Literal("C"), ox.DefaultGraph())))
        store.add(GHOST)

    assert ("store", "store") in wrong(stored_anew(release, exchange))


def test_a_search_index_that_lacks_a_text_is_noticed(release: Release) -> None:
    import sqlite3

    with sqlite3.connect(release.search) as database:
        database.execute("DELETE FROM text WHERE text = 'C'")
    database.close()
    assert ("search", "search.sqlite") in wrong(listed(release))


@pytest.mark.parametrize("said", ["void:triples", "void:entities", "dcat:byteSize"])
def test_a_count_of_the_catalogue_that_is_wrong_is_noticed(release: Release, said: str) -> None:
    text = release.void.read_text()
    before, found, after = text.partition(f"{said} ")
    assert found
    release.void.write_text(before + found + after.replace(after[0], "9" if after[0] != "9" else "8", 1))
    assert ("catalogue", "void.ttl") in wrong(listed(release))


def test_a_thing_that_is_withdrawn_and_there_is_noticed(release: Release) -> None:
    release.withdrawn.write_text('{"https://example.org/id/a": {"last": "0", "replaced_by": "", "reason": ""}}')
    assert wrong(listed(release)) == [("withdrawn", "withdrawn.json")]


def test_a_count_of_the_manifest_that_is_wrong_is_noticed(release: Release) -> None:
    path = release.folder / "manifest.json"
    content = json.loads(path.read_text())
    content["counts"]["entities"] += 1
    path.write_text(json.dumps(content))
    assert ("graphs", "manifest.json") in wrong(release)


def test_what_is_wrong_is_raised_with_what_to_do(release: Release) -> None:
    (release.folder / "void.ttl").unlink()
    with pytest.raises(PartsDisagree, match=r"void\.ttl: missing") as raised:
        verification.verify(release).raise_for_problems()
    assert "ckg build" in str(raised.value.hint)
    assert manifest.digests(release)
