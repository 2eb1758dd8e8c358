"""Staged graphs: lexical forms kept, one graph per file, the same bytes every time, errors with their place."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckg.build.inputs import prepare
from ckg.build.pipeline import Build
from ckg.build.progress import Silent
from ckg.errors import ProjectError, SourceSyntaxError
from ckg.model.config import Project
from ckg.model.staged import Staging

Make = Callable[..., Project]


def staged(project: Project) -> Staging:
    return Build(project, project.release_root).inputs().staging


def quads(staging: Staging) -> list[ox.Quad]:
    return [q for g in staging.graphs for q in ox.parse(path=g.path, format=ox.RdfFormat.N_QUADS)]


def test_a_file_becomes_the_graph_named_after_its_path(project: Make) -> None:
    staging = staged(project(**{"data/a/b.ttl": "<x> <y> <z> ."}))
    assert [graph.name for graph in staging.graphs] == ["https://example.org/graph/a/b"]
    assert staging.graphs[0].sources == ("data/a/b.ttl",)


def test_relative_iris_are_below_the_base(project: Make) -> None:
    (quad,) = quads(staged(project(**{"data/a.ttl": "<id/x> <y> <> ."})))
    assert quad.subject == ox.NamedNode("https://example.org/id/x")
    assert quad.object == ox.NamedNode("https://example.org/")


@pytest.mark.parametrize("literal", ['"01"^^xsd:integer', '"1.0"^^xsd:decimal', '"1.30e0"^^xsd:double'])
def test_lexical_forms_stay_as_written(project: Make, literal: str) -> None:
    text = f"@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . <x> <y> {literal} ."
    (quad,) = quads(staged(project(**{"data/a.ttl": text})))
    assert f'"{quad.object.value}"' == literal.partition("^^")[0]


def test_language_tags_are_written_in_lower_case(project: Make) -> None:
    (quad,) = quads(staged(project(**{"data/a.ttl": '<x> <y> "x"@EN-us .'})))
    assert quad.object.language == "en-us"


def test_ontology_files_share_one_graph_and_duplicates_are_one(project: Make) -> None:
    staging = staged(
        project(
            **{"data/a.ttl": "<x> <y> <z> .", "ontology/a.ttl": "<a> <b> <c>, <d> .", "ontology/b.ttl": "<a> <b> <c> ."}
        )
    )
    ontology = staging.graphs[1]
    assert ontology.name == "https://example.org/graph/ontology"
    assert ontology.triples == 2
    assert ontology.sources == ("ontology/a.ttl", "ontology/b.ttl")


def test_blank_nodes_of_two_files_are_never_confused(project: Make) -> None:
    text = "_:same <p> [ <q> 1 ] ."
    staging = staged(project(**{"data/a.ttl": text, "data/b.ttl": text}))
    labels = [{str(t) for q in ox.parse(path=g.path, format=ox.RdfFormat.N_QUADS) for t in (q.subject, q.object)}
              for g in staging.graphs]  # fmt: skip
    assert not {t for t in labels[0] if t.startswith("_:")} & {t for t in labels[1] if t.startswith("_:")}


def test_a_literal_that_looks_like_a_blank_node_is_left_alone(project: Make) -> None:
    (quad,) = quads(staged(project(**{"data/a.nt": '_:a <p:p> "<x:x> <y:y> _:b" .\n'})))
    assert quad.object.value == "<x:x> <y:y> _:b"


def test_trig_fills_graphs_of_its_own(project: Make) -> None:
    staging = staged(project(**{"data/a.trig": "<x> <y> <z> . GRAPH <graph/other> { <x> <y> <w> }"}))
    assert [graph.name for graph in staging.graphs] == [
        "https://example.org/graph/a",
        "https://example.org/graph/other",
    ]


def test_a_data_file_may_not_fill_a_reserved_graph(project: Make) -> None:
    with pytest.raises(SourceSyntaxError, match="graph/inferred"):
        staged(project(**{"data/a.trig": "GRAPH <graph/inferred> { <x> <y> <w> }"}))


def test_two_files_of_one_graph_are_refused(project: Make) -> None:
    with pytest.raises(ProjectError, match="both be the graph"):
        staged(project(**{"data/a.ttl": "<x> <y> <z> .", "data/a.nt": "<x:x> <y:y> <z:z> .\n"}))


@pytest.mark.parametrize(
    ("name", "text", "line", "column"),
    [
        ("a.ttl", "<x> <y> <z> .\n<x> <y ", 2, None),
        ("a.ttl", "<x> <y> <z> .\n<x> b <z> .", 2, 5),
        ("a.nt", "<x:x> <y:y> <z:z> .\n<x:x> oops <z:z> .\n", 2, None),
        ("a.rdf", "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\n<rdf:oops", 2, None),
        ("a.jsonld", '{"@id": "x",\n "@type" }', 2, None),
    ],
)
def test_a_syntax_error_says_file_line_and_column(
    project: Make, name: str, text: str, line: int, column: int | None
) -> None:
    with pytest.raises(SourceSyntaxError) as caught:
        staged(project(**{f"data/{name}": text}))
    place = caught.value.place
    assert place is not None
    assert place.file.name == name
    assert place.line == line
    assert place.column is not None
    assert column is None or place.column == column


def test_xml_entities_that_would_explode_are_refused(project: Make) -> None:
    text = """<?xml version="1.0"?>
<!DOCTYPE r [<!ENTITY a "ha"> <!ENTITY b "&a;&a;&a;">]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>"""
    with pytest.raises(SourceSyntaxError, match="entity"):
        staged(project(**{"data/a.rdf": text}))


def test_short_xml_entities_for_namespaces_are_fine(project: Make) -> None:
    text = """<?xml version="1.0"?>
<!DOCTYPE r [<!ENTITY ex "https://example.org/">]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="&ex;a"><rdf:type rdf:resource="&ex;B"/></rdf:Description></rdf:RDF>"""
    assert len(quads(staged(project(**{"data/a.rdf": text})))) == 1


def test_json_ld_never_fetches_a_context(project: Make) -> None:
    with pytest.raises(SourceSyntaxError):
        staged(project(**{"data/a.jsonld": '{"@context": "http://127.0.0.1:9/c", "@id": "x:x", "name": "n"}'}))


def test_a_compressed_file_reads_like_a_plain_one(project: Make) -> None:
    made = project(**{"ckg.toml": (project().folder / "ckg.toml").read_text()})
    (made.folder / "data").mkdir()
    (made.folder / "data" / "a.ttl.gz").write_bytes(gzip.compress(b"<x> <y> <z> ."))
    assert staged(made).graphs[0].name == "https://example.org/graph/a"


def test_only_a_changed_file_is_parsed_again(project: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    made = project(**{f"data/{n}.ttl": f"<x{n}> <y> <z> ." for n in range(5)})
    staged(made)
    parsed = []
    from ckg.build import staging

    real = staging.lines
    monkeypatch.setattr(staging, "lines", lambda source, *rest: parsed.append(source.relative) or real(source, *rest))
    (made.folder / "data" / "3.ttl").write_text("<changed> <y> <z> .")
    staged(made)
    assert parsed == ["data/3.ttl"]


iris = st.sampled_from([ox.NamedNode(f"https://example.org/{n}") for n in "abc"])
literals = st.builds(ox.Literal, st.text(max_size=12)) | st.builds(
    lambda t, tag: ox.Literal(t, language=tag), st.text(max_size=5), st.sampled_from(["en", "ja-JP"])
)
blanks = st.builds(ox.BlankNode, st.sampled_from(["a", "b1"]))
triples = st.builds(ox.Triple, iris | blanks, iris, iris | blanks | literals)


@settings(max_examples=60, deadline=None)
@given(st.lists(triples, min_size=1, max_size=12))
def test_staging_changes_no_statement(tmp_path_factory: pytest.TempPathFactory, given_triples: list[ox.Triple]) -> None:
    folder = tmp_path_factory.mktemp("p")
    (folder / "data").mkdir()
    (folder / "ckg.toml").write_text(
        '[project]\nname="t"\ntitle="T"\nbase="https://example.org/"\nversion="1"\nlicense="https://example.org/l"\n'
    )
    (folder / "data" / "a.nt").write_bytes(ox.serialize(given_triples, format=ox.RdfFormat.N_TRIPLES))
    from ckg.model import config

    made = config.read(folder)
    (graph,) = prepare(made, Build(made, made.release_root).cache, made.release_root / ".work", Silent()).staging.graphs
    lines = graph.path.read_bytes().splitlines(keepends=True)
    assert lines == sorted(set(lines))
    back = ox.Dataset(
        ox.Quad(q.subject, q.predicate, q.object) for q in ox.parse(path=graph.path, format=ox.RdfFormat.N_QUADS)
    )
    before = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in given_triples)
    for dataset in (back, before):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert back == before


def test_the_cache_never_holds_half_a_result(tmp_path: Path) -> None:
    from ckg.build.stage_cache import StageCache

    cache = StageCache(tmp_path)

    def dies(folder: Path) -> None:
        (folder / "half").write_text("x")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        cache.make("stage", "key", dies)
    assert cache.find("stage", "key") is None
    assert list(tmp_path.iterdir()) == []
