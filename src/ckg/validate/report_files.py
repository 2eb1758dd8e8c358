"""The report as files: canonical Turtle for RDF tools, JSON for pages and the command line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from rdflib import BNode, Graph
from rdflib.namespace import SH
from rdflib.term import Node

from ckg.model import report_json
from ckg.validate import paths
from ckg.validate.rdflib_graphs import Term, from_rdflib, to_rdflib
from ckg.validate.report import Report, ValidationResult


def write(report: Report, shapes: Graph, turtle: Path, as_json: Path) -> None:
    """Write both files; equal reports give equal bytes."""
    turtle.write_text(_turtle(report, shapes), encoding="utf-8")
    report_json.write(as_json, _head(report), (_result(result, report) for result in report.results))


def _turtle(report: Report, shapes: Graph) -> str:
    """Return the `sh:ValidationReport` (SHACL section 3.6): `sh:conforms` is true only where there is no result at all.

    Results and paths are nested, so they need no labels; blank nodes of the data and the shapes keep their staged
    labels, and blank source shapes are described after the report.
    """
    prefixes = {prefix: report.prefixes[prefix] for prefix in report.prefixes} | {"sh": str(SH)}
    lines = [f"@prefix {prefix}: <{namespace}> ." for prefix, namespace in sorted(prefixes.items())]
    lines += ["", "[] a sh:ValidationReport ;", f"  sh:conforms {'false' if report.results else 'true'}"]
    for result in report.results:
        lines[-1] += " ;"
        lines.append(f"  sh:result {_nested(result, report, shapes, '  ')}")
    lines[-1] += " ."
    every = [row for result in report.results for row in _with_details(result)]
    blank = {term for row in every for term in (row.shape, row.constraint) if isinstance(term, ox.BlankNode)}
    statements = sorted({line for term in blank for line in _closure(shapes, to_rdflib(term), set())})
    return "\n".join([*lines, *([""] if statements else []), *statements]) + "\n"


def _with_details(result: ValidationResult) -> Iterator[ValidationResult]:
    yield result
    for detail in result.details:
        yield from _with_details(detail)


def _nested(result: ValidationResult, report: Report, shapes: Graph, indent: str) -> str:
    path = _path_node(result, shapes)
    rows = [
        ("a", "sh:ValidationResult"),
        ("sh:resultSeverity", report.short_iri(result.severity)),
        ("sh:sourceConstraintComponent", report.short_iri(result.component)),
        ("sh:sourceShape", report.short(result.shape)),
        ("sh:sourceConstraint", result.constraint and report.short(result.constraint)),
        ("sh:focusNode", report.short(result.focus_node)),
        ("sh:resultPath", path and report.short_path(path)),
        ("sh:value", result.value is not None and report.short(result.value)),
        *(("sh:resultMessage", str(message)) for message in result.messages),
        *(("sh:detail", _nested(detail, report, shapes, f"{indent}  ")) for detail in result.details),
    ]
    return "[\n" + " ;\n".join(f"{indent}  {name} {value}" for name, value in rows if value) + f"\n{indent}]"


def _path_node(result: ValidationResult, shapes: Graph) -> str | None:
    """Return the path in Turtle: it is the shape's, or the IRI that a SHACL-SPARQL result bound."""
    if result.path is None:
        return None
    for node in shapes.objects(to_rdflib(result.shape), SH.path):
        if paths.describe(shapes, node) == result.path:
            try:
                return _turtle_path(paths.read(shapes, node))
            except paths.PathError:
                break
    return result.path


def _turtle_path(path: paths.Path) -> str:
    match path:
        case paths.PredicatePath(predicate):
            return f"<{predicate}>"
        case paths.Inverse(inner):
            return f"[ sh:inversePath {_turtle_path(inner)} ]"
        case paths.Repeat(inner, sign):
            name = {"*": "zeroOrMorePath", "+": "oneOrMorePath", "?": "zeroOrOnePath"}[sign]
            return f"[ sh:{name} {_turtle_path(inner)} ]"
        case paths.Alternative(parts):
            return f"[ sh:alternativePath ( {' '.join(map(_turtle_path, parts))} ) ]"
        case paths.Sequence(parts):
            return f"( {' '.join(map(_turtle_path, parts))} )"


def _closure(shapes: Graph, node: Node, seen: set[Node]) -> Iterable[str]:
    seen.add(node)
    for predicate, value in shapes.predicate_objects(node):
        yield f"{from_rdflib(node)} {from_rdflib(predicate)} {from_rdflib(value)} ."
        if isinstance(value, BNode) and value not in seen:
            yield from _closure(shapes, value, seen)


def _head(report: Report) -> dict[str, Any]:
    return {
        "conforms": report.conforms,
        "passes": report.passes,
        "engine": report.engine,
        "counts": report.counts,
        "unevaluated": [row._asdict() for row in report.unevaluated],
        "skipped": list(report.skipped),
        "plan": [
            {
                "shape": entry.shape,
                "constraint": entry.constraint,
                "way": entry.way,
                "why": entry.why,
                "focusNodes": entry.focus_nodes,
                "candidates": entry.candidates,
            }
            for entry in report.plan
        ],
    }


def _result(result: ValidationResult, report: Report) -> dict[str, Any]:
    return {
        "severity": result.severity,
        "focusNode": _term(result.focus_node),
        "label": result.label,
        "path": result.path,
        "shortPath": result.path and report.short_path(result.path),
        "value": None if result.value is None else _term(result.value),
        "messages": [_term(message) for message in result.messages],
        "component": result.component,
        "sourceShape": _term(result.shape),
        "sourceConstraint": None if result.constraint is None else _term(result.constraint),
        "namedShape": result.named_shape,
        "files": list(result.files),
        "choices": list(result.choices),
        **({"details": [_result(detail, report) for detail in result.details]} if result.details else {}),
    }


def _term(term: Term) -> dict[str, str]:
    """Return a term as SPARQL 1.1 Query Results JSON has it (section 3.2.2)."""
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    if term.language:
        return {"type": "literal", "value": term.value, "xml:lang": term.language}
    if term.datatype.value == "http://www.w3.org/2001/XMLSchema#string":
        return {"type": "literal", "value": term.value}
    return {"type": "literal", "value": term.value, "datatype": term.datatype.value}
