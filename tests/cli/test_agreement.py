"""`ckg agreement` holds two coders' files against each other: what they agree on beyond chance, where they differ."""

from __future__ import annotations

import json
from pathlib import Path

import bridges
import pytest
from click.testing import CliRunner

from ckg.cli.main import ckg
from ckg.curate.coder_agreement import cohen_kappa

PREFIXES = """@prefix bridge: <https://example.org/id/bridge/> . @prefix ex: <https://example.org/ontology#> .
@prefix ckg: <https://w3id.org/ckg/ontology#> . @prefix oa: <http://www.w3.org/ns/oa#> .
@prefix state: <https://example.org/id/state/> .
"""


def coded(name: str, start: int, end: int, said: str, text: str = "aa") -> str:
    return (
        f"bridge:{name} a ex:Bridge ; {said} ckg:restsOn <urn:q:{name}> .\n"
        f"<urn:q:{name}> ckg:sourceTextSha256 '{text}' ;\n"
        f"  oa:hasSelector [ oa:exact '…' ] , [ oa:start {start} ; oa:end {end} ] .\n"
    )


FIRST = (
    PREFIXES
    + coded("a1", 0, 10, "ex:state state:sound ;")
    + coded("a2", 20, 30, "ex:state state:broken ;")
    + coded("a3", 40, 50, "ex:state state:broken ; ex:near bridge:old ;")
    + coded("a4", 60, 70, "")
    + coded("elsewhere", 0, 10, "", "bb")
)
SECOND = (
    PREFIXES
    + coded("b1", 2, 8, "ex:state state:sound ;")
    + coded("b2", 5, 22, "ex:state state:sound ;")
    + coded("b3", 44, 60, "ex:state state:broken ;")
    + coded("b5", 80, 90, "")
)


@pytest.fixture
def agreement(tmp_path: Path):
    folder = bridges.write(tmp_path / "project")
    paths = [tmp_path / name for name in ("first.ttl", "second.ttl")]
    for path, text in zip(paths, (FIRST, SECOND), strict=True):
        path.write_text(text, encoding="utf-8")

    def run(*options: str, code: int = 0) -> str:
        result = CliRunner().invoke(ckg, ["agreement", *map(str, paths), "--project", str(folder), *options])
        assert result.exit_code == code, result.output
        return result.output

    return run


def test_records_are_matched_by_the_words_they_rest_on_those_that_overlap_most_first(agreement):
    found = json.loads(agreement("--format", "json"))
    names = [[iri.rpartition("/")[2] for iri in pair] for pair in found["pairs"]]
    assert names == [["a1", "b1"], ["a2", "b2"], ["a3", "b3"]]


def test_what_only_one_coder_has_of_a_text_that_both_quote_is_listed(agreement):
    said = agreement()
    assert said.startswith("3 records are matched; 1 only the first coder has, 1 only the second\n")
    assert "only the first: bridge:a4\n" in said
    assert "only the second: bridge:b5\n" in said
    assert "elsewhere" not in said
    assert "properties that one coder uses: ex:near" in said


def test_kappa_is_told_for_each_property_and_each_disagreement_with_what_was_chosen(agreement):
    said = agreement("--field", "ex:state")
    assert "ex:state        3       2   0.40\n" in said
    assert "ex:state: bridge:a2 state:broken; bridge:b2 state:sound\n" in said


def test_where_both_always_choose_the_same_nothing_is_said_beyond_chance(agreement):
    assert "rdf:type        3       3      -\n" in agreement("--field", "rdf:type")
    assert cohen_kappa([]) is None


def test_perfect_agreement_is_one_and_systematic_disagreement_below_nought():
    same = [(("x",), ("x",)), (("y",), ("y",))]
    assert cohen_kappa(same) == 1
    assert cohen_kappa([(one, other) for (one, _), (other, _) in zip(same, same[::-1], strict=True)]) == -1


def test_a_table_is_read_by_its_kind(agreement, tmp_path):
    (tmp_path / "second.ttl").rename(tmp_path / "unused.ttl")
    head = "id,label@en,state,words,words.from,words.source"
    text = "texts/text.txt,bridge:old"
    (tmp_path / "table.csv").write_text(f"{head}\nold,Old,sound,stone,{text}\n")
    table = str(tmp_path / "table.csv")
    result = CliRunner().invoke(
        ckg, ["agreement", table, table, "--kind", "bridge", "--project", str(tmp_path / "project")]
    )
    assert result.output.startswith("1 records are matched")
    refused = CliRunner().invoke(ckg, ["agreement", table, table, "--project", str(tmp_path / "project")])
    assert "of what kind the rows are" in str(refused.exception)


def test_the_second_coding_of_the_shipped_data_can_be_compared_with_the_first(tmp_path):
    root = Path(__file__).parents[2]
    paths = [str(root / "data/tokyo-2025"), str(root / "coding/second")]
    options = ["--project", str(root), "--releases", str(tmp_path), "--format", "json"]
    found = json.loads(CliRunner().invoke(ckg, ["agreement", *paths, *options]).output)
    assert len(found["pairs"]) >= 20
    assert {row["property"].rpartition("#")[2] for row in found["fields"]} >= {"claimKind", "standing", "speechAct"}
