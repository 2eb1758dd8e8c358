"""The law of the screened engine: on any data and any shapes, its report is pyshacl's report."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ckg.errors import ProjectError
from ckg.model.staged import Role, Staging
from ckg.validate import validate

EXAMPLES = int(os.environ.get("CKG_EXAMPLES", "80"))
NODES = [":a", ":b", ":c", ":d", "_:x", "_:y"]
CLASSES = [":C", ":D", ":E"]
PROPERTIES = [":p", ":q", ":r"]
LITERALS = [
    *(
        '"a"',
        '"b"',
        '""',
        '"a b"',
        '"ab"@en',
        '"ab"@fr',
        '"c"@en',
        '"d"@en-gb',
        r'"tab\t\"quote\" \\ back"',
        '"é ü 日本"',
    ),
    *("1", "2", "10", '"01"^^xsd:integer', '"-3"^^xsd:integer', '"+2"^^xsd:integer', '"x"^^xsd:integer', "1.0", "2.50"),
    *(
        "1.0e0",
        '"NaN"^^xsd:double',
        "true",
        '"maybe"^^xsd:boolean',
        '"1_0"^^xsd:integer',
        '"1"^^xsd:nonNegativeInteger',
    ),
    *('"2025-12-20"^^xsd:date', '"2024-02-29"^^xsd:date', '"2025-02-30"^^xsd:date', '"2025-12-20Z"^^xsd:date'),
    *('"2025-12-20T10:00:00Z"^^xsd:dateTime', '"2025"^^xsd:gYear', '"z"^^:custom', '"P5Y"^^xsd:duration'),
    *('"a\\u0001b\\nc"', '"xy"^^xsd:token', '"it\'s"', '"12"', '"<b>"^^rdf:HTML', '"2025-13"^^xsd:gYearMonth'),
]
DATATYPES = [
    *("xsd:string", "xsd:integer", "xsd:decimal", "xsd:double", "xsd:boolean", "xsd:date", "xsd:dateTime", "xsd:gYear"),
    *("rdf:langString", ":custom", "xsd:nonNegativeInteger", "rdfs:Literal", "xsd:duration", "xsd:token"),
]

node = st.sampled_from(NODES)
literal = st.sampled_from(LITERALS)
term = st.one_of(node, literal)
prop = st.sampled_from(PROPERTIES)
klass = st.sampled_from(CLASSES)

triple = st.one_of(
    st.builds("{} {} {} .".format, node, prop, term),
    st.builds("{} a {} .".format, node, klass),
    st.builds("{} rdfs:subClassOf {} .".format, klass, klass),
    st.builds("{} {} {} .".format, klass, prop, term),
)
data = st.lists(triple, min_size=1, max_size=30).map("\n".join)


def paths():
    simple = st.one_of(prop, prop.map("[ sh:inversePath {} ]".format))
    return st.recursive(
        simple,
        lambda inner: st.one_of(
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"( {' '.join(parts)} )"),
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"[ sh:alternativePath ( {' '.join(parts)} ) ]"),
            inner.map("[ sh:inversePath {} ]".format),
            inner.map("[ sh:zeroOrMorePath {} ]".format),
            inner.map("[ sh:oneOrMorePath {} ]".format),
            inner.map("[ sh:zeroOrOnePath {} ]".format),
        ),
        max_leaves=3,
    )


def listed(items):
    return st.lists(items, min_size=1, max_size=3).map(lambda found: f"( {' '.join(found)} )")


number = st.integers(0, 3)
bound = st.sampled_from(["1", "2.5", '"2025-01-01"^^xsd:date', '"m"', "1.5e0", '"2025-01-01T00:00:00Z"^^xsd:dateTime'])
IRI_TERMS = st.one_of(st.sampled_from(NODES[:4]), literal)

value_constraints = st.one_of(
    st.sampled_from(DATATYPES).map("sh:datatype {}".format),
    klass.map("sh:class {}".format),
    st.sampled_from(["IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral"]).map(
        "sh:nodeKind sh:{}".format
    ),
    st.builds("sh:{} {}".format, st.sampled_from(["minLength", "maxLength"]), number),
    st.builds(
        "sh:{} {}".format, st.sampled_from(["minInclusive", "maxInclusive", "minExclusive", "maxExclusive"]), bound
    ),
    st.sampled_from([r'"^\\d+$"', '"a"', '"^.b"', r'"\\s"', '"^A" ; sh:flags "i"']).map("sh:pattern {}".format),
    listed(st.sampled_from(['"en"', '"fr"', '"en-gb"', '"*"'])).map("sh:languageIn {}".format),
    listed(IRI_TERMS).map("sh:in {}".format),
    IRI_TERMS.map("sh:hasValue {}".format),
    prop.map("sh:equals {}".format),
    prop.map("sh:disjoint {}".format),
    st.builds("sh:closed true ; sh:ignoredProperties {}".format, listed(st.sampled_from([*PROPERTIES, "rdf:type"]))),
)
set_constraints = st.one_of(
    number.map("sh:minCount {}".format),
    number.map("sh:maxCount {}".format),
    st.just("sh:uniqueLang true"),
    prop.map("sh:lessThan {}".format),
    prop.map("sh:lessThanOrEquals {}".format),
)


def body(constraints):
    return st.lists(constraints, min_size=1, max_size=3).map(" ; ".join)


extras = st.sampled_from(
    ["", "", "", ' ; sh:message "Mend it."@en', " ; sh:severity sh:Warning", " ; sh:deactivated true"]
)


QUERIES = [
    "$this ex:p ?value",
    "$this ex:p ?value FILTER (?value > 1)",
    "$this ex:p ?value FILTER (STR(?value) < 'b')",
    "$this ex:p ?x ; ex:q ?value FILTER (?x = ?value)",
    "$this ex:p ?x ; ex:q ?value FILTER (?x != ?value && STRLEN(STR(?value)) > 1)",
    "$this ex:p ?value FILTER (!STRSTARTS(STR(?value), 'a') || ?value = 2)",
    "?value ex:p $this FILTER (?value != $this)",
    "$this ex:p ?x . ?x ex:q ?value OPTIONAL { ?x ex:r ?y } FILTER (!BOUND(?y))",
    "{ $this ex:p ?value } UNION { $this ex:q ?value FILTER (?value < 5) }",
    "$this a ex:C ; ex:p ?value FILTER NOT EXISTS { ?value a ex:D }",
    "$this ex:p ?x BIND ((?x - 1) AS ?value) FILTER (?value != 0)",
    "$this ex:p ?x BIND (SUBSTR(STR(?x), 1, 4) AS ?value)"
    " FILTER (REGEX(?value, '^2[0-9]+') && xsd:integer(?value) > 2024)",
    "$this ex:p ?value FILTER (?value = ex:a || ?value = 'a')",
    "$this ex:p ?x BIND (CONCAT(STR(?x), REPLACE(STR(?x), '[ab]', '')) AS ?value) FILTER (STRENDS(?value, 'c'))",
    "$this ?p ?value FILTER (ISLITERAL(?value))",
    "$this ex:p/ex:q ?value",
    "$this ex:p ?value FILTER (?value <= '2025-06-01'^^xsd:date)",
    "$this ex:p ?x ; ex:p ?value FILTER (STR(?x) != STR(?value) && CONTAINS(STR(?x), 'b'))",
]
sparql = st.sampled_from(QUERIES).map(
    lambda where: (
        f'sh:sparql [ sh:select """PREFIX ex: <https://example.org/> '
        f'PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> SELECT $this ?value WHERE {{ {where} }}""" ]'
    )
)


def property_shape(inner):
    return st.builds("[ sh:path {} ; {}{} ]".format, paths(), body(inner), extras)


def nested(shape):
    return st.one_of(
        shape.map("sh:node [ a sh:NodeShape ; {} ]".format),
        shape.map("sh:not [ {} ]".format),
        st.builds(
            lambda kind, members: f"sh:{kind} ( {' '.join(f'[ {member} ]' for member in members)} )",
            st.sampled_from(["and", "or", "xone"]),
            st.lists(shape, min_size=1, max_size=3),
        ),
        property_shape(st.one_of(shape, set_constraints)).map("sh:property {}".format),
    )


def qualified(shape):
    return st.builds(
        "sh:qualifiedValueShape [ {} ] ; sh:qualified{}Count {} ; sh:qualifiedValueShapesDisjoint {}".format,
        shape,
        st.sampled_from(["Min", "Max"]),
        number,
        st.sampled_from(["false", "true"]),
    )


shape_body = st.recursive(value_constraints, lambda inner: st.one_of(inner, nested(inner)), max_leaves=4)
in_property = st.one_of(shape_body, set_constraints, qualified(shape_body))
targets = st.one_of(
    klass.map("sh:targetClass {}".format),
    IRI_TERMS.map("sh:targetNode {}".format),
    prop.map("sh:targetObjectsOf {}".format),
    prop.map("sh:targetSubjectsOf {}".format),
)
node_shapes = st.builds(
    lambda target, own, properties, extra: "a sh:NodeShape ; " + " ; ".join([target, *own, *properties]) + extra,
    targets,
    st.lists(st.one_of(shape_body, sparql), max_size=2),
    st.lists(property_shape(in_property).map("sh:property {}".format), max_size=3),
    extras,
)
root_properties = st.builds("a sh:PropertyShape ; {} ; sh:path {} ; {}".format, targets, paths(), body(in_property))
shapes = st.lists(st.one_of(node_shapes, root_properties), min_size=1, max_size=3).map(
    lambda bodies: "\n".join(f":S{n} {text} ." for n, text in enumerate(bodies))
)


def outcome(staging: Staging, folder: Path, engine: str):
    try:
        report = validate(staging, folder / engine, engine=engine)
    except ProjectError:
        return "a fault"  # which of several faults is met first is nobody's promise
    return report.results, report.turtle.read_bytes()


@pytest.fixture(scope="module")
def stage_in():
    """Return a function that stages texts in a folder (Hypothesis and function fixtures do not mix)."""
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("staging_for_tests", Path(__file__).with_name("conftest.py"))
    module = module_from_spec(spec)
    spec.loader.exec_module(module)

    def make(folder: Path, *texts: tuple[str, Role, str]) -> Staging:
        graphs = (module.staged(folder, name, role, text, f"{name}.ttl") for name, role, text in texts)
        return Staging(tuple(sorted(graphs, key=lambda graph: graph.name)))

    return make


@settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(first=data, second=data, shapes=shapes)
def test_the_engines_agree_on_any_data_and_shapes(stage_in, first, second, shapes):
    with TemporaryDirectory() as name:
        folder = Path(name)
        staging = stage_in(
            folder, ("one", Role.DATA, first), ("two", Role.ONTOLOGY, second), ("shapes", Role.SHAPES, shapes)
        )
        assert outcome(staging, folder, "screened") == outcome(staging, folder, "pyshacl")
