"""Bad input ends in an error that names the place and what to do, and the release that was served stays."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from .command import Change, Ckg, Place

NO_LABEL = """
<id/statement/tunnel> a ex:Promise ;
  ex:promisedBy "somebody" ;
  ckg:restsOn <id/quotation/bridge-by-2030> .
<id/statement/tunnel> rdfs:comment "A promise without a label."@en .
"""


def add(text: str) -> Change:
    return lambda place: place.write("data/promises.ttl", place.data.read_text(encoding="utf-8") + text)


@pytest.mark.parametrize(
    ("name", "text", "line", "column"),
    [
        ("bad.ttl", "@prefix ex: <https://example.org/> .\nex:a ex:b\n  ex:c ex:d .\n", 3, 8),
        ("bad.nt", "<https://example.org/a> <https://example.org/b> .\n", 1, 49),
        ("bad.jsonld", '{"@id": "https://example.org/a",\n "@type": }', 2, 11),
    ],
)
def test_a_syntax_error_is_named_by_file_line_and_column(
    name: str, text: str, line: int, column: int, published: Place
) -> None:
    before = published.current()
    path = published.write(f"data/{name}", text)
    done = published.ckg("build", code=2)
    assert f"{path}:{line}:{column}: " in done.stderr
    assert done.stdout == ""
    assert published.current() == before


def test_a_shape_violation_is_told_in_full_and_stops_the_build(published: Place) -> None:
    before = published.current()
    add(NO_LABEL)(published)
    done = published.ckg("build", code=1)
    told = " ".join(done.stderr.split())
    for part in (
        "https://example.org/kg/id/statement/tunnel",  # the focus node
        "rdfs:label",  # the path
        "Give the promise a label that people can read.",  # the message
        "ex:promisedBy",
        "somebody",  # the value
        "Say who is bound by the promise",
        "data/promises.ttl",  # the file
    ):
        assert part in told
    assert published.current() == before
    assert "tunnel" not in published.ckg("dump").stdout


def test_a_focus_node_is_called_by_its_label(published: Place) -> None:
    published.change("data/promises.ttl", "  ex:promisedBy <id/city/springfield> ;\n", "")
    done = published.ckg("build", code=1)
    assert "Springfield will build the bridge by 2030" in done.stderr


def test_validate_ends_with_1_where_the_data_do_not_conform(project: Place) -> None:
    add(NO_LABEL)(project)
    done = project.ckg("validate", code=1)
    assert "The data do not conform to the shapes" in done.stdout


def test_data_that_contradict_the_ontology_stop_the_build(published: Place) -> None:
    published.change("ckg.toml", 'contradictions = "report"', 'contradictions = "refuse"')
    before = published.current()
    add("<id/city/springfield> a ex:City . ex:City <http://www.w3.org/2002/07/owl#disjointWith> ex:Promise .\n")(
        published
    )
    add("<id/city/springfield> a ex:Promise ; ex:promisedBy <id/city/springfield> ;"
        " ckg:restsOn <id/quotation/bridge-by-2030> .\n")(published)  # fmt: skip
    done = published.ckg("build", code=1)
    assert "Springfield" in done.stderr
    assert published.current() == before


def test_words_that_are_not_in_their_source_stop_the_build(published: Place, tmp_path: Path) -> None:
    before = published.current()
    minutes = tmp_path / "texts" / "minutes.txt"
    minutes.parent.mkdir()
    minutes.write_text("The council resolved that the bridge will be open by 2031.", encoding="utf-8")
    sha256 = "f" * 64
    published.change(
        "data/promises.ttl", '"the bridge will be open by 2030" ] .', f'"x" ] ; ckg:sourceTextSha256 "{sha256}" .'
    )
    assert "1 not checked" in published.ckg("build", "--texts", minutes.parent).stdout
    published.change("data/promises.ttl", sha256, hashlib.sha256(minutes.read_bytes()).hexdigest())
    published.change("data/promises.ttl", '"x"', '"the bridge will be open by 2030"')
    after = published.current()
    done = published.ckg("build", "--texts", minutes.parent, code=1)
    assert "the bridge will be open by 2030" in done.stderr
    assert before != after == published.current()


def setting(text: str) -> Change:
    return lambda place: place.write("ckg.toml", (place.folder / "ckg.toml").read_text(encoding="utf-8") + text)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda p: p.change("ckg.toml", 'base = "https://example.org/kg/"\n', ""), ("project.base",)),
        (lambda p: p.change("ckg.toml", "title", "titel"), ("titel", "title")),
        (lambda p: p.change("ckg.toml", '"https://example.org/kg/"', '"example.org"'), ("project.base", "example.org")),
        (lambda p: p.change("ckg.toml", 'version = "0.1.0"', "version = 1"), ("project.version",)),
        (setting('\n[serve]\nport = "x"\n'), ("serve.port",)),
        (setting("\n[serving]\nport = 1\n"), ("serving",)),
        (lambda p: p.change("ckg.toml", '"owl-rl"', '"fast"'), ("reason.engine", "owl-rl")),
        (lambda p: p.change("ckg.toml", "[project]", "[project"), ("ckg.toml:3",)),
    ],
    ids=["missing", "misspelt", "no IRI", "wrong type", "no number", "no section", "no choice", "no TOML"],
)
def test_a_wrong_key_of_the_project_file_is_named(change: Change, told: tuple[str, ...], published: Place) -> None:
    release = published.current()
    change(published)
    done = published.ckg("build", code=2)
    for part in ("ckg.toml", *told):
        assert part in done.stderr
    assert (published.releases / "current").read_text().split() == [release]


def test_a_folder_without_a_project_file_is_no_project(tmp_path: Path, ckg: Ckg) -> None:
    done = ckg("build", "--project", tmp_path, code=2)
    assert str(tmp_path) in done.stderr
    assert "ckg init" in done.stderr


@pytest.mark.parametrize("command", ["query", "dump", "releases", "stats", "diff", "explain"])
def test_where_nothing_was_built_the_way_to_a_release_is_named(command: str, project: Place) -> None:
    arguments = {"query": ["ASK {}"], "diff": ["0.1.0"], "explain": ["ex:a", "a", "ex:B"]}.get(command, [])
    done = project.ckg(command, *arguments, code=2)
    assert "ckg build" in done.stderr or "There are: none" in done.stderr


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("SELECT * WHERE { ?s ?p ?o", "line 1"),
        ("SELECT *\nWHERE { ?s ?p }", "line 2"),
        ("SELECT * WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "SERVICE"),
        ("INSERT DATA { <a:a> <a:a> <a:a> }", "update"),
    ],
    ids=["unfinished", "second line", "service", "update"],
)
def test_a_query_that_cannot_be_run_says_why(query: str, told: str, published: Place) -> None:
    done = published.ckg("query", query, code=2)
    assert told in done.stderr
    assert done.stdout == ""


def test_two_queries_at_once_are_one_too_many(published: Place) -> None:
    assert "not both" in published.ckg("query", "ASK {}", "--file", "-", code=2, input="ASK {}").stderr
    assert "not both" in published.ckg("query", code=2).stderr


def test_a_format_that_cannot_hold_the_answer_is_refused(published: Place) -> None:
    published.ckg("query", "ASK {}", "--format", "ttl", code=2)
    published.ckg("query", "CONSTRUCT WHERE { ?s ?p ?o }", "--format", "csv", code=2)
    done = published.ckg("dump", "--format", "xls", code=2)
    assert "ttl" in done.stderr


@pytest.mark.parametrize("name", ["000", "MANIFEST", "CURRENT"])
def test_a_store_with_a_changed_byte_is_not_served(name: str, published: Place) -> None:
    store = published.releases / published.current() / "store"
    path = max((p for p in store.iterdir() if p.name.startswith(name)), key=lambda p: p.stat().st_size)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.chmod(0o644)
    path.write_bytes(content)
    done = published.ckg("serve", "--no-build", "--port", "0", code=2)
    assert f"store/{path.name}: changed" in done.stderr
    assert "Traceback" not in done.stderr
    assert "http://" not in done.stdout


def _fifo(place: Place) -> Path:
    path = place.folder / "data" / "pipe.ttl"
    os.mkfifo(path)
    return path


def _dangling(place: Place) -> Path:
    path = place.folder / "data" / "gone.ttl"
    path.symlink_to("nowhere.ttl")
    return path


def _looping(place: Place) -> Path:
    path = place.folder / "data" / "loop.ttl"
    path.symlink_to("loop.ttl")
    return path


def _folder(place: Place) -> Path:
    path = place.folder / "data" / "more"
    path.symlink_to(place.folder / "ontology")
    return path


@pytest.mark.parametrize("make", [_fifo, _dangling, _looping, _folder])
def test_what_is_no_file_is_named_and_never_left_out_without_a_word(
    make: Callable[[Place], Path], project: Place
) -> None:
    path = make(project)
    done = project.ckg("build", code=2)
    assert str(path) in done.stderr


def test_a_name_that_is_not_utf_8_is_named(project: Place) -> None:
    name = os.fsencode(project.folder / "data") + b"/caf\xe9.ttl"
    Path(os.fsdecode(name)).write_text("")
    done = project.ckg("build", code=2)
    assert "caf\\xe9.ttl is not UTF-8" in done.stderr
