"""What SQL is sure of and what it leaves to pyshacl: every operator over certain failure, undecided and certain pass.

The inner constraint is `sh:datatype xsd:date`, of which SQL leaves 29 and 30 February undecided. Each operator meets
every combination, and both engines must report exactly what the logic of SHACL says.
"""

from itertools import combinations, product

import duckdb
import pytest
from rdflib import XSD

from ckg.validate.prefilter import value_tests

KINDS = {
    "fails": ('"x"', '"y"'),
    "undecided, fails": ('"2025-02-30"^^xsd:date', '"2024-02-30"^^xsd:date'),
    "undecided, passes": ('"2024-02-29"^^xsd:date', '"2028-02-29"^^xsd:date'),
    "passes": ('"2025-12-20"^^xsd:date', '"2025-12-21"^^xsd:date'),
}
PASSES = {kind: kind.endswith("passes") for kind in KINDS}
DATE = "[ sh:datatype xsd:date ]"
PROPERTIES = ("p", "q", "r")
OPERATORS = {"and": all, "or": any, "xone": lambda members: sum(members) == 1}


def last(term):
    return term.value.rpartition("/")[2]


def failing(report):
    return {last(result.focus_node) for result in report.results}


@pytest.mark.parametrize(("kind", "known"), list(zip(KINDS, (True, None, None, False), strict=True)))
def test_each_kind_is_what_it_is_called(kind, known):
    sql = value_tests.datatype(XSD.date)
    for text in KINDS[kind]:
        written = text.replace("xsd:date", f"<{XSD.date}>")
        assert duckdb.execute(f"SELECT {sql} FROM (SELECT ? AS t)", [written]).fetchone() == (known,)


def test_not_of_each(check):
    data = "\n".join(f":n{n} :p {KINDS[kind][0]} ." for n, kind in enumerate(KINDS))
    report = check(data, f":S a sh:NodeShape ; sh:targetSubjectsOf :p ; sh:property [ sh:path :p ; sh:not {DATE} ] .")
    assert failing(report) == {f"n{n}" for n, kind in enumerate(KINDS) if PASSES[kind]}


def test_not_of_not_of_each(check):
    data = "\n".join(f":n{n} :p {KINDS[kind][0]} ." for n, kind in enumerate(KINDS))
    inner = f"sh:property [ sh:path :p ; sh:not [ sh:not {DATE} ] ]"
    report = check(data, f":S a sh:NodeShape ; sh:targetSubjectsOf :p ; {inner} .")
    assert failing(report) == {f"n{n}" for n, kind in enumerate(KINDS) if not PASSES[kind]}


@pytest.mark.parametrize("negated", [False, True])
@pytest.mark.parametrize("operator", OPERATORS)
def test_and_or_and_xone_of_three_of_each(check, operator, negated):
    rows = list(product(KINDS, repeat=len(PROPERTIES)))
    data = "\n".join(
        f":n{n} a :C ; " + " ; ".join(f":{p} {KINDS[kind][0]}" for p, kind in zip(PROPERTIES, row, strict=True)) + " ."
        for n, row in enumerate(rows)
    )
    members = " ".join(f"[ sh:path :{p} ; sh:datatype xsd:date ]" for p in PROPERTIES)
    constraint = f"sh:{operator} ( {members} )"
    constraint = f"sh:not [ {constraint} ]" if negated else constraint
    report = check(data, f":S a sh:NodeShape ; sh:targetClass :C ; {constraint} .")
    conform = {f"n{n}" for n, row in enumerate(rows) if OPERATORS[operator]([PASSES[kind] for kind in row])}
    everything = {f"n{n}" for n in range(len(rows))}
    assert failing(report) == (conform if negated else everything - conform)


@pytest.mark.parametrize("negated", [False, True])
@pytest.mark.parametrize("bound", ["Min", "Max"])
def test_qualified_counts_of_none_one_or_two_of_each(check, bound, negated):
    choices = [values for n in range(3) for values in combinations((0, 1), n) if values != (1,)]
    rows = list(product(choices, repeat=len(KINDS)))
    values = [[KINDS[kind][i] for kind, some in zip(KINDS, row, strict=True) for i in some] for row in rows]
    data = "\n".join(f":n{n} a :C" + "".join(f" ; :p {v}" for v in row) + " ." for n, row in enumerate(values))
    shapes, expected = [], set()
    for count in range(4):
        counted = f"sh:path :p ; sh:qualifiedValueShape {DATE} ; sh:qualified{bound}Count {count}"
        constraint = f"sh:not [ sh:property [ {counted} ] ]" if negated else f"sh:property :P{count}"
        shapes.append(f":S{count} a sh:NodeShape ; sh:targetClass :C ; {constraint} .")
        shapes.append("" if negated else f":P{count} a sh:PropertyShape ; {counted} .")
        for n, row in enumerate(rows):
            conforming = sum(len(some) for kind, some in zip(KINDS, row, strict=True) if PASSES[kind])
            holds = conforming >= count if bound == "Min" else conforming <= count
            if holds is negated:
                expected.add((f"n{n}", count))
    report = check(data, "\n".join(shapes))
    names = [(last(result.focus_node), int(last(result.shape)[1:])) for result in report.results]
    assert sorted(names) == sorted(expected)


@pytest.mark.parametrize("bound", ["Min", "Max"])
def test_disjoint_counts_beside_a_sibling_that_each_value_fails_or_passes_surely_or_not(check, bound):
    """A value counts where it conforms to the one shape and not to its sibling's, be SQL sure of that or not."""
    rows = [tuple(row) for n in (1, 2) for row in combinations(KINDS, n)]
    values = [" , ".join(KINDS[kind][0] for kind in row) for row in rows]
    data = "\n".join(f":n{n} a :C ; :p {value} ." for n, value in enumerate(values))
    shapes = []
    for count in range(3):
        counted = f"sh:qualifiedValueShapesDisjoint true ; sh:qualified{bound}Count {count}"
        shapes.append(
            f":S{count} a sh:NodeShape ; sh:targetClass :C ; sh:property :P{count} , :Q{count} ."
            f":P{count} sh:path :p ; sh:qualifiedValueShape [ sh:nodeKind sh:Literal ] ; {counted} ."
            f":Q{count} sh:path :p ; sh:qualifiedValueShape {DATE} ; sh:qualifiedMinCount 0 ."
        )
    report = check(data, "\n".join(shapes))
    expected = set()
    for n, row in enumerate(rows):
        alone = sum(not PASSES[kind] for kind in row)
        expected.update((f"n{n}", count) for count in range(3) if (alone < count if bound == "Min" else alone > count))
    assert {(last(result.focus_node), int(last(result.shape)[1:])) for result in report.results} == expected
