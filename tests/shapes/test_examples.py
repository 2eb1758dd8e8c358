"""Every shape of `shapes/` on examples: what conforms, and what fails with which component, how often.

The examples of a shape lie in the folder of its name. A first comment says why; `# expects SHAPE COMPONENT COUNT` lines
list every result of an invalid one. All are read together with `background.ttl` and the ontology.
"""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from rdflib import Graph
from rdflib.namespace import RDF, RDFS, SH

from ckg.validate.gate import declare_prefixes, declared_prefixes
from ckg.validate.pyshacl_reference import validate_graph
from ckg.validate.rdflib_graphs import QueriedGraph, lexical_forms_kept
from ckg.validate.shapes_graph import Shapes

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SHAPE = "https://w3id.org/ckg/shapes#"
EXAMPLES = sorted(path.relative_to(HERE).as_posix() for path in HERE.glob("*/*.ttl"))
FEWEST = 180
"""How many examples there are at least: a filter that leaves none out by mistake."""


def read(folder: str) -> Graph:
    graph = Graph(bind_namespaces="none")
    for path in sorted((ROOT / folder).rglob("*.ttl")):
        graph.parse(path)
    return graph


@cache
def ontology() -> Graph:
    return read("ontology")


@cache
def shapes() -> Shapes:
    graph = read("shapes")
    declare_prefixes(graph, ontology())
    for prefix, namespace in declared_prefixes(graph):
        graph.bind(prefix, namespace)
    return Shapes(graph)


@cache
def parsed(file: Path) -> Graph:
    with lexical_forms_kept():
        return Graph(bind_namespaces="none").parse(file)


def results(*files: Path) -> Counter:
    """Validate files with as much of the ontology as they can lean on: classes, properties, and the concepts named."""
    with lexical_forms_kept():
        data = QueriedGraph()
        for file in files:
            data += parsed(file)
        for triple in ontology().triples((None, RDFS.subClassOf, None)):
            data.add(triple)
        for node in set(data.objects()):
            for triple in ontology().triples((node, None, None)):
                data.add(triple)
        for scheme in set(data.objects(None, None)) & set(ontology().subjects(RDF.type, SKOS_SCHEME)):
            for triple in ontology().triples((scheme, None, None)):
                data.add(triple)
        found = validate_graph(shapes(), data)
    return Counter((str(r.shape), r.component) for r in found)


SKOS_SCHEME = next(iter({o for o in ontology().objects(None, RDF.type) if str(o).endswith("core#ConceptScheme")}))


def expected(file: Path) -> Counter:
    rows = Counter()
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("# expects "):
            _, _, shape, component, count = line.split()
            name = f"<{shape.replace('shape:', SHAPE)}>"
            rows[(name, component.replace("sh:", str(SH)))] += int(count)
    return rows


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_fails_where_it_says_and_nowhere_else(example):
    file = HERE / example
    assert file.read_text(encoding="utf-8").startswith("# ")
    assert bool(expected(file)) is file.name.startswith("invalid-")
    assert results(file, HERE / "background.ttl") == expected(file)


def test_the_background_of_the_examples_conforms():
    assert results(HERE / "background.ttl") == Counter()


def test_all_examples_are_run():
    assert len(EXAMPLES) >= FEWEST


def targeted() -> dict[str, set]:
    graph = shapes().graph
    kinds = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.targetNode)
    return {str(s).removeprefix(SHAPE): set(graph.objects(s, kind)) for kind in kinds for s in graph.subjects(kind)}


@pytest.mark.parametrize("shape", sorted(targeted()))
def test_a_shape_has_valid_and_invalid_examples(shape):
    names = [example.split("/")[1] for example in EXAMPLES if example.startswith(f"{shape}/")]
    assert any(name.startswith("valid-") for name in names)
    assert any(name.startswith("invalid-") for name in names)


def test_every_named_property_shape_and_rule_fails_in_some_example():
    failing = {shape for file in EXAMPLES for shape, _ in expected(HERE / file)}
    graph = shapes().graph
    own = {
        f"<{shape}>" for shape in set(graph.subjects(SH.message)) - set(graph.subjects(RDF.type, SH.SPARQLConstraint))
    }
    aside = {name for name in own if name.endswith("-inScheme>") and name != f"<{SHAPE}Concept-inScheme>"}
    assert own - failing - aside == set()
