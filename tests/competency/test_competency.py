"""The questions the graph must answer: one .rq file each, the question on top, the expected table beside it."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from ckg.model import config
from ckg.query.guard.checker import check
from ckg.query.limits import QueryLimits
from ckg.release.current import Releases
from ckg.release.layout import Release

FOLDER = Path(__file__).parent
QUESTIONS = sorted(FOLDER.glob("*.rq"))
OF_THE_CODEBOOK = 15
"""How many questions the codebook asks; those after them are an analyst's."""
MOST_LINES = 12
LONGER = ("06", "10", "11", "13", "14", "15")
"""Questions that gather what stands in several kinds of record, and take more lines."""
EXAMPLES = """
    SELECT ?number ?words ?text
    WHERE { ?query a sh:SPARQLSelectExecutable ; schema:position ?number ; rdfs:label ?words ; sh:select ?text ;
              sh:prefixes/sh:declare [ sh:prefix "ckg" ] . }
    ORDER BY ?number"""


def ask(query: str, release: Release) -> ox.QuerySolutions:
    solutions = ox.Store.read_only(str(release.store)).query(query, prefixes=dict(release.prefixes))
    assert isinstance(solutions, ox.QuerySolutions)
    return solutions


def table(query: str, release: Release) -> list[list[str]]:
    text = ask(query, release).serialize(format=ox.QueryResultsFormat.CSV)
    assert text is not None
    return list(csv.reader(io.StringIO(text.decode())))


def expected(path: Path) -> list[list[str]]:
    with path.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.fixture(scope="session")
def release(shipped_each_way: Path) -> Release:
    return Releases(shipped_each_way).current()


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)
def test_the_graph_answers(path: Path, release: Release) -> None:
    found = table(path.read_text(encoding="utf-8"), release)
    assert found == expected(path)
    assert len(found) > 1, "a question without an answer shows nothing"
    assert len({tuple(row) for row in found}) == len(found), "a row that is given twice was counted twice"


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)
def test_a_question_stands_in_words_on_top(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# ")
    assert first.endswith("?")


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)
def test_a_stranger_may_ask_it_at_the_public_endpoint(path: Path) -> None:
    check(path.read_text(encoding="utf-8"), QueryLimits.of(config.read(FOLDER.parents[1]).values))


def test_every_question_of_the_codebook_is_asked() -> None:
    numbers = [int(path.stem.split("-")[0]) for path in QUESTIONS]
    assert set(numbers) >= set(range(1, OF_THE_CODEBOOK + 1))
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize(
    "path", [path for path in QUESTIONS if not path.stem.startswith(LONGER)], ids=lambda path: path.stem
)
def test_a_question_needs_no_more_than_twelve_lines(path: Path) -> None:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert len(lines) <= MOST_LINES


def test_the_examples_in_the_data_are_made_from_the_questions() -> None:
    command = [sys.executable, FOLDER / "make_queries.py", "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_examples_in_a_release_can_be_run_as_they_stand(release: Release) -> None:
    rows = [[term.value for term in row] for row in ask(EXAMPLES, release)]
    assert [int(number) for number, _, _ in rows] == list(range(1, len(QUESTIONS) + 1))
    for path, (_, words, text) in zip(QUESTIONS, rows, strict=True):
        assert path.read_text(encoding="utf-8") == text
        assert text.startswith(f"# {words}\n")
        assert table(text, release) == expected(path)
