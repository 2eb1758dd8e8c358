"""The catalogue: a stranger's software learns from it what there is, where, and how much."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ckg.formats.statement_lines import subjects
from ckg.model.iris import Base
from ckg.release import catalogue, counts, dumps, merge
from ckg.release.layout import ProjectMetadata

BASE = "https://w3id.org/ckg/"
ID = f"{BASE}id/"
ONT = f"{BASE}ontology#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
SAME = "http://www.w3.org/2002/07/owl#sameAs"

TRIPLES = {
    "ontology": [f"<{ONT}State> <{TYPE}> <http://www.w3.org/2002/07/owl#Class>"],
    "a": [
        f"<{ID}japan> <{TYPE}> <{ONT}State>",
        f"<{ID}japan> <{SAME}> <http://www.wikidata.org/entity/Q17>",
        f"<{ID}japan> <{SAME}> <https://sws.geonames.org/1861060/>",
        f'<{ID}japan> <{ONT}name> "Japan"@en',
        f'<{ID}japan> <{ONT}name> "日本"@ja',
        f"<{ID}kazakhstan> <{TYPE}> <{ONT}State>",
        f'<{ID}kazakhstan> <{ONT}name> "Kazakhstan"@en',
        f"_:b <{ONT}name> <{ID}japan>",
    ],
    "inferred": [f"<{ID}japan> <{TYPE}> <{ONT}Agent>"],
    "shapes": ["<x:shape> <x:p> <x:o>"],
}


@pytest.fixture
def about(prefixes) -> ProjectMetadata:
    return ProjectMetadata(
        name="ckg",
        title="Who promised what",
        description="A test.",
        base=BASE,
        version="1.2.0",
        issued="2026-11-23",
        license="https://creativecommons.org/licenses/by/4.0/",
        publisher="The project",
        homepage="",
        languages=("en", "ja"),
        examples=("id/japan", f"{ID}kazakhstan"),
        prefixes=prefixes,
    )


@pytest.fixture
def written(stage, about, tmp_path) -> rdflib.Graph:
    staging = stage(TRIPLES)
    (tmp_path / "dumps").mkdir()
    made, held = dumps.write(staging, tmp_path / "dumps", "ckg", prefixes=about.prefixes, base=Base(BASE), processes=1)
    catalogue.write(about, staging, made, held, tmp_path)
    return rdflib.Graph().parse(tmp_path / "void.ttl")


def ask(graph: rdflib.Graph, wanted: str, pattern: str) -> list[tuple[str, ...]]:
    query = f"PREFIX d: <https://w3id.org/ckg/void#> SELECT {wanted} {{ {pattern} }}"
    return sorted(tuple(str(value) for value in row) for row in graph.query(query))


def test_the_data_set_says_what_it_is_under_which_licence_and_of_which_date(written):
    assert ask(
        written,
        "?title ?version ?date ?licence ?who ?endpoint",
        "d:dataset a dcat:Dataset, void:Dataset; dcterms:title ?title; dcat:version ?version; dcterms:issued ?date; "
        "dcterms:license ?licence; dcterms:publisher/foaf:name ?who; void:sparqlEndpoint ?endpoint",
    ) == [
        (
            "Who promised what",
            "1.2.0",
            "2026-11-23",
            "https://creativecommons.org/licenses/by/4.0/",
            "The project",
            f"{BASE}sparql",
        )
    ]
    protocol = "https://www.w3.org/TR/sparql11-protocol/"
    assert ask(written, "?x", "?service a dcat:DataService; dcterms:conformsTo ?x") == [(protocol,)]
    assert ask(written, "?x", "d:dataset void:exampleResource ?x") == [(f"{ID}japan",), (f"{ID}kazakhstan",)]
    assert (ONT,) in ask(written, "?x", "d:dataset void:vocabulary ?x")


def test_every_file_has_its_address_media_type_size_and_checksum(written, tmp_path):
    rows = written.query(
        "PREFIX spdx: <http://spdx.org/rdf/terms#> SELECT * { [] a dcat:Distribution; dcat:downloadURL ?url; "
        "dcat:mediaType ?type; dcat:byteSize ?size; spdx:checksum [ spdx:checksumValue ?sum ] }"
    )
    found = {str(row.url): row for row in rows}
    assert len(found) == 8
    for line in (tmp_path / "dumps/SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ")
        row = found[f"{BASE}dump/{name}"]
        assert str(row["sum"]) == digest
        assert int(row["size"]) == (tmp_path / "dumps" / name).stat().st_size
    assert str(found[f"{BASE}dump/ckg.ttl"].type).endswith("media-types/text/turtle")
    assert len(ask(written, "?x", "d:dataset void:dataDump ?x")) == 6


def test_counts_are_those_of_the_union(written):
    assert ask(
        written,
        "?triples ?entities ?classes ?properties ?subjects ?objects",
        "d:dataset void:triples ?triples; void:entities ?entities; void:classes ?classes; "
        "void:properties ?properties; void:distinctSubjects ?subjects; void:distinctObjects ?objects",
    ) == [("10", "2", "3", "3", "4", "9")]
    assert ask(
        written,
        "?triples ?subjects ?objects",
        f"d:dataset void:propertyPartition [ void:property <{ONT}name>; void:triples ?triples; "
        "void:distinctSubjects ?subjects; void:distinctObjects ?objects ]",
    ) == [("4", "3", "4")]
    assert ask(
        written,
        "?things ?triples ?subjects",
        f"d:dataset void:classPartition [ void:class <{ONT}State>; void:entities ?things; void:propertyPartition "
        f"[ void:property <{ONT}name>; void:triples ?triples; void:distinctSubjects ?subjects ] ]",
    ) == [("2", "3", "2")]


def test_named_graphs_and_linksets_are_subsets(written):
    assert ask(written, "?graph ?n", "d:dataset void:subset ?graph. ?graph void:triples ?n FILTER(isIRI(?graph))") == [
        (f"{BASE}graph/a", "8"),
        (f"{BASE}graph/inferred", "1"),
        (f"{BASE}graph/ontology", "1"),
    ]
    assert ask(written, "?site", "?l a void:Linkset; void:objectsTarget/void:uriSpace ?site") == [
        ("http://www.wikidata.org/",),
        ("https://sws.geonames.org/",),
    ]


def test_no_address_is_that_of_a_machine(written):
    for term in {term for triple in written for term in triple if isinstance(term, rdflib.URIRef)}:
        assert not re.search(r"localhost|127\.0\.0\.1|file:", term), term


def test_the_same_release_gives_the_same_bytes(stage, about, tmp_path):
    texts = []
    for turn in ("1", "2"):
        folder = tmp_path / turn
        folder.mkdir()
        staging = stage(TRIPLES, into=folder / "graphs")
        union = dumps.union(staging, folder, "ckg")
        catalogue.write(about, staging, [union], counts.count(subjects(merge.lines(union.path)), Base(BASE)), folder)
        texts.append((folder / "void.ttl").read_bytes())
    assert texts[0] == texts[1]


nodes = st.sampled_from([f"<{ID}{n}>" for n in "abcd"] + ["_:b1", "<x:c>", "<x:d>"])
predicates = st.sampled_from([f"<{TYPE}>", f"<{SAME}>", "<x:p>", "<x:q>"])
objects = nodes | st.sampled_from(['"1"', '"1"@en', "<http://www.wikidata.org/entity/Q17>", "<http://a.example>"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=100)
@given(st.lists(st.tuples(nodes, predicates, objects), min_size=1, max_size=40))
def test_counting_in_one_pass_agrees_with_counting_by_definition(stage, tmp_path_factory, triples):
    folder = tmp_path_factory.mktemp("c")
    union = dumps.union(stage({"a": [" ".join(triple) for triple in triples]}, into=folder / "g"), folder, "ckg")
    found = counts.count(subjects(merge.lines(union.path)), Base(BASE))
    distinct = set(triples)
    assert (found.triples, found.subjects, found.objects) == (
        len(distinct),
        len({s for s, _, _ in distinct}),
        len({o for _, _, o in distinct}),
    )
    assert found.entities == len({s for s, _, _ in distinct if s.startswith(f"<{ID}")})
    for name, uses in found.properties.items():
        mine = [t for t in distinct if t[1] == f"<{name}>"]
        assert (uses.triples, uses.subjects, uses.objects) == (
            len(mine),
            len({t[0] for t in mine}),
            len({t[2] for t in mine}),
        )
    members = defaultdict(set)
    for s, p, o in distinct:
        if p == f"<{TYPE}>" and o.startswith("<"):
            members[o[1:-1]].add(s)
    assert {name: of.entities for name, of in found.classes.items()} == {n: len(m) for n, m in members.items()}
    for name, of in found.classes.items():
        mine = [t for t in distinct if t[0] in members[name]]
        assert of.properties == {
            p[1:-1]: (len([t for t in mine if t[1] == p]), len({t[0] for t in mine if t[1] == p})) for _, p, _ in mine
        }
    same = [o for _, p, o in distinct if p == f"<{SAME}>" and o.startswith("<http://www.wikidata.org/")]
    assert found.links.get((SAME, "http://www.wikidata.org/"), 0) == len(same)


def test_the_file_is_turtle_that_oxigraph_reads_too(written, tmp_path):
    assert len(list(ox.parse(path=Path(tmp_path / "void.ttl")))) == len(written)
