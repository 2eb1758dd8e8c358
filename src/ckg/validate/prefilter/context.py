"""What the constraints of a shape are screened with: the values to be judged, and what they ask of the whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from pyshacl.shape import Shape

from ckg.validate.prefilter.triple_table import TripleTable
from ckg.validate.rdflib_graphs import Namespaces
from ckg.validate.shapes_graph import Shapes


@dataclass(frozen=True, slots=True)
class Values:
    """The values to be judged: table `pairs(f, v)`, for the focus nodes in table `nodes(n)`."""

    shape: Shape
    nodes: str
    pairs: str


class PrefilterContext(Protocol):
    """What a constraint may ask of the screen that it is a part of (`ckg.validate.prefilter.compiler.Screen`)."""

    table: TripleTable
    namespaces: Namespaces
    shapes: Shapes
    identify: Callable[[str], int]

    def candidates(self, shape: Shape, nodes: str) -> str:
        """Return a table `candidates(n, decided)` for the nodes of table `nodes(n)`; raises NotPrefiltered."""

    def other(self, shape: Shape, node: object) -> Shape:
        """Return a shape that another one names; raises NotPrefiltered."""

    def instances(self, class_text: str) -> str:
        """Return a table of the instances of a class, those of its subclasses included."""
