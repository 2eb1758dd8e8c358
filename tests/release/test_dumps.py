"""Dumps: every format says the same, in the words of the sources, to every reader."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tempfile
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ckg import formats
from ckg.errors import StageFailed
from ckg.model.iris import Base
from ckg.model.staged import Staging
from ckg.release import dumps

BASE = "https://w3id.org/ckg/"
XSD = "http://www.w3.org/2001/XMLSchema#"
GEO = "http://www.opengis.net/ont/geosparql#"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
GRAPHS = ("ttl", "nt", "jsonld", "rdf")
OXIGRAPH = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdf": ox.RdfFormat.RDF_XML,
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
}
RDFLIB = {"ttl": "turtle", "nt": "nt", "jsonld": "json-ld", "rdf": "xml"}


def write(staging: Staging, prefixes: dict[str, str], into: Path, processes: int = 1) -> tuple[dumps.Dump, ...]:
    into.mkdir(parents=True, exist_ok=True)
    made, _ = dumps.write(staging, into, "ckg", prefixes=prefixes, base=Base(BASE), processes=processes)
    return made


def canonical(quads: list[ox.Quad]) -> list[str]:
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return sorted(str(quad) for quad in dataset)


def read(path: Path) -> list[str]:
    return canonical(list(ox.parse(path=path, format=OXIGRAPH[path.suffix[1:]])))


def expected(staging: Staging, *, named: bool) -> list[str]:
    quads = []
    for graph in staging.of(*dumps.PUBLISHED):
        for quad in ox.parse(path=graph.path, format=ox.RdfFormat.N_QUADS):
            quads.append(ox.Quad(*quad.triple))
            quads += [quad] if named else []
    return canonical(list(dict.fromkeys(quads)))


# Characters that have broken writers before: quotes, escapes, markup, line ends, bidi controls, astral and combining.
HOSTILE = "\"'\\\n\r\t<>&{}@^_:;.,#/ \x7f\x85\xa0\u2028\u202e\ufeff\ufffd\U0001f600日йa\u0301"
texts = st.text(st.sampled_from(HOSTILE), max_size=20) | st.text(st.characters(categories=["L", "M", "N", "P", "S"]))
with_controls = st.text(st.sampled_from(HOSTILE + "\b\f\x00\x01\x0b\ufffe\uffff"), max_size=20)
NAMESPACES = (f"{BASE}ontology#", f"{BASE}id/", "http://example.org/", "urn:x:", "geo:", XSD)
nodes = st.sampled_from(["b0", "x1", "0.a", "b9f86d081x0"]).map(ox.BlankNode)


@st.composite
def named(draw: st.DrawFn) -> ox.NamedNode:
    local = draw(st.text(st.sampled_from("abcXYZ019._-~()!$*+,;=:@日é/?"), max_size=6) | st.just("%27"))
    return ox.NamedNode(draw(st.sampled_from(NAMESPACES)) + local)


@st.composite
def predicates(draw: st.DrawFn) -> ox.NamedNode:
    local = draw(st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]{0,5}", fullmatch=True))
    made = ox.NamedNode(draw(st.sampled_from(NAMESPACES)) + local)
    return draw(st.sampled_from([made, ox.NamedNode(RDF_TYPE)]))


@st.composite
def literals(draw: st.DrawFn, text: st.SearchStrategy[str]) -> ox.Literal:
    kind = draw(st.sampled_from(["plain", "language", "number", "other"]))
    if kind == "plain":
        return ox.Literal(draw(text))
    if kind == "language":
        return ox.Literal(draw(text), language=draw(st.sampled_from(["en", "ja", "zh-hant", "en-us"])))
    if kind == "other":
        return ox.Literal(draw(text), datatype=draw(named()))
    forms = [
        "1",
        "01",
        "+1",
        "1.0",
        ".5",
        "1.",
        "-0",
        "1e0",
        "1.30e0",
        ".5E-3",
        "0.0000001",
        "NaN",
        "INF",
        "true",
        "1 ",
        "x",
        "1\n",
    ]
    kinds = ["integer", "decimal", "double", "boolean", "date"]
    return ox.Literal(draw(st.sampled_from(forms)), datatype=ox.NamedNode(XSD + draw(st.sampled_from(kinds))))


@st.composite
def graphs(
    draw: st.DrawFn,
    text: st.SearchStrategy[str] = texts,
    predicate: st.SearchStrategy[ox.NamedNode] = predicates(),  # noqa: B008
) -> dict[str, list[str]]:
    one = st.tuples(named() | nodes, predicate, named() | nodes | literals(text))
    made = {}
    for name in ("ontology", "a", "b", "inferred", "shapes"):
        made[name] = [" ".join(map(str, terms)) for terms in draw(st.lists(one, max_size=4))]
    return made


def rdflib_canonical(path: Path) -> list[str]:
    graph = rdflib.Graph().parse(path, format=RDFLIB[path.suffix[1:]])
    # N-Triples of rdflib, read again by Oxigraph: rdflib's own isomorphism is too slow for thousands of graphs.
    return canonical(list(ox.parse(graph.serialize(format="nt", encoding="utf-8"), format=ox.RdfFormat.N_TRIPLES)))


law = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=100)


@law
@given(given_graphs=graphs())
def test_every_format_holds_exactly_the_statements_of_the_staged_graphs(stage, prefixes, given_graphs):
    with tempfile.TemporaryDirectory() as folder:
        staging = stage(given_graphs, into=Path(folder) / "graphs")
        made = write(staging, prefixes, Path(folder) / "dumps")
        by_key = {dump.path.name: dump for dump in made}
        for key in GRAPHS:
            assert read(by_key[f"ckg.{key}"].path) == expected(staging, named=False), key
        for key in ("nq", "trig"):
            assert read(by_key[f"ckg.{key}"].path) == expected(staging, named=True), key


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's own JSON-LD reader
@law
@given(given_graphs=graphs())
def test_rdflib_reads_the_same_graph_from_every_format(stage, prefixes, monkeypatch, given_graphs):
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    with tempfile.TemporaryDirectory() as folder:
        staging = stage(given_graphs, into=Path(folder) / "graphs")
        write(staging, prefixes, Path(folder) / "dumps")
        for key in GRAPHS:
            path = Path(folder) / "dumps" / f"ckg.{key}"
            assert rdflib_canonical(path) == expected(staging, named=False), key


@law
@given(given_graphs=graphs(with_controls, predicates() | named()))
def test_what_xml_cannot_say_is_left_out_with_a_reason_and_all_other_formats_are_whole(stage, prefixes, given_graphs):
    with tempfile.TemporaryDirectory() as folder:
        staging = stage(given_graphs, into=Path(folder) / "graphs")
        for dump in write(staging, prefixes, Path(folder) / "dumps"):
            if dump.omitted:
                assert dump.format is formats.RDF_XML
                assert not dump.path.exists()
            elif dump.path.stem == "ckg":
                named = dump.path.suffix in (".nq", ".trig")
                assert read(dump.path) == expected(staging, named=named), dump.path.name


def test_the_same_graphs_give_the_same_bytes(stage, prefixes, tmp_path):
    graphs = {name: [f"<{BASE}id/{i}> <{BASE}ontology#p> _:b{i % 7}" for i in range(200)] for name in ("a", "inferred")}
    first = write(stage(graphs, into=tmp_path / "1g"), prefixes, tmp_path / "1")
    second = write(stage(graphs, into=tmp_path / "2g"), dict(reversed(prefixes.items())), tmp_path / "2", processes=2)
    assert [dump.sha256 for dump in first] == [dump.sha256 for dump in second]
    assert len(first) == 8
    for path in (tmp_path / "1").iterdir():
        assert path.read_bytes() == (tmp_path / "2" / path.name).read_bytes()


def test_lexical_forms_stay_as_they_were_written(stage, prefixes, tmp_path):
    forms = ['"01"^^xsd:integer', '"1.30e0"^^xsd:double', '"1.0"^^xsd:decimal', '"2025-12-19+00:00"^^xsd:date']
    full = [form.replace("xsd:", f"<{XSD}") + ">" for form in forms]
    write(stage({"a": [f"<{BASE}id/a> <{BASE}ontology#p> {form}" for form in full]}), prefixes, tmp_path / "dumps")
    for key in GRAPHS:
        found = {str(q.object) for q in ox.parse(path=tmp_path / f"dumps/ckg.{key}", format=OXIGRAPH[key])}
        assert found == set(full), key


@pytest.mark.parametrize(
    "form",
    [
        "0.0000001",
        "0.000001",
        "100000000000000000000.0",
        "-0.0",
        "12345678901234567890",
        "-1",
        "00",
        "+1.0",
        "01.50",
        "-00.5",
    ],
)
def test_rdflib_rewrites_no_number_of_the_turtle(stage, prefixes, tmp_path, monkeypatch, form):
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    kind = "decimal" if "." in form else "integer"
    staging = stage({"a": [f'<{BASE}id/a> <{BASE}ontology#p> "{form}"^^<{XSD}{kind}>']})
    write(staging, prefixes, tmp_path / "dumps")
    assert rdflib_canonical(tmp_path / "dumps/ckg.ttl") == expected(staging, named=False)


def test_a_part_is_told_from_the_data_set_by_what_it_holds_whatever_the_project_is_called(stage, prefixes, tmp_path):
    staging = stage({"a": [f"<{BASE}id/a> <{RDF_TYPE}> <{BASE}ontology#Claim>"]})
    (tmp_path / "dumps").mkdir()
    found, _ = dumps.write(staging, tmp_path / "dumps", "my-shapes", prefixes=prefixes, base=Base(BASE))
    assert [dump.path.name for dump in found if dump.part] == ["my-shapes-asserted.nt", "my-shapes-shapes.ttl"]
    assert dumps.read(tmp_path / "dumps") == found


def test_people_can_read_the_turtle(stage, prefixes, tmp_path):
    staging = stage(
        {
            "a": [
                f'<{BASE}id/a> <http://www.w3.org/2000/01/rdf-schema#label> "A"@en',
                f"<{BASE}id/a> <{RDF_TYPE}> <{BASE}ontology#Claim>",
                f'<{BASE}id/a> <{BASE}ontology#amount> "20"^^<{XSD}integer>',
            ]
        }
    )
    write(staging, prefixes, tmp_path / "dumps")
    text = (tmp_path / "dumps/ckg.ttl").read_text(encoding="utf-8")
    assert f'<{BASE}id/a> a ckg:Claim ;\n    rdfs:label "A"@en ;\n    ckg:amount 20 .\n' in text
    trig = (tmp_path / "dumps/ckg.trig").read_text(encoding="utf-8")
    assert f"<{BASE}graph/a> {{\n    <{BASE}id/a> a ckg:Claim ;\n" in trig


def test_people_can_read_the_json_ld(stage, prefixes, tmp_path):
    staging = stage(
        {
            "a": [
                f'<{BASE}id/a> <http://www.w3.org/2000/01/rdf-schema#label> "A \\"日\\""@en',
                f"<{BASE}id/a> <{RDF_TYPE}> <{BASE}ontology#Claim>",
                f'<{BASE}id/a> <{BASE}ontology#note> "plain"',
            ]
        }
    )
    write(staging, prefixes, tmp_path / "dumps")
    document = json.loads((tmp_path / "dumps/ckg.jsonld").read_bytes())
    assert document["@context"]["ckg"] == f"{BASE}ontology#"
    assert document["@graph"] == [
        {
            "@id": f"{BASE}id/a",
            "@type": "ckg:Claim",
            "rdfs:label": {"@language": "en", "@value": 'A "日"'},
            "ckg:note": "plain",
        }
    ]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_an_iri_whose_scheme_is_also_a_prefix_is_not_expanded_in_json_ld(stage, prefixes, tmp_path):
    staging = stage({"a": [f"<geo:43.2,76.9> <{BASE}ontology#near> <{GEO}x>"]})
    write(staging, prefixes, tmp_path / "dumps")
    assert read(tmp_path / "dumps/ckg.jsonld") == expected(staging, named=False)
    graph = rdflib.Graph().parse(tmp_path / "dumps/ckg.jsonld", format="json-ld")
    assert list(graph) == [tuple(map(rdflib.URIRef, ("geo:43.2,76.9", f"{BASE}ontology#near", f"{GEO}x")))]


def test_shapes_are_a_dump_of_their_own(stage, prefixes, tmp_path):
    staging = stage({"a": ["<x:a> <x:p> <x:b>"], "shapes": ["<x:shape> <x:p> <x:b>"]})
    write(staging, prefixes, tmp_path / "dumps")
    assert "x:shape" in (tmp_path / "dumps/ckg-shapes.ttl").read_text(encoding="utf-8")
    assert all(b"x:shape" not in (tmp_path / f"dumps/ckg.{f.key}").read_bytes() for f in formats.DUMP_FORMATS)


def test_checksums_are_those_that_sha256sum_checks(stage, prefixes, tmp_path):
    made = write(stage({"a": ["<x:a> <x:p> <x:b>"]}), prefixes, tmp_path / "dumps")
    for dump in made:
        data = dump.path.read_bytes()
        assert (dump.sha256, dump.bytes) == (hashlib.sha256(data).hexdigest(), len(data))
    command = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    assert subprocess.run(command, cwd=tmp_path / "dumps", check=False).returncode == 0
    assert len((tmp_path / "dumps/SHA256SUMS").read_text().splitlines()) == len(made)


@pytest.mark.skipif(shutil.which("rapper") is None, reason="rapper (Debian's raptor2-utils) is not installed")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(given_graphs=graphs())
def test_rapper_reads_the_same_graph(stage, prefixes, given_graphs):
    with tempfile.TemporaryDirectory() as folder:
        staging = stage(given_graphs, into=Path(folder) / "graphs")
        write(staging, prefixes, Path(folder) / "dumps")
        # rapper resolves absolute IRIs too and so drops their dot segments, against RFC 3986, section 5.2.2.
        assume(not any("/." in line for line in expected(staging, named=False)))
        for key, name in (("ttl", "turtle"), ("nt", "ntriples"), ("rdf", "rdfxml")):
            command = ["rapper", "-q", "-i", name, "-o", "ntriples", str(Path(folder) / "dumps" / f"ckg.{key}")]
            done = subprocess.run(command, capture_output=True, check=False)
            assert done.returncode == 0, (key, done.stderr)
            assert canonical(list(ox.parse(done.stdout, format=ox.RdfFormat.N_TRIPLES))) == expected(
                staging, named=False
            ), key


def test_what_was_written_can_be_asked_for_later(stage, prefixes, tmp_path):
    made = write(stage({"a": ["<x:a> <x:1> <x:b>"]}), prefixes, tmp_path / "dumps")
    assert dumps.read(tmp_path / "dumps") == made
    assert [dump.path.name for dump in made if dump.omitted] == ["ckg.rdf"]


def test_a_triple_term_of_rdf_1_2_is_refused_by_name(stage, prefixes, tmp_path):
    staging = stage({"a": ["<x:a> <x:p> <<( <x:a> <x:p> <x:b> )>>"]})
    with pytest.raises(StageFailed, match=r"RDF 1\.2"):
        write(staging, prefixes, tmp_path / "dumps")


def test_a_folder_that_cannot_be_written_is_named(stage, tmp_path):
    with pytest.raises(StageFailed, match="nowhere"):
        dumps.union(stage({"a": ["<x:a> <x:p> <x:b>"]}), tmp_path / "nowhere", "ckg")
