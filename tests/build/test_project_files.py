"""Which files of a folder are read, as what, into which graph; and what is said of the others."""

from __future__ import annotations

import pytest

from ckg.build import lint, project_files
from ckg.build.pipeline import Build
from ckg.errors import ConfigError, ProjectError, SourceSyntaxError

STATEMENT = "<id/a> <https://example.org/p> 1 ."
BASE = "https://example.org/"


def graphs(project):
    return {source.relative: source.graph.removeprefix(BASE) for source in project_files.find(project).sources}


def with_settings(project, settings, **files):
    toml = (project(**files).folder / "ckg.toml").read_text()
    return project(**{"ckg.toml": toml + settings})


def warnings(project):
    build = Build(project, project.folder / "r")
    findings = lint.run(project, build.inputs(), build.cache)
    return [finding.message for finding in (*findings.errors, *findings.warnings)]


def test_files_that_are_no_rdf_are_passed_over_and_named_once(project):
    made = project(
        **{"data/a.ttl": STATEMENT, "data/LICENSE": "", "data/run.sh": "", "data/x/map.png": "", "data/README.md": ""}
    )
    assert graphs(made) == {"data/a.ttl": "graph/a"}
    (message,) = warnings(made)
    assert message == "data/LICENSE, data/run.sh, data/x/map.png are no RDF by their suffixes, and were passed over"


def test_a_suffix_may_be_written_in_capital_letters(project):
    assert graphs(project(**{"data/a.TTL": STATEMENT, "data/b.Rdfs": "", "data/c.N3.GZ": ""})).keys() == {
        "data/a.TTL",
        "data/b.Rdfs",
        "data/c.N3.GZ",
    }


def test_an_ontology_alone_is_a_project(project):
    assert graphs(project(**{"ontology/a.ttl": STATEMENT})) == {"ontology/a.ttl": "graph/ontology"}


def test_nothing_to_publish_is_refused(project):
    with pytest.raises(ProjectError, match="there is no data"):
        project_files.find(project(**{"shapes/a.ttl": STATEMENT}))


def test_a_data_file_may_be_called_ontology(project):
    found = graphs(
        project(**{"data/ontology.ttl": STATEMENT, "data/shapes.ttl": STATEMENT, "ontology/o.ttl": STATEMENT})
    )
    assert found["data/ontology.ttl"] == "graph/data/ontology"
    assert found["data/shapes.ttl"] == "graph/data/shapes"
    assert found["ontology/o.ttl"] == "graph/ontology"


def test_one_graph_in_three_formats_is_told_and_one_is_asked_for(project):
    with pytest.raises(ProjectError, match=r"both be the graph <https://example\.org/graph/a>") as caught:
        project_files.find(project(**{"data/a.ttl": STATEMENT, "data/a.nt": "", "data/a.rdf": ""}))
    assert "keep one" in (caught.value.hint or "")


def test_the_project_file_says_where_files_lie_and_the_closest_entry_counts(project):
    made = with_settings(
        project,
        '[build]\ndata = ["."]\nshapes = ["rules.ttl"]\nontology = ["vocabulary"]\n',
        **{
            "a.ttl": STATEMENT,
            "rules.ttl": "",
            "vocabulary/v.ttl": "",
            "vocabulary/w.ttl": "",
            "sub/b.ttl": STATEMENT,
            "contexts/c.jsonld": "{}",
            "pages/p.toml": "",
            "release/x.ttl": "",
        },
    )
    assert graphs(made) == {
        "vocabulary/v.ttl": "graph/ontology",
        "vocabulary/w.ttl": "graph/ontology",
        "a.ttl": "graph/a",
        "sub/b.ttl": "graph/sub/b",
        "rules.ttl": "graph/shapes",
    }


def test_an_entry_that_is_not_there_is_named_with_its_line(project):
    made = with_settings(project, '[build]\ndata = ["date"]\n', **{"data/a.ttl": STATEMENT})
    with pytest.raises(ConfigError, match="names 'date', which is not there") as caught:
        project_files.find(made)
    assert caught.value.place.line == 8


def test_json_without_a_statement_is_refused(project):
    made = project(**{"data/a.ttl": STATEMENT, "data/package.json": '{"name": "x"}'})
    with pytest.raises(SourceSyntaxError, match="no JSON-LD"):
        Build(made, made.folder / "r").inputs()


def test_a_fragment_that_two_files_name_is_told(project):
    made = project(
        **{"data/a.ttl": "<#me> <https://example.org/p> 1 .", "data/b.ttl": "<#me> <https://example.org/p> 2 ."}
    )
    (message,) = warnings(made)
    assert message == "<#me> in data/a.ttl, data/b.ttl is one thing, https://example.org/#me"


def test_a_fragment_may_be_another_thing_in_each_file(project):
    made = with_settings(
        project,
        '[build]\nrelative_iris = "file"\n',
        **{"data/a.ttl": "<#me> <p> 1 .", "data/x/b.ttl": "<#me> <p> 2 ."},
    )
    assert warnings(made) == []
    staging = Build(made, made.folder / "r").inputs().staging
    subjects = {graph.path.read_text().partition(" ")[0] for graph in staging.graphs}
    assert subjects == {"<https://example.org/a.ttl#me>", "<https://example.org/x/b.ttl#me>"}
