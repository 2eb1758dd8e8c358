"""From what pyshacl hands back to rows of ours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rdflib.namespace import SH
from rdflib.term import Node

from ckg.validate import paths
from ckg.validate.rdflib_graphs import from_rdflib
from ckg.validate.report import ValidationResult
from ckg.validate.shapes_graph import Shapes

Triples = Sequence[tuple[Node, Node, Any]]


def rows(shapes: Shapes, reports: Iterable[tuple[str, Node, Triples]]) -> list[ValidationResult]:
    """Return the rows of pyshacl's results.

    A report is a description, the result's node, and its triples, in which nodes of the data or shapes graph stand as
    pairs (graph, node).
    """
    reader = _Reader(shapes)
    return [reader.result(result, _by_subject(triples)) for _text, result, triples in reports]


class _Reader:
    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes
        self._described: dict[Node, str] = {}
        self._named: dict[Node, str] = {}

    def result(self, node: Node, triples: dict[Node, dict[Node, list[Any]]]) -> ValidationResult:
        values = triples[node]
        path = _one(values, SH.resultPath)
        if path is not None and path not in self._described:
            self._described[path] = paths.describe(self._shapes.graph, path)
        shape = values[SH.sourceShape][0]
        if shape not in self._named:
            self._named[shape] = self._shapes.name(shape)
        value, constraint = _one(values, SH.value), _one(values, SH.sourceConstraint)
        messages = sorted({from_rdflib(message) for message in values.get(SH.resultMessage, ())}, key=str)
        details = (self.result(detail, triples) for detail in values.get(SH.detail, ()))
        return ValidationResult(
            focus_node=from_rdflib(values[SH.focusNode][0]),
            path=None if path is None else self._described[path],
            value=None if value is None else from_rdflib(value),
            messages=tuple(messages),
            severity=str(values[SH.resultSeverity][0]),
            component=str(values[SH.sourceConstraintComponent][0]),
            shape=from_rdflib(shape),
            constraint=None if constraint is None else from_rdflib(constraint),
            named_shape=self._named[shape],
            details=tuple(sorted(details, key=lambda detail: detail.key)),
        )


def _by_subject(triples: Triples) -> dict[Node, dict[Node, list[Any]]]:
    found: dict[Node, dict[Node, list[Any]]] = {}
    for subject, predicate, value in triples:
        plain = value[1] if isinstance(value, tuple) else value
        found.setdefault(subject, {}).setdefault(predicate, []).append(plain)
    return found


def _one(values: dict[Node, list[Any]], predicate: Node) -> Any | None:
    found = values.get(predicate)
    return found[0] if found else None
