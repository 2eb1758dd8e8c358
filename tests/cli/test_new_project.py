"""From an empty folder to a release that can be queried, dumped and switched."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pyoxigraph as ox
import pytest

from .command import Ckg, Place

PROMISE = "https://example.org/kg/id/statement/bridge-by-2030"


def test_init_fills_the_folder_it_is_run_in(tmp_path: Path, ckg: Ckg) -> None:
    done = ckg("init")
    assert {"ckg.toml", "data", "ontology", "pages", "shapes"} == {path.name for path in tmp_path.iterdir()}
    assert "ckg serve" in done.stdout


def test_init_makes_the_folder_that_is_named(tmp_path: Path, ckg: Ckg) -> None:
    done = ckg("init", "new/project")
    assert (tmp_path / "new" / "project" / "ckg.toml").is_file()
    assert "--project new/project" in done.stdout


def test_init_adds_only_what_is_missing(tmp_path: Path, ckg: Ckg) -> None:
    (tmp_path / "note.txt").write_text("mine")
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "about.md").write_text("# Mine")
    ckg("init")
    assert (tmp_path / "pages" / "about.md").read_text() == "# Mine"
    assert (tmp_path / "note.txt").read_text() == "mine"
    assert (tmp_path / "data" / "promises.ttl").is_file()
    before = (tmp_path / "ckg.toml").read_text()
    assert "nothing is missing" in ckg("init").stdout
    assert (tmp_path / "ckg.toml").read_text() == before


def test_init_writes_down_what_is_guessed_of_files_that_are_there(tmp_path: Path, ckg: Ckg) -> None:
    (tmp_path / "vocabulary.TTL").write_text(
        "@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix dct: <http://purl.org/dc/terms/> .\n"
        '<https://v.example/terms> a owl:Ontology ; dct:title "Terms \\"of\\" trade"@en .\n'
        "<https://v.example/terms#Ship> a owl:Class .\n"
    )
    ckg("init")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ckg.toml", "vocabulary.TTL"]
    settings = tomllib.loads((tmp_path / "ckg.toml").read_text())
    assert settings["project"]["title"] == 'Terms "of" trade'
    assert settings["project"]["base"] == "https://v.example/"
    assert settings["build"]["ontology"] == ["."]
    assert settings["reason"] == {"engine": "owl-rl", "contradictions": "report"}
    assert "2 triples" in ckg("build").stdout or "3 triples" in ckg("build").stdout


def test_init_in_another_folder_names_the_files_where_they_lie(tmp_path: Path, ckg: Ckg) -> None:
    (tmp_path / "a.nt").write_text("<https://v.example/a> <https://v.example/p> <https://v.example/b> .\n")
    ckg("init", "project", "--from", "a.nt")
    settings = tomllib.loads((tmp_path / "project" / "ckg.toml").read_text())
    assert settings["build"]["data"] == ["../a.nt"]
    assert "There are no shapes" in ckg("validate", "--project", "project").stdout


def test_validate_judges_the_folder_that_it_is_run_in(tmp_path: Path, ckg: Ckg) -> None:
    (tmp_path / "a.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <https://v.example/> .\n"
        "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; sh:maxCount 1 ] .\n"
    )
    (tmp_path / "b.nt").write_text("".join(f'<https://v.example/a> <https://v.example/p> "{i}" .\n' for i in (1, 2)))
    done = ckg("validate", code=1)
    assert "https://v.example/a" in done.stdout
    assert "there is no ckg.toml, so this was guessed" in done.stderr
    assert "shapes     a.ttl" in done.stderr


def test_a_guessed_folder_is_built_with_what_its_shapes_find(tmp_path: Path, ckg: Ckg) -> None:
    (tmp_path / "a.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <https://v.example/> .\n"
        "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; sh:minCount 2 ] .\n"
    )
    (tmp_path / "b.nt").write_text('<https://v.example/a> <https://v.example/p> "x" .\n')
    assert "results of the shapes: 1 Violation; the page /report" in ckg("build", "--releases", "releases").stdout


def test_validate_prints_a_bounded_number_of_results_and_says_where_the_others_are(tmp_path: Path, ckg: Ckg) -> None:
    (tmp_path / "shapes.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <https://v.example/> .\n"
        "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; sh:nodeKind sh:IRI ] .\n"
    )
    (tmp_path / "b.nt").write_text(
        "".join(f'<https://v.example/{i}> <https://v.example/p> "x" .\n' for i in range(150))
    )
    done = ckg("validate", "--releases", "releases", code=1)
    assert "(150 Violation)" in done.stdout
    assert done.stdout.count("Violation:") == 100
    assert "... and 50 more: " in done.stdout
    assert len(json.loads((tmp_path / "releases" / "rejected" / "report.json").read_text())["results"]) == 150
    assert ckg("validate", "--releases", "releases", "--limit", "0", code=1).stdout.count("Violation:") == 150


def test_validate_judges_nothing_where_there_is_nothing(tmp_path: Path, ckg: Ckg) -> None:
    (tmp_path / "package.json").write_text("{}")
    done = ckg("validate", code=2)
    assert "has no ckg.toml and no RDF" in done.stderr


def test_a_new_project_is_built_from_any_folder(tmp_path: Path, ckg: Ckg) -> None:
    ckg("init", "project")
    done = ckg("build", "--project", "project")
    assert done.stdout.startswith("release 0.1.0-")
    assert " is current\n" in done.stdout


def test_a_release_answers_queries_with_what_was_asserted_and_what_follows(published: Place) -> None:
    city = published.ckg(
        "query", "SELECT ?promise WHERE { <https://example.org/kg/id/city/springfield> ex:promised ?promise }"
    )
    assert city.stdout.split() == ["promise", PROMISE]


def test_a_query_may_come_from_a_file_or_from_standard_input(published: Place) -> None:
    path = published.write("q.rq", "ASK { ?promise a ex:Promise }")
    answers = [
        published.ckg("query", "--file", path, "--format", "table").stdout,
        published.ckg("query", "--file", "-", "--format", "table", input=path.read_text()).stdout,
    ]
    assert answers == ["yes\n", "yes\n"]


@pytest.mark.parametrize(
    ("query", "form", "beginning"),
    [
        ("SELECT * WHERE { ?s a ex:Promise }", "json", '{"head":'),
        ("SELECT * WHERE { ?s a ex:Promise }", "xml", "<?xml"),
        ("SELECT * WHERE { ?s a ex:Promise }", "tsv", "?s\n<https:"),
        ("SELECT * WHERE { ?s a ex:Promise }", "table", "┏━"),
        ("ASK { ?s a ex:Promise }", "json", '{"head":'),
        ("CONSTRUCT { ?s a ex:Promise } WHERE { ?s a ex:Promise }", "ttl", "@prefix"),
        ("DESCRIBE <https://example.org/kg/id/city/springfield>", "nt", "<https://example.org/kg/"),
    ],
)
def test_an_answer_comes_in_the_format_that_is_asked_for(
    query: str, form: str, beginning: str, published: Place
) -> None:
    assert published.ckg("query", query, "--format", form).stdout.startswith(beginning)


@pytest.mark.parametrize(("form", "known"), [("ttl", ox.RdfFormat.TURTLE), ("nq", ox.RdfFormat.N_QUADS)])
def test_a_dump_goes_to_standard_output_or_to_a_file(form: str, known: ox.RdfFormat, published: Place) -> None:
    text = published.ckg("dump", "--format", form).stdout
    assert any(quad.subject == ox.NamedNode(PROMISE) for quad in ox.parse(text, format=known))
    target = published.folder / f"out.{form}"
    assert published.ckg("dump", "--format", form, "--output", target).stdout == ""
    assert target.read_text(encoding="utf-8") == text


def test_a_build_of_what_has_not_changed_makes_nothing_new(published: Place) -> None:
    before = published.current()
    assert f"release {before} is current (nothing had changed)" in published.ckg("build").stdout
    assert len(published.ckg("releases").stdout.splitlines()) == 1


def test_releases_are_listed_and_switched(published: Place) -> None:
    first = published.current()
    published.change("data/promises.ttl", "build the bridge", "mend the bridge")
    published.ckg("build")
    second = published.current()
    assert first != second
    assert {line.split()[-3] for line in published.ckg("releases").stdout.splitlines()} == {first, second}
    assert published.ckg("releases", "--back").stdout == f"release {first} is current\n"
    assert "build the bridge" in published.labels()
    assert published.ckg("releases", "--use", second).stdout == f"release {second} is current\n"
    assert "mend the bridge" in published.labels()
    published.ckg("releases", "--remove", first)
    assert first not in published.ckg("releases").stdout


def test_a_release_that_was_tampered_with_is_found_out(published: Place) -> None:
    assert "is what its manifest says" in published.ckg("releases", "--verify").stdout
    dump = published.releases / published.current() / "dumps" / "example.nt"
    content = dump.read_bytes()
    dump.chmod(0o644)
    dump.write_bytes(content.replace(b"2030", b"2031"))
    done = published.ckg("releases", "--verify", code=2)
    assert "example.nt" in done.stderr


def test_validate_and_reason_say_what_a_build_would_find_and_publish_nothing(project: Place) -> None:
    assert project.ckg("validate").stdout == "The data conform to the shapes.\n"
    assert json.loads(project.ckg("validate", "--format", "json").stdout)["conforms"] is True
    assert "https://example.org/kg/ontology#promised>" in project.ckg("reason").stdout
    assert "nothing has been built" in project.ckg("releases", code=2).stderr
