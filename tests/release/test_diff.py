"""What is different between two releases, without loading either."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ckg.model.iris import Base
from ckg.release import difference, dumps, manifest, withdrawn
from ckg.release.difference import Change, GraphDifference, ValueDifference
from ckg.release.layout import ProjectMetadata, Release
from ckg.release.withdrawn import Withdrawal

BASE = "https://w3id.org/ckg/"
ID = f"{BASE}id/"


def publish(
    stage, folder: Path, graphs: dict[str, list[str]], files: dict[str, str] | None = None, **about: object
) -> Release:
    (folder / "dumps").mkdir(parents=True)
    staging = stage(graphs, into=folder / "graphs")
    dumps.union(staging, folder / "dumps", "ckg")
    said = ProjectMetadata("ckg", "T", "", BASE, "1", "", "https://example.org/l", "", "", ("en",), (), {})
    replace(said, **about).write(folder / "project.json")
    for name, text in (files or {}).items():
        (folder / name).write_text(text)
    manifest.write(folder, release=folder.name, inputs="", staging=staging, counts={})
    return Release(folder)


def test_statements_and_things_that_came_went_and_changed_are_told_apart(stage, tmp_path):
    older = publish(
        stage,
        tmp_path / "1-a",
        {
            "a": [f"<{ID}a> <x:p> <x:1>", f"<{ID}b> <x:p> <x:1>", f"<{ID}same> <x:p> <x:1>", "<x:z> <x:p> <x:1>"],
            "gone": [f"<{ID}a> <x:q> <x:1>"],
            "same": [f"<{ID}same> <x:p> <x:2>"],
        },
    )
    newer = publish(
        stage,
        tmp_path / "2-b",
        {
            "a": [f"<{ID}a> <x:p> <x:2>", f"<{ID}c> <x:p> <x:1>", f"<{ID}same> <x:p> <x:1>", "<x:z> <x:p> <x:1>"],
            "same": [f"<{ID}same> <x:p> <x:2>"],
        },
    )
    found = difference.difference(older, newer)
    assert found.graphs == (
        GraphDifference(f"{BASE}graph/a", added=2, removed=2),
        GraphDifference(f"{BASE}graph/gone", added=0, removed=1),
    )
    assert (found.appeared, found.disappeared, found.changed) == ((f"{ID}c",), (f"{ID}b",), (f"{ID}a",))
    assert list(difference.statements(older, newer))[:2] == [
        Change(f"{BASE}graph/a", False, f"<{ID}a> <x:p> <x:1> <{BASE}graph/a>"),
        Change(f"{BASE}graph/a", True, f"<{ID}a> <x:p> <x:2> <{BASE}graph/a>"),
    ]


def test_a_release_does_not_differ_from_itself(stage, tmp_path):
    release = publish(stage, tmp_path / "1-a", {"a": [f"<{ID}a> <x:p> <x:1>"]})
    assert difference.difference(release, release) == difference.Difference((), (), (), ())


triples = st.lists(
    st.builds(lambda s, o: f"<{ID}{s}> <x:p> <x:{o}>", st.sampled_from("abcde"), st.integers(0, 3)), max_size=12
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(triples, triples)
def test_what_was_taken_and_given_turns_the_older_into_the_newer(stage, tmp_path_factory, before, after):
    folder = tmp_path_factory.mktemp("d")
    older, newer = publish(stage, folder / "1-a", {"a": before}), publish(stage, folder / "2-b", {"a": after})
    changes = list(difference.statements(older, newer))
    ending = f" <{BASE}graph/a>"
    removed = {change.statement.removesuffix(ending) for change in changes if not change.added}
    added = {change.statement.removesuffix(ending) for change in changes if change.added}
    assert (set(before) - removed) | added == set(after)
    assert removed <= set(before)
    assert not added & set(before)
    assert (removed, added) == (set(before) - set(after), set(after) - set(before))


@pytest.mark.parametrize("size", [1000])
def test_a_change_in_the_middle_of_a_long_file_is_found_alone(stage, tmp_path, size):
    lines = [f"<{ID}{n}> <x:p> <x:1>" for n in range(size)]
    older = publish(stage, tmp_path / "1-a", {"a": lines})
    newer = publish(stage, tmp_path / "2-b", {"a": [*lines[: size // 2], *lines[size // 2 + 1 :]]})
    assert [change.statement for change in difference.statements(older, newer)] == [
        f"<{ID}{size // 2}> <x:p> <x:1> <{BASE}graph/a>"
    ]


def test_what_a_release_holds_beside_its_statements_is_compared(stage, tmp_path):
    graphs = {"a": [f"<{ID}a> <x:p> <x:1>"]}
    gone = withdrawn.encode({"id/z": Withdrawal("1", f"{ID}a", "Merged.")}, Base(BASE)).decode()
    older = publish(
        stage, tmp_path / "1-a", graphs, {"report.json": "{}", "withdrawn.json": "{}"}, prefixes={"a": "x:1"}
    )
    newer = publish(
        stage,
        tmp_path / "1-b",
        graphs,
        {"report.json": "{ }", "withdrawn.json": gone, "evidence.json": "{}"},
        title="New",
        languages=("en", "ja"),
        license="https://example.org/other",
        prefixes={"a": "x:2", "b": "x:1"},
    )
    found = difference.difference(older, newer)
    assert found.graphs == ()
    assert {(value.name, value.before, value.after) for value in found.values} == {
        ("title", "T", "New"),
        ("languages", "en", "en, ja"),
        ("license", "https://example.org/l", "https://example.org/other"),
        ("prefix a:", "x:1", "x:2"),
        ("prefix b:", None, "x:1"),
        (f"withdrawn {ID}z", None, f"after 1; see {ID}a; Merged."),
    }
    assert found.files == ("evidence.json", "report.json")


def test_other_versions_of_the_tools_are_told(stage, tmp_path, monkeypatch):
    older = publish(stage, tmp_path / "1-a", {"a": []})
    tools = {**manifest.tools(), "duckdb": "9"}
    monkeypatch.setattr(manifest, "tools", lambda: tools)
    newer = publish(stage, tmp_path / "1-b", {"a": []})
    before = older.manifest["tools"]["duckdb"]
    assert difference.difference(older, newer).values == (ValueDifference("tool duckdb", before, "9"),)
