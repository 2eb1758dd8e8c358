"""A curator adds records by `ckg new`, in a project of any subject: its shapes say what is asked and checked."""

from __future__ import annotations

from pathlib import Path

import bridges
import pytest
from bridges import DATA, SENTENCE
from click.testing import CliRunner

from ckg.cli.main import ckg


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return bridges.write(tmp_path)


@pytest.fixture
def new(folder):
    """Return a function that runs `ckg new` without a terminal and returns how it ended and what it printed."""

    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(ckg, ["new", "--project", str(folder), *arguments])
        said = f"{result.output}{result.exception or ''}{getattr(result.exception, 'hint', '') or ''}"
        return getattr(result.exception, "exit_code", result.exit_code), said

    return run


NAMED = ("bridge", "--slug", "new", "--file", "data/bridges.ttl", "--label", "New bridge")


def test_the_kinds_are_the_classes_that_shapes_speak_of_and_those_of_the_settings(new):
    code, said = new()
    assert code == 0
    assert said.splitlines() == ["bridge  ex:Bridge", "crossing  ex:Bridge", "graph  ex:Graph"]
    assert "Did you mean 'bridge'?" in new("brigde")[1]


def test_the_fields_of_a_kind_are_listed_with_their_values_and_what_they_mean(new):
    _, said = new("bridge", "--fields")
    assert "ex:state (state of repair), 1 to 1\n  Say in what state it is.\n" in said
    assert "  state:sound  It may be used." in said


def test_what_is_missing_is_listed_with_the_values_and_nothing_is_written(new, folder):
    code, said = new(*NAMED)
    assert code == 2
    assert "bridge lacks 1 answer:\nex:state" in said
    assert "state:broken  broken" in said
    assert (folder / "data/bridges.ttl").read_text() == DATA


def test_a_record_is_written_in_the_layout_of_the_file(new, folder):
    code, said = new(
        *NAMED, "--set", "state=sound", "--set", "opened=1931", "--set", "a=ex:StoneBridge", "--set", "near=bridge:old"
    )
    assert code == 0, said
    binding = "@prefix state: <https://example.org/id/state/> .\n"
    dates = "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
    assert (folder / "data/bridges.ttl").read_text() == DATA.replace(
        "rdf-schema#> .\n", f"rdf-schema#> .\n{binding}{dates}"
    ) + (
        '\nbridge:new a ex:Bridge , ex:StoneBridge ;\n    rdfs:label "New bridge"@en ;\n    ex:state state:sound ;\n'
        '    ex:opened "1931"^^xsd:gYear ;\n    ex:near bridge:old .\n'
    )


def test_what_does_not_conform_is_told_and_nothing_is_written(new, folder):
    code, said = new(*NAMED, "--set", "state=sound", "--set", "near=state:sound")
    assert code == 1
    assert "ex:near names a bridge." in said
    assert "--set ex:near=state:sound" in said
    assert (folder / "data/bridges.ttl").read_text() == DATA


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("state=old", "'old' is no value of `state of repair`"),
        ("opened=long ago", "is no date or gYear"),
        ("colour=red", "bridge has no property 'colour'"),
        ("state", "'state' is no answer"),
        ("near=nowhere", "'nowhere' is no thing"),
    ],
)
def test_an_answer_that_cannot_be_used_is_refused(new, answer, told):
    code, said = new(*NAMED, "--set", answer)
    assert code == 2
    assert told in said


def test_what_is_wrong_elsewhere_is_not_told(new, folder):
    path = folder / "data/bridges.ttl"
    path.write_text(DATA + "\nbridge:nameless a ex:Bridge .\n")
    code, said = new(*NAMED, "--set", "state=sound")
    assert (code, "nameless" in said) == (0, False)


def test_a_thing_that_is_there_is_not_described_again(new):
    code, said = new("bridge", "--slug", "old", "--file", "data/bridges.ttl", "--label", "Old", "--set", "state=sound")
    assert code == 2
    assert "bridge:old is there already" in said


def test_a_new_file_gets_the_row_of_its_graph(new, folder):
    arguments = (
        "bridge",
        "--slug",
        "new",
        "--file",
        "data/more/new.ttl",
        "--label",
        "New bridge",
        "--set",
        "state=sound",
    )
    assert "graph lacks 1 answer:\nrdfs:label" in new(*arguments)[1]
    code, said = new(*arguments, "--graph", "label=More bridges@en")
    assert code == 0, said
    assert (folder / "data/more/new.ttl").read_text().startswith("# Records of the kind bridge.\n\n@prefix bridge:")
    row = '\n<https://example.org/graph/more/new> a ex:Graph ;\n    rdfs:label "More bridges"@en .\n'
    assert (folder / "data/bridges.ttl").read_text() == DATA + row


def test_words_of_a_text_become_a_quotation_that_the_record_rests_on(new, folder):
    words = (
        "--from",
        str(folder / "texts/text.txt"),
        "--words",
        "The new bridge",
        "--source",
        "<https://example.org/id/bridge/old>",
    )
    code, said = new(*NAMED, *words, "--set", "state=sound")
    assert code == 0, said
    assert "the words occur 2 times; this is number 1" in said
    text = (folder / "data/bridges.ttl").read_text()
    assert "    ckg:restsOn <https://example.org/id/quotation/new> ." in text
    assert '[ a oa:TextQuoteSelector ; oa:exact "The new bridge" ; oa:suffix "," ] ,\n' in text
    assert "[ a oa:TextPositionSelector ; oa:start 0 ; oa:end 14 ] ;" in text


def test_a_whole_sentence_is_warned_of_and_not_written(new, folder):
    words = ("--from", str(folder / "texts/text.txt"), "--words", SENTENCE, "--source", "bridge:old")
    code, said = new(*NAMED, *words, "--set", "state=sound")
    assert code == 1
    assert "is quoted whole; quote a part of it" in said
    assert "is a whole sentence" in said


def test_a_terminal_is_asked_for_what_is_missing(folder, monkeypatch):
    monkeypatch.setattr("ckg.cli.new._is_terminal", lambda: True)
    arguments = ["new", "--project", str(folder), "bridge", "--label", "New bridge"]
    result = CliRunner().invoke(ckg, arguments, input="new\nsound\ndata/bridges.ttl\n")
    assert result.exit_code == 0, result.output
    assert "It may be used." in result.output
    assert "bridge:new a ex:Bridge" in (folder / "data/bridges.ttl").read_text()


def test_quote_prints_a_whole_resource(folder):
    arguments = [
        "quote",
        str(folder / "texts/text.txt"),
        "sound",
        "--as",
        "bridge:q",
        "--source",
        "bridge:old",
        "--project",
        str(folder),
    ]
    result = CliRunner().invoke(ckg, arguments)
    assert result.output == (
        'bridge:q a ckg:Quotation ;\n    rdfs:label "Quotation: sound"@en ;\n    oa:hasSource bridge:old ;\n'
        '    oa:hasSelector\n        [ a oa:TextQuoteSelector ; oa:exact "sound" ] ,\n'
        "        [ a oa:TextPositionSelector ; oa:start 52 ; oa:end 57 ] ;\n"
        f'    ckg:sourceTextSha256 "{_sha256(folder)}" ;\n    dcterms:language "en" .\n'
    )


def _sha256(folder: Path) -> str:
    import hashlib

    return hashlib.sha256((folder / "texts/text.txt").read_bytes()).hexdigest()
