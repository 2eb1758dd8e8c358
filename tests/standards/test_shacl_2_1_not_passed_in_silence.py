"""SHACL 1.4, 2.1, 3.3: what no engine evaluates is said by shape, file and line, and refused where that is asked."""

import shutil
import subprocess
import sys

import pytest
from tests.sparql import live

from ckg.errors import ProjectError
from ckg.model.validation_options import ValidationOptions

DATA = ":a a :T ; :p 1 ."
SHAPE = ":S a sh:NodeShape ; sh:targetClass :T ; {} ."
PROPERTY = SHAPE.format("sh:property [ sh:path :p ; {} ]")
SILENT = [
    (PROPERTY.format("sh:minCoutn 1"), "sh:minCoutn, which is no term of SHACL; perhaps sh:minCount is meant"),
    (SHAPE.format("sh:targetclass :T"), "sh:targetclass, which is no term of SHACL; perhaps sh:targetClass is meant"),
    (PROPERTY.format("sh:severity sh:Warnin"), "sh:Warnin, which is no term of SHACL; perhaps sh:Warning is meant"),
    (SHAPE.format("sh:rule [ a sh:TripleRule ]"), "sh:rule, which is a term of SHACL Advanced Features"),
    (
        PROPERTY.format("sh:memberShape [ sh:nodeKind sh:IRI ]"),
        "sh:memberShape, which is a term of the drafts of SHACL 1.2",
    ),
    (SHAPE.format("sh:js [ ]"), "sh:js, which is a term of the JavaScript extensions of SHACL"),
    (SHAPE.format("<https://www.w3.org/ns/shacl#closed> true"), "which is not in the namespace of SHACL"),
    (
        SHAPE.format("sh:closed true ; sh:ignoredProperties rdf:type"),
        "sh:ignoredProperties with a value that is no list",
    ),
    (SHAPE.format("sh:ignoredProperties ( rdf:type )"), "sh:ignoredProperties without sh:closed"),
    (PROPERTY.format('sh:flags "i"'), "sh:flags without sh:pattern"),
    (PROPERTY.format("sh:qualifiedMinCount 1"), "sh:qualifiedMinCount without sh:qualifiedValueShape"),
    (PROPERTY.format("sh:qualifiedValueShape [ sh:class :T ]"), "without sh:qualifiedMinCount or sh:qualifiedMaxCount"),
    (SHAPE.format("sh:qualifiedValueShape [ sh:class :T ] ; sh:qualifiedMinCount 1"), "without sh:path"),
    (PROPERTY.format('sh:qualifiedValueShapesDisjoint "no"'), "where true or false is asked for"),
    (SHAPE.format("sh:node :Nowhere"), "refers to <https://example.org/Nowhere>, and no file says anything of it"),
    (SHAPE.format("sh:target [ a :Unknown ]"), "sh:target of a kind that is not evaluated"),
    (SHAPE.format("sh:nodeKind sh:IRI . :Lonely a sh:NodeShape ; sh:class :T"), "Lonely> has no target, and nothing"),
    (
        SHAPE.format("sh:nodeKind sh:IRI . :Lonely sh:class :T ; sh:node :Other . :Other sh:node :Lonely"),
        "has no target",
    ),
    (
        SHAPE.format("sh:nodeKind sh:IRI . :T a sh:NodeShape, owl:Class ; sh:class :T"),
        "has to be an rdfs:Class in the shapes",
    ),
    (SHAPE.format("sh:targetClass :Nobody"), "fits nothing in the data: sh:targetClass <https://example.org/Nobody>"),
    (SHAPE.format("sh:targetNode :nobody"), "fits nothing in the data: sh:targetNode <https://example.org/nobody>"),
    (SHAPE.format("sh:targetSubjectsOf :q"), "fits nothing in the data: sh:targetSubjectsOf <https://example.org/q>"),
    (SHAPE.format("sh:targetObjectsOf :q"), "fits nothing in the data: sh:targetObjectsOf <https://example.org/q>"),
    (
        SHAPE.format("sh:nodeKind sh:IRI . :N a rdfs:Class, sh:NodeShape ; sh:class :T"),
        "fits nothing in the data: the class",
    ),
    (
        SHAPE.format('sh:target [ sh:select "SELECT ?this { ?this <urn:x> ?o }" ]'),
        "fits nothing in the data: sh:target",
    ),
    (
        "<https://example.org/o> owl:imports <https://example.org/other> . " + SHAPE.format("sh:class :T"),
        "nothing is imported",
    ),
]


@pytest.mark.parametrize(("shapes", "said"), SILENT)
def test_what_is_not_evaluated_is_said(check, shapes, said):
    report = check(DATA, shapes)
    assert [row.message for row in report.unevaluated if said in row.message], report.unevaluated


def test_shapes_in_the_ontology_are_said(check):
    report = check(DATA, SHAPE.format("sh:class :T"), ":O a sh:NodeShape ; sh:targetClass :T ; sh:class :U .")
    assert [row.term for row in report.unevaluated] == ["https://example.org/O"]


UNDERSTOOD = """
:S a sh:NodeShape ; sh:targetClass :T ; sh:closed true ; sh:ignoredProperties ( rdf:type ) ; sh:name "S"@en ;
  sh:property :P , [ sh:path :q ; sh:maxCount 1 ; sh:order 1 ; sh:group :G ; sh:defaultValue 1 ] ;
  sh:or ( [ sh:class :T ] [ sh:not [ sh:class :U ] ] ) ; :longest 9 .
:P sh:path :p ; sh:pattern "[0-9]" ; sh:flags "i" ; sh:qualifiedValueShape [ sh:datatype xsd:integer ] ;
  sh:qualifiedMinCount 1 ; sh:severity :Own .
:G a sh:PropertyGroup . :Own a sh:Severity . :T a rdfs:Class . :Off a sh:NodeShape ; sh:deactivated true .
:C a sh:ConstraintComponent ; sh:parameter [ a sh:Parameter ; sh:path :longest ] ;
  sh:validator [ a sh:SPARQLAskValidator ; sh:ask "ASK { FILTER (STRLEN(STR($value)) > $longest) }" ] .
:M a sh:NodeShape ; sh:targetSubjectsOf :p ; sh:property [ sh:path :p ; sh:in ( sh:rule 1 ) ] .
"""


def test_of_what_is_evaluated_nothing_is_said(check):
    report = check(DATA, UNDERSTOOD)
    assert report.results == ()
    assert report.unevaluated == ()


def test_a_shape_may_be_let_fit_nothing(check):
    shapes = ":Never a sh:NodeShape ; sh:targetSubjectsOf :q ; sh:maxLength 0 ."
    for name in ("https://example.org/Never", "https://example.org/N*"):
        assert check(DATA, shapes, options=ValidationOptions(may_be_empty=(name,))).unevaluated == ()
    assert check(DATA, shapes, options=ValidationOptions(may_be_empty=("https://example.org/n*",))).unevaluated != ()


@pytest.mark.parametrize(
    ("shapes", "said"),
    [
        (SHAPE.format("sh:property :Dangling, [ sh:minCount 1 ]"), "leads to <https://example.org/Dangling>"),
        (SHAPE.format("sh:entailment <http://www.w3.org/ns/entailment/RDFS>"), "entailment/RDFS> is not supported"),
    ],
)
def test_what_the_standard_lets_no_processor_pass_is_refused(check, shapes, said):
    with pytest.raises(ProjectError, match="cannot be used") as caught:
        check(DATA, shapes)
    assert said in caught.value.message
    assert "validate.skip_shapes" in caught.value.hint


def test_a_broken_shape_of_others_is_left_out_where_the_project_says_so(check):
    shapes = SHAPE.format("sh:property :Dangling, [ sh:path :p ; sh:maxInclusive 0 ] ; sh:node :Broken") + (
        ":Broken sh:property [ sh:path ( :a ) ; sh:minCount 1 ] ."
    )
    skipped = ("https://example.org/Broken", "https://example.org/Dangling")
    with pytest.raises(ProjectError, match="Dangling"):
        check(DATA, shapes, options=ValidationOptions(skipped=skipped[:1]))
    report = check(DATA, shapes, options=ValidationOptions(skipped=skipped))
    assert [result.component.rpartition("#")[2] for result in report.results] == ["MaxInclusiveConstraintComponent"]
    assert report.unevaluated == ()
    for name in skipped:
        assert f"Left out, as `validate.skip_shapes` says: {report.short_iri(name)}." in report.text()


@pytest.mark.parametrize(("name", "why"), [("Nobody", "no file in shapes/"), ("Inner", "S depends")])
def test_a_shape_that_cannot_be_left_out_is_said(check, name, why):
    shapes = SHAPE.format("sh:or ( :Inner [ sh:class :T ] )") + ":Inner sh:class :U ."
    with pytest.raises(ProjectError, match=why):
        check(DATA, shapes, options=ValidationOptions(skipped=(f"https://example.org/{name}",)))


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = live.project(
        tmp_path_factory.mktemp("silent"), {"a.ttl": "<http://example.org/id/a> a <http://example.org/T> ."}
    )
    (folder / "shapes").mkdir(exist_ok=True)
    (folder / "shapes" / "s.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix : <http://example.org/> .\n"
        ":First a sh:NodeShape ; sh:targetClass :T ;\n  sh:minCount 1 .\n"
        ":Second a sh:NodeShape ; sh:targetClass :T ;\n\n  sh:property [ sh:path :p ;\n    sh:minCoutn 1 ] .\n"
        ":Third a sh:NodeShape ;\n  sh:targetClass :Nobody .\n".replace("  sh:minCount 1", "  sh:nodeKind sh:IRI")
    )
    return folder


def ckg(folder, *arguments):
    command = [sys.executable, "-m", "ckg", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


def test_a_build_warns_with_file_and_line(project):
    done = ckg(project, "build")
    assert done.returncode == 0, done.stderr
    assert "shapes/s.ttl:8: the shape <http://example.org/Second> has sh:minCoutn" in done.stderr
    assert "shapes/s.ttl:10: the shape <http://example.org/Third> has a target that fits nothing" in done.stderr
    assert "First" not in done.stderr


@pytest.mark.parametrize("command", ["build", "validate"])
def test_with_strict_nothing_is_published_and_all_of_it_is_said(project, command):
    settings = (project / "ckg.toml").read_text(encoding="utf-8")
    (project / "ckg.toml").write_text(settings + "\n[validate]\nstrict = true\n", encoding="utf-8")
    try:
        done = ckg(project, command, "--releases", "elsewhere")
    finally:
        (project / "ckg.toml").write_text(settings, encoding="utf-8")
    assert done.returncode == 2
    assert "2 things" in done.stderr
    for place in ("shapes/s.ttl:8: ", "shapes/s.ttl:10: "):
        assert place in done.stderr
    assert not (project / "elsewhere" / "current").exists()


def test_a_project_with_shapes_in_its_ontology_alone_is_told(project, tmp_path):
    folder = shutil.copytree(project, tmp_path / "project", ignore=shutil.ignore_patterns("release", "shapes"))
    (folder / "ontology").mkdir(exist_ok=True)
    shutil.copy(project / "shapes" / "s.ttl", folder / "ontology" / "s.ttl")
    done = ckg(folder, "build")
    assert "ontology/s.ttl:3: the shape <http://example.org/First> is in the ontology" in done.stderr
