"""From rules and ontology to SQL: every match of a rule's schema premises gives an instance with constants in it.

Rules joined against tables of axioms explode; the same rules with the axioms compiled into them are ordinary
selective joins. An instance is *linear* if one data premise remains (all linear ones run as one join with a small
table), a *star* if it equates two subjects or two objects that have something in common (each is tied to the least
of its group, which is enough, as equality is closed by representatives), and a *join* otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ckg.reason.engine.schema import Bindings, IdTriple, Schema
from ckg.reason.rules.owl_terms import SAME_AS, SUB_CLASS_OF, SUB_PROPERTY_OF, THING, TYPE
from ckg.reason.rules.premises import premises
from ckg.reason.rules.table import Pattern, Rule

Atom = tuple[int | str, int | str, int | str]


@dataclass(frozen=True, slots=True)
class Instance:
    """A rule with the constants of one match of its schema premises.

    `premises` are the schema triples it rests on, `atoms` the data premises that remain, `head` the conclusion or
    None for false. Variables are `?0`, `?1`, ... in the order of their first occurrence, so that two instances that do
    the same are equal in `atoms` and `head`.
    """

    rule: str
    premises: tuple[IdTriple, ...]
    atoms: tuple[Atom, ...]
    head: Atom | None

    @property
    def effect(self) -> tuple[tuple[Atom, ...], Atom | None]:
        """What the instance does, whichever rule and axioms it comes from."""
        return self.atoms, self.head

    @property
    def witnesses(self) -> tuple[str, ...]:
        """The variables that the conclusion does not mention, in the order of their occurrence."""
        said = set(self.head or ())
        return tuple(dict.fromkeys(w for atom in self.atoms for w in atom if isinstance(w, str) and w not in said))

    def is_functional(self, same_as: int) -> bool:
        """Return whether the instance equates two terms of which its premises say the same, something shared by both.

        `same_as` is the representative of owl:sameAs.
        """
        if self.head is None or self.head[1] != same_as or not self.witnesses:
            return False
        one, other = self.head[0], self.head[2]
        if isinstance(one, int) or isinstance(other, int) or one == other:
            return False
        swapped: dict[int | str, int | str] = {one: other, other: one}
        mirrored = {tuple(swapped.get(word, word) for word in atom) for atom in self.atoms}
        return mirrored == set(self.atoms) and not any(one in atom and other in atom for atom in self.atoms)

    @property
    def is_linear(self) -> bool:
        """Whether one data premise remains, whose subject and object do not depend on each other."""
        return len(self.atoms) == 1 and isinstance(self.atoms[0][0], str) and self.atoms[0][0] != self.atoms[0][2]


def instances(schema: Schema) -> list[Instance]:
    """Return every instance of every rule that has a data premise, in the order of the rules.

    Instances that conclude what they presuppose, and those that only repeat another, are left out.
    """
    found: dict[tuple[tuple[Atom, ...], Atom | None], Instance] = {}
    for rule in schema.rules:
        for bindings in schema.matches(rule):
            instance = _instance(rule, bindings, schema)
            if instance is not None and (instance.head is None or instance.head not in instance.atoms):
                found.setdefault(instance.effect, instance)
    return list(_undominated(list(found.values()), schema))


def _instance(rule: Rule, bindings: Bindings, schema: Schema) -> Instance | None:
    atoms: list[Atom] = []
    data = premises(rule).data
    for pattern in data:
        expanded = list(_atoms(pattern, bindings, schema))
        if not expanded:
            return None  # an empty list: a chain of nothing, a key of nothing
        atoms.extend(expanded)
    if rule.head is None:
        atoms = _without_equality(atoms, schema.ids[SAME_AS])
    elif not data:
        return None  # concludes from the schema alone: ckg.reason.engine.schema does it
    names: dict[str, str] = {}
    head = None if rule.head is None else _fill(rule.head, bindings, schema)
    renamed = tuple(_rename(atom, names) for atom in atoms)
    return Instance(rule.name, schema.premises(rule, bindings), renamed, head and _rename(head, names))


def _without_equality(atoms: list[Atom], same_as: int) -> list[Atom]:
    """Put one variable in the place of two that are the same: equal terms have one representative."""
    for one, predicate, other in atoms:
        if predicate == same_as and isinstance(one, str) and isinstance(other, str):
            renamed = [tuple(one if word == other else word for word in atom) for atom in atoms]
            return _without_equality([(s, p, o) for s, p, o in renamed if (s, p, o) != (one, same_as, one)], same_as)
    return atoms


def _rename(atom: Atom, names: dict[str, str]) -> Atom:
    s, p, o = (names.setdefault(w, f"?{len(names)}") if isinstance(w, str) else w for w in atom)
    return s, p, o


def _fill(pattern: Pattern, bindings: Bindings, schema: Schema) -> Atom:
    s, p, o = (bindings.get(word, word) if word.startswith("?") else schema.ids[word] for word in pattern)
    return s, p, o


def _atoms(pattern: Pattern, bindings: Bindings, schema: Schema) -> Iterator[Atom]:
    left, operator, right = pattern[0], pattern[1], pattern[2]
    if operator == "in-all":
        for member in schema.members(bindings[right]):
            yield left, schema.ids[TYPE], member
    elif operator == "chain":
        members = schema.members(bindings[right])
        steps = [left, *(f"?step{i}" for i in range(1, len(members))), pattern[3]]
        for i, member in enumerate(members):
            yield steps[i], member, steps[i + 1]
    elif operator == "keyed":
        for i, member in enumerate(schema.members(bindings[right])):
            yield left, member, f"?value{i}"
            yield pattern[3], member, f"?value{i}"
    else:
        yield _fill(pattern, bindings, schema)


def _undominated(found: list[Instance], schema: Schema) -> Iterator[Instance]:
    """Leave out each domain or range that the others give anyway.

    The closed schema has, for a property p with domain C, every superclass of C as a domain as well, and the domain of
    every superproperty. Membership in the superclass follows from membership in C, and the superproperty's domain from
    the superproperty: only the domains that are least in this order are run.
    """
    below_class, below_property = schema.ids[SUB_CLASS_OF], schema.ids[SUB_PROPERTY_OF]

    def below(a: int, predicate: int, b: int) -> bool:
        return a == b or (a, predicate, b) in schema

    groups: dict[tuple[str, int], list[int]] = {}
    for instance in found:
        if instance.rule in ("prp-dom", "prp-rng") and instance.head:
            groups.setdefault((instance.rule, int(instance.atoms[0][1])), []).append(int(instance.head[2]))
    for instance in found:
        if instance.rule in ("prp-dom", "prp-rng") and instance.head:
            p, c = int(instance.atoms[0][1]), int(instance.head[2])
            supers = [p, *schema.objects(p, below_property)]
            if any(
                below(better, below_class, c) and not (below(q, below_property, p) and below(c, below_class, better))
                for q in supers
                for better in groups.get((instance.rule, q), ())
            ):
                continue
        yield instance


def consumed_classes(found: Iterable[Instance], schema: Schema) -> frozenset[int] | None:
    """Return the classes whose members some rule needs for more than passing them on to a superclass; None for all.

    Membership of owl:Thing, and of literals in any class, is left out of the inferred graph: it is derived only where
    somebody asks for it.
    """
    type_id = schema.ids[TYPE]
    passed_on: dict[int, list[int]] = {}
    consumed: list[int] = []
    for instance in found:
        head = instance.head
        if len(instance.atoms) == 1 and head and head[1] == type_id and instance.atoms[0][:2] == (head[0], type_id):
            source, target = instance.atoms[0][2], head[2]
            if isinstance(source, int) and isinstance(target, int):
                passed_on.setdefault(target, []).append(source)
                if source == schema.ids[THING] != target:
                    consumed.append(source)  # whatever is an owl:Thing is more than that
                continue
        for _, predicate, obj in instance.atoms:
            if predicate == type_id:
                if not isinstance(obj, int):
                    return None
                consumed.append(obj)
    closed: set[int] = set()
    while consumed:
        c = consumed.pop()
        if c not in closed:
            closed.add(c)
            consumed.extend(passed_on.get(c, ()))
    return frozenset(closed)


def concludes_trivially(instance: Instance, consumed: frozenset[int] | None, schema: Schema) -> bool:
    """Return whether an instance only says that something is an owl:Thing, and nobody asks for that."""
    thing = schema.ids[THING]
    head = instance.head
    return head is not None and head[1] == schema.ids[TYPE] and head[2] == thing and not is_consumed(thing, consumed)


def is_consumed(c: int | str, consumed: frozenset[int] | None) -> bool:
    """Return whether membership in a class is asked for."""
    return consumed is None or not isinstance(c, int) or c in consumed
