"""The instances that run: their numbers, and the queries they need for what has changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from ckg.reason.engine.compile import Instance, concludes_trivially, consumed_classes, instances, is_consumed
from ckg.reason.engine.numbered_terms import NumberedTerms
from ckg.reason.engine.schema import Schema
from ckg.reason.engine.size import TRANSITIVE
from ckg.reason.engine.sql import EVERYTHING, Linear, functional_query, join_queries, linear, linear_query
from ckg.reason.engine.tables import Tables
from ckg.reason.rules.owl_terms import SAME_AS, TYPE

_REASONS = tuple(Instance(name, (), (), None) for name in ("asserted", "eq-rep", "eq-ref", "dt-type2"))


@dataclass(frozen=True, slots=True)
class Active:
    """An instance that runs, and whether it may conclude that a literal has a type."""

    number: int
    instance: Instance
    literals: bool


@dataclass(slots=True)
class FactCounts:
    """How many facts there are by predicate, and by class for rdf:type: what cannot match is not asked."""

    type_id: int
    predicates: Counter[int] = field(default_factory=Counter)
    classes: Counter[int] = field(default_factory=Counter)

    def of(self, atom: Sequence[int | str]) -> int:
        """Return an upper bound of the facts that match a premise."""
        if atom[1] == self.type_id and isinstance(atom[2], int):
            return self.classes[atom[2]]
        return self.predicates[int(atom[1])]


class Program:
    """All instances ever made, numbered, and those that are active for the schema as it is."""

    def __init__(self, tables: Tables, terms: NumberedTerms) -> None:
        self.registry: list[Instance] = list(_REASONS)
        self.active: list[Active] = []
        self.violations: list[Instance] = []
        self.consumed: frozenset[int] | None = frozenset()
        self._numbers: dict[Instance, int] = {instance: i for i, instance in enumerate(_REASONS)}
        self._tables = tables
        self._terms = terms
        self._same_as = terms.ids[SAME_AS]

    def restore(self, registry: list[Instance], active: list[Active]) -> None:
        """Take over the instances of an earlier run, and those that it ran."""
        self.registry, self.active = registry, active
        self._numbers = {instance: number for number, instance in enumerate(registry)}

    def number(self, instance: Instance) -> int:
        """Return the number of an instance, a new one if it is new."""
        if instance not in self._numbers:
            self._numbers[instance] = len(self.registry)
            self.registry.append(instance)
        return self._numbers[instance]

    def compile(
        self, schema: Schema, asked_for: frozenset[int], on_demand: frozenset[int] = frozenset()
    ) -> list[Active]:
        """Make the instances of the rules for a schema; return those that did not run before.

        `asked_for` are classes whose members are wanted in any case, `on_demand` transitive properties that are not
        closed.
        """
        self._same_as = schema.ids[SAME_AS]
        found = [
            instance
            for instance in instances(schema)
            if not self._is_idle(instance) and not (instance.rule == TRANSITIVE and instance.atoms[0][1] in on_demand)
        ]
        consumed = consumed_classes(found, schema)
        self.consumed = None if consumed is None else consumed | asked_for
        self.violations = [instance for instance in found if instance.head is None]
        before = {(a.instance.effect, a.literals) for a in self.active}
        self.active = []
        for instance in found:
            head = instance.head
            if head is None or concludes_trivially(instance, self.consumed, schema):
                continue
            literals = head[1] != schema.ids[TYPE] or is_consumed(head[2], self.consumed)
            self.active.append(Active(self.number(instance), instance, literals))
        return [a for a in self.active if (a.instance.effect, a.literals) not in before]

    def _is_idle(self, instance: Instance) -> bool:
        """Return whether a literal stands where a predicate belongs: such triples do not exist."""
        predicates = [atom[1] for atom in (*instance.atoms, *([instance.head] if instance.head else []))]
        return any(isinstance(p, int) and p < self._terms.first_iri for p in predicates)

    def queries(self, active: Sequence[Active], window: int, delta: FactCounts, total: FactCounts) -> list[str]:
        """Return the queries for what follows from the facts of a window, of which `delta` counts the facts."""
        queries: list[str] = []
        rows: list[Linear] = []
        for a in active:
            atoms = a.instance.atoms
            changed = [i for i, atom in enumerate(atoms) if delta.of(atom)]
            if not changed or not all(total.of(atom) for atom in atoms):
                continue
            if a.instance.is_functional(self._same_as):
                queries.append(functional_query(a.number, a.instance))
            elif a.instance.is_linear:
                rows.append(linear(a.number, a.instance, literals=a.literals))
            else:
                places: Sequence[int | None] = [None] if window == EVERYTHING else changed
                first_iri = self._terms.first_iri
                queries += join_queries(a.number, a.instance, places, window, first_iri, literals=a.literals)
        return queries + self._linear_queries(rows, window)

    def _linear_queries(self, rows: Sequence[Linear], window: int) -> list[str]:
        if not rows:
            return []
        table = "linear_all" if window == EVERYTHING else "linear_new"
        names = ("i", "p", "o", "hs", "hp", "ho", "w", "literals")
        columns = {name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}
        types = {"hs": "BIGINT", "ho": "BIGINT", "w": "BIGINT", "literals": "BOOLEAN"}
        self._tables.put(table, columns, types)
        kinds = {row.obj is not None for row in rows}
        return [
            linear_query(table, window, self._terms.first_iri, with_object=with_object) for with_object in sorted(kinds)
        ]
