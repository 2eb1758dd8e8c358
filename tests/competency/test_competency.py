"""The questions the graph must answer: one .rq file each, the question on top, the expected table beside it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pyoxigraph as ox
import pytest

from ckg.release.current import Releases

QUESTIONS = sorted(Path(__file__).parent.glob("*.rq"))


def answer(query: str, releases: Path) -> list[list[str]]:
    release = Releases(releases).current()
    store = ox.Store.read_only(str(release.store))
    solutions = store.query(query, prefixes=dict(release.prefixes))
    assert isinstance(solutions, ox.QuerySolutions)
    text = solutions.serialize(format=ox.QueryResultsFormat.CSV)
    assert text is not None
    return list(csv.reader(io.StringIO(text.decode())))


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)
def test_the_graph_answers(path: Path, shipped_releases: Path) -> None:
    with path.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        expected = list(csv.reader(file))
    found = answer(path.read_text(encoding="utf-8"), shipped_releases)
    assert found == expected
    assert len(found) > 1, "a question without an answer shows nothing"


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)
def test_a_question_stands_in_words_on_top(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# ")
    assert first.endswith("?")


def test_the_questions_of_the_codebook_are_asked() -> None:
    asked = {int(path.stem.split("-")[0]) for path in QUESTIONS}
    assert {1, 2, 3, 8, 10, 11, 12, 13} <= asked
