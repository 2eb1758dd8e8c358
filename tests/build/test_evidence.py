"""Every quotation is held against its source text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ckg.build.pipeline import Build
from ckg.build.quotations import check
from ckg.errors import ProjectError, QuotationNotFound, TooMuchQuoted
from ckg.model.config import Project

Make = Callable[..., Project]
SENTENCE = "The leaders adopted the 東京 Declaration — in Tokyo."
TEXT = f"{SENTENCE} They agreed on a fund for the bridge across the river, which is to open in 2030."
START = TEXT.index("東京")


def quotation(exact: str, start: int, end: int, prefix: str = "", suffix: str = "", text: str = TEXT) -> str:
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return f"""@prefix oa: <http://www.w3.org/ns/oa#> . @prefix ckg: <https://w3id.org/ckg/ontology#> .
<id/q> ckg:sourceTextSha256 "{sha256}" ; oa:hasSource <id/s> ; oa:hasSelector
  [ a oa:TextQuoteSelector ; oa:exact "{exact}" ; oa:prefix "{prefix}" ; oa:suffix "{suffix}" ] ,
  [ a oa:TextPositionSelector ; oa:start {start} ; oa:end {end} ] ."""


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "any-name.txt").write_bytes(TEXT.encode())
    return folder


def run(project: Project, texts: Path | None, tmp_path: Path, quoted_percent: int = 40) -> dict[str, object]:
    check(Build(project, project.release_root).inputs().staging, texts, tmp_path, quoted_percent)
    result: dict[str, object] = json.loads((tmp_path / "evidence.json").read_text())
    return result


def test_words_at_their_place_are_verified(project: Make, texts: Path, tmp_path: Path) -> None:
    made = project(**{"data/a.ttl": quotation("東京 Declaration", START, START + 14, "adopted the ", " — in")})
    result = run(made, texts, tmp_path)
    assert result["verified"] == ["https://example.org/id/q"]
    assert list(result["texts"].values()) == [len(TEXT)]  # type: ignore[attr-defined]


def test_without_the_text_a_quotation_is_said_to_be_unchecked(project: Make, tmp_path: Path) -> None:
    made = project(**{"data/a.ttl": quotation("東京 Declaration", START, START + 14)})
    assert run(made, None, tmp_path)["unchecked"] == ["https://example.org/id/q"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (quotation("東京 Declaration", START + 1, START + 15), f"they stand at {START}-{START + 14}"),
        (quotation("Osaka Declaration", START, START + 14), "they occur nowhere"),
        (quotation("東京 Declaration", START, START + 14, "rejected the "), "before it the text reads"),
        (quotation("東京 Declaration", START, START + 14, "", " of Osaka"), "after it the text reads"),
    ],
)
def test_a_wrong_quotation_stops_the_build(project: Make, texts: Path, tmp_path: Path, text: str, words: str) -> None:
    made = project(**{"data/a.ttl": text})
    with pytest.raises(QuotationNotFound) as caught:
        run(made, texts, tmp_path)
    assert words in str(caught.value)
    assert "data/a.ttl" in str(caught.value)
    assert "https://example.org/id/q" in str(caught.value)


def test_positions_count_code_points_not_bytes(project: Make, texts: Path, tmp_path: Path) -> None:
    start = len(TEXT[:START].encode()) + 6
    made = project(**{"data/a.ttl": quotation("Declaration", start, start + 11)})
    with pytest.raises(QuotationNotFound):
        run(made, texts, tmp_path)


def test_a_folder_that_is_not_there_is_named(project: Make, tmp_path: Path) -> None:
    made = project(**{"data/a.ttl": quotation("x", 0, 1)})
    with pytest.raises(ProjectError, match="nowhere"):
        run(made, tmp_path / "nowhere", tmp_path)


def quoting(*passages: tuple[int, int], context: int = 0) -> str:
    """Return quotations of stretches of the text, each with so many characters of context on either side."""
    made = []
    for number, (start, end) in enumerate(passages):
        prefix, suffix = TEXT[max(0, start - context) : start], TEXT[end : end + context]
        made.append(quotation(TEXT[start:end], start, end, prefix, suffix).replace("<id/q>", f"<id/q{number}>"))
    return "\n".join(made)


def test_more_of_a_text_than_may_be_quoted_stops_the_build(project: Make, texts: Path, tmp_path: Path) -> None:
    half = len(TEXT) // 2
    made = project(**{"data/a.ttl": quoting((0, 20)), "data/b.ttl": quoting((10, half)).replace("q0", "q")})
    with pytest.raises(TooMuchQuoted) as caught:
        run(made, texts, tmp_path)
    assert "any-name.txt" in str(caught.value)
    assert f"{half / len(TEXT):.1%}" in str(caught.value)
    assert "data/a.ttl, data/b.ttl" in str(caught.value)
    assert not (tmp_path / "evidence.json").exists()


def test_prefix_and_suffix_count_as_quoted(project: Make, texts: Path, tmp_path: Path) -> None:
    assert run(project(**{"data/a.ttl": quoting((30, 60))}), texts, tmp_path)["verified"]
    with pytest.raises(TooMuchQuoted):
        run(project(**{"data/a.ttl": quoting((30, 60), context=20)}), texts, tmp_path)


def test_what_two_quotations_share_is_counted_once(project: Make, texts: Path, tmp_path: Path) -> None:
    assert run(project(**{"data/a.ttl": quoting((0, 40), (0, 35), (5, 40))}), texts, tmp_path)["verified"]


def test_neighbours_that_quote_a_sentence_whole_stop_the_build(project: Make, texts: Path, tmp_path: Path) -> None:
    made = project(**{"data/a.ttl": quoting((0, 24), (24, len(SENTENCE)))})
    with pytest.raises(TooMuchQuoted, match="The leaders adopted") as caught:
        run(made, texts, tmp_path)
    assert "<https://example.org/id/q0>, <https://example.org/id/q1>" in str(caught.value)


def test_where_the_rights_allow_it_a_text_may_be_quoted_whole(project: Make, texts: Path, tmp_path: Path) -> None:
    made = project(**{"data/a.ttl": quoting((0, len(TEXT)))})
    assert run(made, texts, tmp_path, quoted_percent=100)["verified"] == ["https://example.org/id/q0"]
