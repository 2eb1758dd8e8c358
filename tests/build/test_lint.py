"""What a change leaves behind is told with file and line, and does not keep the project from being published."""

from __future__ import annotations

import pytest

from ckg.build.pipeline import Build

PREFIXES = """@prefix : <https://example.org/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
DATA = PREFIXES + "<id/a> a :Bridge ; :spans <id/river> ."
TERMS = PREFIXES + ":Bridge a owl:Class .\n:spans a owl:ObjectProperty .\n"
SHAPES = PREFIXES + "<shapes#Bridge> a sh:NodeShape ;\n  sh:targetClass :Bridge ;\n  sh:property [ sh:path :spans ] .\n"
QUERY = (
    PREFIXES + '<id/query/q> a sh:SPARQLSelectExecutable ; sh:select """# of :Ferry\n'
    'PREFIX ex: <https://example.org/ontology#>\nSELECT * { ?s a ex:Bridge ; rdfs:label ":Ferry" }""" .\n'
)
WHOLE = {"data/a.ttl": DATA, "ontology/t.ttl": TERMS, "shapes/s.ttl": SHAPES, "data/queries.ttl": QUERY}
ROWS = '<graph/{}> rdfs:label "x" .\n'


@pytest.fixture
def told(project):
    """Stage a project and return what it is warned of: file, line, message."""

    def run(**files: str) -> list[tuple[str, int | None, str]]:
        from ckg.build import leftovers

        made = project(**files)
        inputs = Build(made, made.folder / "release").inputs()
        found = leftovers.warnings(made, inputs)
        assert all(warning.hint for warning in found)
        return [(w.place.file.relative_to(made.folder).as_posix(), w.place.line, w.message) for w in found]

    return run


def test_where_everything_is_defined_there_is_nothing_to_say(told):
    assert told(**WHOLE) == []


def test_a_class_that_is_removed_leaves_shapes_and_ready_queries_that_name_it(told):
    found = told(**WHOLE | {"ontology/t.ttl": TERMS.replace(":Bridge a owl:Class .\n", "")})
    assert [(file, line) for file, line, _ in found] == [("shapes/s.ttl", 6), ("data/queries.ttl", 7)]
    assert all("<https://example.org/ontology#Bridge>, which is defined nowhere" in message for *_, message in found)


def test_a_property_that_is_removed_is_named_at_the_path_of_the_shape(told):
    found = told(**WHOLE | {"ontology/t.ttl": TERMS.replace(":spans a owl:ObjectProperty .\n", "")})
    assert [(file, line) for file, line, _ in found] == [("shapes/s.ttl", 7)]


def test_a_constraint_in_sparql_is_read_as_well(told):
    text = (
        SHAPES + '<shapes#S> sh:sparql [ sh:select "SELECT $this { $this <https://example.org/ontology#Ford> 1 }" ] .'
    )
    ((file, line, message),) = told(**WHOLE | {"shapes/s.ttl": text})
    assert (file, line) == ("shapes/s.ttl", 8)
    assert "ontology#Ford" in message


def test_a_project_without_an_ontology_defines_its_terms_by_using_them(told):
    files = {name: text for name, text in WHOLE.items() if not name.startswith("ontology/")}
    assert told(**files) == []
    ((file, line, _),) = told(**files | {"data/a.ttl": PREFIXES + "<id/a> :spans <id/river> ; a :Ford ."})[:1]
    assert (file, line) == ("shapes/s.ttl", 6)


def test_terms_of_others_are_theirs_to_define(told):
    assert told(**WHOLE | {"shapes/s.ttl": SHAPES + "<shapes#L> sh:targetClass <https://schema.org/Lake> ."}) == []


def test_a_renamed_file_and_the_row_of_its_old_graph_are_named(told):
    rows = PREFIXES + "".join(ROWS.format(name) for name in ("graphs", "river", "old-name"))
    found = told(**{"data/graphs.ttl": rows, "data/river.ttl": DATA, "data/new-name.ttl": DATA})
    assert [(file, line) for file, line, _ in found] == [("data/graphs.ttl", 7), ("data/new-name.ttl", None)]
    assert "<https://example.org/graph/old-name>, but no file makes it" in found[0][2]
    assert "data/graphs.ttl" in found[1][2]


def test_graphs_that_the_build_makes_and_those_of_trig_files_are_there(told):
    rows = PREFIXES + "".join(ROWS.format(name) for name in ("graphs", "inferred", "shapes", "ontology", "named"))
    trig = "<https://example.org/graph/named> { <https://example.org/id/a> a <https://schema.org/Lake> }"
    assert told(**{"data/graphs.ttl": rows, "data/t.trig": trig}) == []


def test_a_project_that_describes_no_graph_is_not_told_to(told):
    assert told(**{"data/a.ttl": DATA, "data/b.ttl": DATA}) == []


def test_an_example_that_is_not_there_is_named_with_its_line(told, project):
    toml = (project().folder / "ckg.toml").read_text()
    ((file, line, message),) = told(
        **{"ckg.toml": toml + 'examples = [\n  "id/a",\n  "id/b",\n]\n', "data/a.ttl": DATA}
    )
    assert (file, line) == ("ckg.toml", 9)
    assert "id/b" in message


def test_warnings_do_not_keep_a_project_from_being_published(project):
    made = project(**WHOLE | {"ontology/t.ttl": TERMS.replace(":Bridge a owl:Class .\n", "")})
    built = Build(made, made.folder / "release").run()
    assert len(built.warnings) == 2
    assert built.release.manifest["counts"]["shapes"]
