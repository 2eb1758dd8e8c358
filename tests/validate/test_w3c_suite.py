"""The W3C SHACL test suite, by its manifests: what each engine reports, held against what the suite expects."""

import hashlib
from collections import Counter
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import outside
import pyoxigraph as ox
import pytest
from rdflib import RDF, BNode, Graph, Namespace, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from ckg.errors import ProjectError
from ckg.model.staged import Role, StagedGraph, Staging
from ckg.validate import paths, validate
from ckg.validate.rdflib_graphs import from_rdflib, lexical_forms_kept

SUITE = outside.need_suite("shacl", __name__).resolve()
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")

LEDGER = {
    "core/property/uniqueLang-002": "pyshacl refuses two values of sh:uniqueLang; the suite ignores them",
    "sparql/pre-binding/shapesGraph-001": "pyshacl does not support $shapesGraph, which SHACL-SPARQL leaves optional",
}
CASES = 120


def entries(manifest: Path):
    with lexical_forms_kept():
        graph = Graph().parse(manifest, publicID=manifest.as_uri())
    for include in sorted(graph.objects(URIRef(manifest.as_uri()), MF.include)):
        yield from entries(Path(unquote(include.removeprefix("file://"))))
    for head in graph.objects(None, MF.entries):
        for entry in graph.items(head):
            yield graph, entry


def name(entry) -> str:
    return unquote(entry.removeprefix(f"{SUITE.as_uri()}/"))


@cache
def cases():
    """The graph and the node of every entry of the suite, by its name."""
    return {name(entry): (graph, entry) for graph, entry in entries(SUITE / "manifest.ttl")}


def pytest_generate_tests(metafunc):
    if "case" in metafunc.fixturenames:
        metafunc.parametrize("case", sorted(cases()))


def staged(folder: Path, uri: str, role: Role) -> StagedGraph:
    file = Path(unquote(uri.removeprefix("file://")))
    graph = f"https://example.org/graph/{role.value}"
    labels: dict[str, str] = {}

    def written(term) -> str:
        if isinstance(term, ox.BlankNode):
            return f"_:{labels.setdefault(term.value, f'b{len(labels)}')}"
        return str(term)

    quads = ox.parse(path=file, format=ox.RdfFormat.TURTLE, base_iri=file.as_uri())
    lines = sorted({" ".join([*map(written, (q.subject, q.predicate, q.object)), f"<{graph}> .\n"]) for q in quads})
    path = folder / f"{role.value}.nq"
    path.write_text("".join(lines), encoding="utf-8")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return StagedGraph(graph, role, path, digest, len(lines), (file.name,))


def run(case: str, folder: Path, engine: str):
    graph, entry = cases()[case]
    action = graph.value(entry, MF.action)
    data = staged(folder, graph.value(action, SHT.dataGraph), Role.DATA)
    shapes = staged(folder, graph.value(action, SHT.shapesGraph), Role.SHAPES)
    return validate(Staging((data, shapes)), folder / "report", engine=engine)


def plain(node) -> str:
    return (
        "blank"
        if isinstance(node, BNode | ox.BlankNode)
        else str(from_rdflib(node) if isinstance(node, Node) else node)
    )


def expected(graph, report) -> Counter:
    rows = Counter()
    for result in graph.objects(report, SH.result):
        path = graph.value(result, SH.resultPath)
        value = graph.value(result, SH.value)
        rows[
            (
                plain(graph.value(result, SH.focusNode)),
                None if path is None else paths.describe(graph, path),
                None if value is None else plain(value),
                str(graph.value(result, SH.resultSeverity)),
                str(graph.value(result, SH.sourceConstraintComponent)),
                plain(graph.value(result, SH.sourceShape)),
            )
        ] += 1
    return rows


def passes(case: str, folder: Path, engine: str) -> bool:
    graph, entry = cases()[case]
    wanted = graph.value(entry, MF.result)
    try:
        report = run(case, folder, engine)
    except ProjectError:
        return wanted == SHT.Failure
    if wanted == SHT.Failure:
        return False
    found = Counter(
        (
            plain(r.focus_node),
            r.path,
            None if r.value is None else plain(r.value),
            r.severity,
            r.component,
            plain(r.shape),
        )
        for r in report.results
    )
    return found == expected(graph, wanted)


def test_the_suite_is_complete():
    assert len(cases()) == CASES


@pytest.mark.parametrize("engine", ["pyshacl", "screened"])
def test_the_engine_reports_what_the_suite_expects(case, engine, tmp_path):
    assert passes(case, tmp_path, engine) is (case not in LEDGER), LEDGER.get(case)


def test_the_engines_agree(case, tmp_path):
    outcomes = []
    for engine in ("pyshacl", "screened"):
        folder = tmp_path / engine
        folder.mkdir()
        try:
            report = run(case, folder, engine)
            outcomes.append((report.results, report.turtle.read_bytes()))
        except ProjectError as error:
            outcomes.append(str(error))
    assert outcomes[0] == outcomes[1]


def test_manifest_entries_are_all_validations():
    assert {graph.value(entry, RDF.type) for graph, entry in cases().values()} == {SHT.Validate}
