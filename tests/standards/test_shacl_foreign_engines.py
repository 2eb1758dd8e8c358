"""SHACL 5.2.1, and what is published can be checked by anybody: other processors, in processes of their own.

They read the files of /dump/ and nothing else: the asserted statements and the shapes.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import outside
import pytest
from tests.sparql import live

from ckg.build.pipeline import Build
from ckg.model.config import read

PYSHACL = """
import json, sys
from pyshacl import validate
conforms, _, _ = validate(sys.argv[1], shacl_graph=sys.argv[2], data_graph_format="nt", shacl_graph_format="turtle")
print(json.dumps(conforms))
"""
PYRUDOF = """
import json, sys, pyrudof
rudof = pyrudof.Rudof(pyrudof.RudofConfig())
rudof.read_data(sys.argv[1], pyrudof.RDFFormat.NTriples)
rudof.read_shacl(sys.argv[2])
print(json.dumps(rudof.validate_shacl().conforms))
"""
SHACL = """
import json, sys, shacl
print(json.dumps(shacl.validate(sys.argv[1], sys.argv[2]).conforms))
"""
ENGINES = {"pyshacl": PYSHACL, "pyrudof": PYRUDOF, "shacl": SHACL, "Apache Jena": None}

ONTOLOGY = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<http://example.org/ontology> a owl:Ontology ;
  sh:declare [ sh:prefix "ex" ; sh:namespace "http://example.org/"^^xsd:anyURI ] .
<http://example.org/led> rdfs:subPropertyOf <http://example.org/tookPart> .
"""
SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix : <http://example.org/> .
:Meeting a sh:NodeShape ; sh:targetClass :Period ;
  sh:property [ sh:path :start ; sh:maxCount 1 ; sh:minCount 1 ; sh:pattern "^[0-9]{4}$" ] ;
  sh:property [ sh:path :tookPart ; sh:maxCount 0 ; sh:message "This is inferred, and never stated." ] ;
  sh:sparql [ sh:message "It ends before it starts." ; sh:prefixes <http://example.org/ontology> ;
    sh:select "SELECT $this WHERE { $this ex:start ?s ; ex:end ?e . FILTER (STR(?e) < STR(?s)) }" ] .
"""
DATA = """
@prefix : <http://example.org/> .
<http://example.org/id/a> a :Period ; :start "2001" ; :end "2002" ; :led <http://example.org/id/b> .
"""
BREAKING = {
    "a constraint of SHACL Core": "<http://example.org/id/x> a <http://example.org/Period> .",
    "a constraint in SPARQL": "\n".join(
        f"<http://example.org/id/x> {rest} ."
        for rest in (
            "a <http://example.org/Period>",
            '<http://example.org/start> "2005"',
            '<http://example.org/end> "2004"',
        )
    ),
}


def conforms(engine: str, data: Path, shapes: Path) -> bool:
    if engine == "Apache Jena":
        command = ["java", "-cp", outside.need_jena(), "shacl.shacl", "validate", "--shapes", shapes, "--data", data]
        said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=900).stdout
        assert "sh:conforms" in said
        return "sh:conforms  true" in said
    outside.need_module(engine)
    command = [sys.executable, "-c", ENGINES[engine], data, shapes]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def published(root: Path) -> tuple[Path, Path]:
    """The two files of the current release's dumps that belong together."""
    dumps = root / (root / "current").read_text(encoding="utf-8").strip() / "dumps"
    (data,), (shapes,) = dumps.glob("*-asserted.nt"), dumps.glob("*-shapes.ttl")
    return data, shapes


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("foreign")
    (folder / "ckg.toml").write_text(live.CONFIG.format(limits=""), encoding="utf-8")
    for name, text in {"ontology": ONTOLOGY, "shapes": SHAPES, "data": DATA}.items():
        (folder / name).mkdir()
        (folder / name / "a.ttl").write_text(text, encoding="utf-8")
    Build(read(folder), folder / "release").run()
    return published(folder / "release")


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_asserted_conforms_to_the_published_shapes(engine, small):
    assert conforms(engine, *small)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("what", BREAKING)
def test_what_breaks_them_does_not(engine, what, small, tmp_path):
    data, shapes = small
    text = BREAKING[what].replace(" a ", " <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> ")
    (tmp_path / "broken.nt").write_text(data.read_text(encoding="utf-8") + text + "\n", encoding="utf-8")
    assert not conforms(engine, tmp_path / "broken.nt", shapes)


def test_the_union_holds_what_the_shapes_do_not_hold_for(small):
    data, shapes = small
    union = data.with_name("endpoint.nt")
    assert "tookPart> <http://example.org/id/b>" in union.read_text(encoding="utf-8")
    assert not conforms("pyshacl", union, shapes)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_shipped_data_conform_to_the_shipped_shapes(engine, shipped_releases):
    if engine == "pyshacl" and not os.environ.get("CKG_EXAMPLES"):
        pytest.skip("takes pyshacl half a minute, and the gate has asked it already; to run it: CKG_EXAMPLES=1")
    assert conforms(engine, *published(shipped_releases))


def test_the_catalogue_says_which_dump_the_shapes_hold_for(small):
    data, _ = small
    void = (data.parents[1] / "void.ttl").read_text(encoding="utf-8")
    assert "what the shapes hold for" in void
    assert "dcterms:conformsTo <http://example.org/graph/shapes>" in " ".join(void.split())
