"""Finding, in bulk, the nodes that may fail a shape.

For a shape and a table of nodes, SQL gives the *candidates*: every node for which pyshacl would report a result, and
perhaps some for which it would not. A candidate is `decided` where SQL knows that it fails. That is enough to screen
sh:not and sh:xone too: a node that is no candidate conforms for sure, a sure one fails for sure, and the others stay
candidates.
"""

# ruff: noqa: S608 - the pieces of SQL are numbers, names made here, and quoted text

from __future__ import annotations

from collections.abc import Callable, Iterator

from pyshacl.constraints import CONSTRAINT_PARAMETERS_MAP
from pyshacl.constraints.constraint_component import ConstraintComponent
from pyshacl.constraints.sparql.sparql_based_constraints import SPARQLBasedConstraint
from pyshacl.errors import ConstraintLoadWarning, ReportableRuntimeError
from pyshacl.shape import Shape

from ckg.validate import paths
from ckg.validate.prefilter import set_constraints, shape_constraints, sparql_constraints, value_constraints
from ckg.validate.prefilter.context import Values
from ckg.validate.prefilter.path_sql import NotPrefiltered, PathCompiler
from ckg.validate.prefilter.triple_table import TripleTable
from ckg.validate.prefilter.value_tests import any_of
from ckg.validate.rdflib_graphs import Namespaces
from ckg.validate.shapes_graph import Shapes

_MAX_DEPTH = 6
"""How deep shapes may be nested before they are left to pyshacl, which stops at 15."""


class Prefilter:
    """Screens the shapes of one shapes graph on one triple table."""

    def __init__(
        self, table: TripleTable, shapes: Shapes, identify: Callable[[str], int], namespaces: Namespaces
    ) -> None:
        self.table = table
        self.namespaces = namespaces
        self.shapes = shapes
        self.identify = identify
        self._paths = PathCompiler(identify)
        self._instances: dict[str, str] = {}
        self._inside: list[Shape] = []

    def candidates(self, shape: Shape, nodes: str) -> str:
        """Return a table `candidates(n, decided)` for the nodes of table `nodes(n)`; raises NotPrefiltered."""
        if shape.deactivated:
            return self.table.step("SELECT 0::UBIGINT AS n, TRUE AS decided WHERE FALSE")
        return self.evaluate(shape, nodes, components(shape))

    def evaluate(self, shape: Shape, nodes: str, parts: list[ConstraintComponent]) -> str:
        """Return the candidates of some of a shape's constraints."""
        if shape in self._inside or len(self._inside) >= _MAX_DEPTH:
            raise NotPrefiltered("shapes that are recursive or deeply nested")
        if self._inside:
            return self.table.step(self._evaluated(shape, nodes, parts))
        with self.table.in_one_statement():
            return self.table.finish(self._evaluated(shape, nodes, parts))

    def _evaluated(self, shape: Shape, nodes: str, parts: list[ConstraintComponent]) -> str:
        self._inside.append(shape)
        try:
            selects = list(self._selects(self._values(shape, nodes), parts))
        finally:
            self._inside.pop()
        union = " UNION ALL ".join(selects) or "SELECT 0::UBIGINT AS n, TRUE AS decided WHERE FALSE"
        return f"SELECT n, bool_or(decided) AS decided FROM ({union}) GROUP BY n"

    def other(self, shape: Shape, node: object) -> Shape:
        """Return the shape that a constraint names; one that does not exist is for pyshacl to complain of."""
        found = shape.get_other_shape(node)
        if not isinstance(found, Shape):
            raise NotPrefiltered("a shape that does not exist")
        return found

    def instances(self, class_text: str) -> str:
        """Return a table `(n)` of the SHACL instances of a class: its own and those of its subclasses, however far."""
        if class_text not in self._instances:
            subclass, kind = (self.identify(f"<{iri}>") for iri in (_SUBCLASS, _TYPE))
            self._instances[class_text] = self.table.table(
                f"""WITH RECURSIVE below(c) AS (SELECT {self.identify(class_text)}::UBIGINT
                    UNION SELECT s FROM triple JOIN below ON o = c WHERE p = {subclass})
                SELECT DISTINCT s AS n FROM triple WHERE p = {kind} AND o IN (SELECT c FROM below)"""
            )
        return self._instances[class_text]

    def _values(self, shape: Shape, nodes: str) -> Values:
        if not shape.is_property_shape:
            return Values(shape, nodes, f"(SELECT n AS f, n AS v FROM {nodes})")
        try:
            path = paths.read(self.shapes.graph, shape.path())
        except paths.PathError as error:
            raise NotPrefiltered("a path that is not well formed") from error
        return Values(shape, nodes, self.table.step(self._paths.pairs(path, nodes)))

    def _selects(self, values: Values, parts: list[ConstraintComponent]) -> Iterator[str]:
        tests = []
        for part in parts:
            test = value_constraints.test(self, values, part)
            if test is not None:
                tests.append(test)
                continue
            if isinstance(part, SPARQLBasedConstraint):
                yield sparql_constraints.select(self, values, part)
                continue
            select = set_constraints.select(self, values, part) or shape_constraints.select(self, values, part)
            if select is None:
                raise NotPrefiltered(f"sh:{part.constraint_name().removesuffix('ConstraintComponent')}")
            yield select
        if tests:
            failing = any_of(tests)
            yield (
                f"SELECT n, coalesce(fails, FALSE) AS decided FROM (SELECT f AS n, {failing} AS fails"
                f" FROM {values.pairs} JOIN (SELECT id, text AS t FROM term) ON id = v) WHERE fails IS NOT FALSE"
            )


_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_SUBCLASS = "http://www.w3.org/2000/01/rdf-schema#subClassOf"


def components(shape: Shape) -> list[ConstraintComponent]:
    """Return the constraints of a shape as pyshacl reads them; raises NotPrefiltered where it would refuse one."""
    if shape.find_custom_constraints():
        raise NotPrefiltered("a constraint component of its own")
    kinds = {CONSTRAINT_PARAMETERS_MAP[p]: None for p in shape.sg.graph.predicates(shape.node) if p in _PARAMETERS}
    found = []
    for kind in sorted(kinds, key=lambda kind: str(kind.constraint_name())):
        try:
            found.append(kind(shape))
        except ConstraintLoadWarning:
            continue  # pyshacl leaves it out as well
        except (ReportableRuntimeError, ValueError, TypeError, AssertionError, AttributeError) as error:
            raise NotPrefiltered("a constraint that cannot be loaded") from error
    return found


_PARAMETERS = frozenset(CONSTRAINT_PARAMETERS_MAP)
