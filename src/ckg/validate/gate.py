"""The gate: SHACL over data and ontology, from staged files to a report."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from rdflib import Graph, URIRef
from rdflib.namespace import SH

from ckg.errors import ProjectError
from ckg.model.prefixes import WELL_KNOWN, Prefixes
from ckg.model.staged import Role, StagedGraph, Staging
from ckg.model.validation_options import ValidationOptions
from ckg.validate import pyshacl_reference, report_files, unevaluated
from ckg.validate.choices import Choices
from ckg.validate.prefilter import engine
from ckg.validate.provenance import NodeProvenance
from ckg.validate.pyshacl_patches import patched
from ckg.validate.rdflib_graphs import lexical_forms_kept, load, to_rdflib
from ckg.validate.report import VIOLATION, EngineOutcome, Report, ValidationResult
from ckg.validate.shapes_graph import Shapes, leave_out

ValidationEngine = Callable[
    [Shapes, Sequence[StagedGraph], Sequence[tuple[str, str]], int | None],
    EngineOutcome,
]

ENGINES: dict[str, ValidationEngine] = {"screened": engine.run, "pyshacl": pyshacl_reference.run}
"""Who decides, by name."""


def validate(
    staging: Staging,
    into: Path,
    *,
    engine: str | None = None,
    threads: int | None = None,
    options: ValidationOptions | None = None,
) -> Report:
    """Validate data and ontology against the shapes (SHACL Core, SHACL-SPARQL, SPARQL targets) and write the report.

    `into` is a folder; `report.ttl` and `report.json` are written there, the same bytes for the same input. Inferred
    statements are not looked at, nothing is imported, no JavaScript runs. `engine` goes before that of the options.
    `threads` is how many the engine may use, by default one for each core. Prefixes for SHACL-SPARQL are the
    `sh:declare` rows of the shapes and of the ontology. Raises ProjectError where a shape cannot be used; whether the
    data pass is for the caller to ask (`Report.passes`, `Report.raise_for_violations`), and so is what to do about
    what is not evaluated (`Report.unevaluated`).
    """
    given = options or ValidationOptions()
    chosen = engine or given.engine
    if chosen not in ENGINES:
        raise ProjectError(f"no validation engine is called {chosen!r}", hint=f"There are: {', '.join(ENGINES)}.")
    data = staging.of(Role.DATA, Role.ONTOLOGY, Role.CONTEXT)
    with lexical_forms_kept(), patched():
        graph = load(shapes_graph.path for shapes_graph in staging.of(Role.SHAPES))
        ontology = load(file.path for file in staging.of(Role.ONTOLOGY))
        leave_out(graph, given.skipped)
        rows = set(unevaluated.find(graph, ontology))
        unevaluated.drop_without_effect(graph)
        declare_prefixes(graph, ontology)
        prefixes = declared_prefixes(graph)
        for prefix, namespace in prefixes:
            graph.bind(prefix, namespace, override=True, replace=True)
        outcome = ENGINES[chosen](Shapes(graph), data, prefixes, threads)
        empty = (unevaluated.without_nodes(graph, *target) for target in outcome.targets_without_nodes)
        rows.update(row for row in empty if not given.lets_be_empty(row.shape))
        choices = Choices(graph, staging.of(Role.ONTOLOGY, Role.DATA))
        found = [replace(result, choices=choices.of(to_rdflib(result.shape))) for result in outcome.results]
        found = _warned_only(found, _named_shapes(given.warn_only, graph, Prefixes(dict(prefixes))))
    results = sorted(_with_origins(found, data), key=lambda result: result.key)
    into.mkdir(parents=True, exist_ok=True)
    report = Report(
        engine=chosen,
        results=tuple(results),
        plan=tuple(outcome.plan),
        prefixes=Prefixes({**WELL_KNOWN, **dict(prefixes)}),
        turtle=into / "report.ttl",
        json=into / "report.json",
        tolerated=frozenset(given.tolerated),
        languages=given.languages,
        unevaluated=tuple(sorted(rows)),
        skipped=given.skipped,
    )
    report_files.write(report, graph, into / "report.ttl", into / "report.json")
    return report


def declare_prefixes(shapes: Graph, ontology: Graph) -> None:
    """Copy the `sh:declare` rows of the ontology to the shapes graph, where SHACL section 5.2.1 looks for them."""
    for subject, declaration in ontology.subject_objects(SH.declare):
        shapes.add((subject, SH.declare, declaration))
        for predicate, value in ontology.predicate_objects(declaration):
            shapes.add((declaration, predicate, value))


def declared_prefixes(shapes: Graph) -> list[tuple[str, str]]:
    """Return the (prefix, namespace) pairs that the graph declares, sorted."""
    return sorted(
        {
            (str(prefix), str(namespace))
            for declaration in shapes.objects(None, SH.declare)
            for prefix in shapes.objects(declaration, SH.prefix)
            for namespace in shapes.objects(declaration, SH.namespace)
        }
    )


def _named_shapes(names: Sequence[str], shapes: Graph, prefixes: Prefixes) -> set[str]:
    """Return the IRIs of the shapes with these names. Raises `ProjectError` for a name that no shape has."""
    known: dict[str, str] = {}
    for node in shapes.subjects(unique=True):
        if isinstance(node, URIRef):
            known.update({str(node): str(node), re.split(r"[/#]", str(node))[-1]: str(node)})
            if curie := prefixes.curie(str(node)):
                known[curie] = str(node)
    for name in names:
        if name not in known:
            close = difflib.get_close_matches(name, sorted(known), n=1)
            raise ProjectError(
                f"`check.shapes_as_warnings` names {name!r}, and no shape is called so",
                hint=f"Did you mean {close[0]!r}?" if close else "Write the name or the IRI of a shape of shapes/.",
            )
    return {known[name] for name in names}


def _warned_only(results: Iterable[ValidationResult], shapes: set[str]) -> list[ValidationResult]:
    def is_among(result: ValidationResult) -> bool:
        constraint = getattr(result.constraint, "value", None)
        return bool({result.named_shape, getattr(result.shape, "value", None), constraint} & shapes)

    return [
        replace(result, severity=str(SH.Warning)) if result.severity == VIOLATION and is_among(result) else result
        for result in results
    ]


def _with_origins(results: Iterable[ValidationResult], data: Sequence[StagedGraph]) -> list[ValidationResult]:
    """Add to each result its focus node's label and files; a node is looked up once."""
    known: dict[object, tuple[str | None, tuple[str, ...]]] = {}
    added = []
    with NodeProvenance(data) as origins:
        for result in results:
            node = result.focus_node
            if node not in known:
                known[node] = origins.label(node), origins.files(node)
            label, files = known[node]
            added.append(replace(result, label=label, files=files))
    return added
