"""Every file of the ontology and the data is well formed, with the project's prefixes and headers."""

import re
import unicodedata
from pathlib import Path

import pyoxigraph
import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, SH, SKOS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic

ROOT = Path(__file__).parents[2]
ONTOLOGY_FILES = sorted((ROOT / "ontology").rglob("*.ttl"))
FILES = [*ONTOLOGY_FILES, *sorted((ROOT / "data").rglob("*.ttl"))]
MODULES = [path for path in ONTOLOGY_FILES if path.parent.name not in ("vocab", "labels")]
SCHEMES = [path for path in ONTOLOGY_FILES if path.parent.name == "vocab"]
VANN = Namespace("http://purl.org/vocab/vann/")
BASE = "https://w3id.org/ckg/"


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def prefixes_of(text: str) -> dict[str, str]:
    return dict(re.findall(r"(?m)^@prefix\s+([\w-]*):\s+<([^>]*)>\s*\.$", text))


def bound_prefixes() -> dict[str, str]:
    graph = Graph().parse(ROOT / "ontology" / "prefixes.ttl")
    return {
        str(graph.value(row, SH.prefix)): str(graph.value(row, SH.namespace)) for row in graph.objects(None, SH.declare)
    }


@pytest.mark.parametrize("path", FILES, ids=name)
def test_both_parsers_read_the_same_graph(path):
    by_rdflib = Graph().parse(path, format="turtle")
    triples = pyoxigraph.parse(path=str(path), format=pyoxigraph.RdfFormat.TURTLE)
    lines = pyoxigraph.serialize(triples, format=pyoxigraph.RdfFormat.N_TRIPLES)
    assert isomorphic(by_rdflib, Graph().parse(data=lines, format="nt"))


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_file_binds_only_the_projects_prefixes(path):
    bound = bound_prefixes()
    assert {p: ns for p, ns in prefixes_of(path.read_text("utf-8")).items() if bound.get(p) != ns} == {}


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_file_binds_no_prefix_that_it_does_not_use(path):
    text = path.read_text("utf-8")
    body = re.sub(r"(?m)^@prefix.*$|<[^>\s]*>", "", text)
    assert [p for p in prefixes_of(text) if not re.search(rf"(?<![\w:-]){re.escape(p)}:[\w-]", body)] == []


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_file_starts_with_a_comment_that_says_what_it_holds(path):
    assert re.match(r"# \S+", path.read_text("utf-8"))


@pytest.mark.parametrize("path", FILES, ids=name)
def test_lines_end_cleanly_and_text_is_in_one_unicode_form(path):
    text = path.read_text("utf-8")
    assert text.endswith("\n")
    assert not re.search(r"[ \t\r]\n|\t", text)
    assert unicodedata.is_normalized("NFC", text)


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_has_one_full_header(path):
    graph = Graph().parse(path)
    (module,) = graph.subjects(RDF.type, OWL.Ontology)
    relative = path.relative_to(ROOT / "ontology").with_suffix("").as_posix()
    assert str(module) == BASE + ("ontology" if relative == "ckg" else f"ontology/{relative}")
    version = graph.value(module, OWL.versionInfo)
    assert graph.value(module, OWL.versionIRI) == URIRef(f"{module}/{version}")
    for required in (DCTERMS.title, DCTERMS.description):
        assert graph.value(module, required).language == "en"
    for required in (DCTERMS.created, DCTERMS.modified):
        assert graph.value(module, required).datatype == XSD.date
    assert isinstance(graph.value(module, DCTERMS.license), URIRef)
    assert graph.value(module, VANN.preferredNamespacePrefix) == Literal("ckg")
    assert graph.value(module, VANN.preferredNamespaceUri) == Literal(f"{BASE}ontology#")


def test_the_root_imports_every_module():
    root = Graph().parse(ROOT / "ontology" / "ckg.ttl")
    modules = {
        URIRef(BASE + "ontology/" + p.relative_to(ROOT / "ontology").with_suffix("").as_posix()) for p in MODULES
    }
    assert set(root.objects(None, OWL.imports)) == modules - {URIRef(BASE + "ontology/ckg")}


@pytest.mark.parametrize("path", SCHEMES, ids=name)
def test_a_vocabulary_file_is_one_scheme_with_every_concept_in_it(path):
    graph = Graph().parse(path)
    (scheme,) = graph.subjects(RDF.type, SKOS.ConceptScheme)
    assert str(scheme) == f"{BASE}id/scheme/{path.stem}"
    concepts = set(graph.subjects(RDF.type, SKOS.Concept))
    assert concepts
    for concept in concepts:
        assert str(concept).startswith(f"{BASE}id/{path.stem}/")
        assert (concept, SKOS.inScheme, scheme) in graph
        assert [label.language for label in graph.objects(concept, SKOS.prefLabel)] == ["en"]
        assert graph.value(concept, SKOS.definition)
        assert bool(graph.value(concept, SKOS.broader)) != ((concept, SKOS.topConceptOf, scheme) in graph)


@pytest.mark.parametrize("path", sorted((ROOT / "ontology" / "alignments").glob("*.ttl")), ids=name)
def test_an_alignment_only_maps(path):
    graph = Graph().parse(path)
    mapping = {
        RDFS.subClassOf, RDFS.subPropertyOf, OWL.inverseOf, OWL.equivalentClass, OWL.equivalentProperty,
    }  # fmt: skip
    for s, p, o in graph:
        if (s, RDF.type, OWL.Ontology) not in graph:
            assert p in mapping or (p, o) in {(RDF.type, OWL.TransitiveProperty), (RDF.type, OWL.SymmetricProperty)}
