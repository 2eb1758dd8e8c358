"""Reports that are the same in every process.

pyshacl keeps some parameters of a shape in sets and lists them in its messages; Python orders sets of strings by a hash
that differs from process to process. Here those sets are given an order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pyshacl.constraints.constraint_component import ConstraintComponent
from pyshacl.constraints.core.other_constraints import HasValueConstraintComponent, InConstraintComponent
from pyshacl.constraints.core.property_pair_constraints import (
    DisjointConstraintComponent,
    EqualsConstraintComponent,
    LessThanConstraintComponent,
    LessThanOrEqualsConstraintComponent,
)
from pyshacl.constraints.core.shape_based_constraints import QualifiedValueShapeConstraintComponent
from rdflib.term import Node

_KEPT_IN_SETS: tuple[tuple[type[ConstraintComponent], str], ...] = (
    (InConstraintComponent, "in_vals"),
    (HasValueConstraintComponent, "has_value_set"),
    (EqualsConstraintComponent, "property_compare_set"),
    (DisjointConstraintComponent, "property_compare_set"),
    (LessThanConstraintComponent, "property_compare_set"),
    (LessThanOrEqualsConstraintComponent, "property_compare_set"),
    (QualifiedValueShapeConstraintComponent, "value_shapes"),
)


class OrderedNodes(set[Node]):
    """A set of nodes that is walked in the order of their text."""

    def __iter__(self) -> Iterator[Node]:
        return iter(sorted(super().__iter__(), key=_text))


def _text(node: Node) -> tuple[str, str]:
    return str(node), repr(node)


@contextmanager
def deterministic_order() -> Iterator[None]:
    """Give the sets of newly made constraints an order, for as long as the context lasts."""
    made: list[tuple[Any, Callable[..., None]]] = []
    try:
        for kind, attribute in _KEPT_IN_SETS:
            made.append((kind, kind.__init__))
            kind.__init__ = _ordering(kind.__init__, attribute)
        yield
    finally:
        for changed, original in made:
            changed.__init__ = original


def _ordering(original: Callable[..., None], attribute: str) -> Callable[..., None]:
    def made(self: ConstraintComponent, *args: Any, **options: Any) -> None:
        original(self, *args, **options)
        setattr(self, attribute, OrderedNodes(getattr(self, attribute)))

    return made
