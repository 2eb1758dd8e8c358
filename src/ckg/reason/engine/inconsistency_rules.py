"""The rules that conclude false, asked once the fixed point is reached."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ckg.reason.engine import literals
from ckg.reason.engine.compile import Atom, Instance
from ckg.reason.engine.fixed_point import Engine
from ckg.reason.engine.schema import IdTriple
from ckg.reason.engine.sql import EVERYTHING, body
from ckg.reason.inconsistency import Clash
from ckg.reason.rules.owl_terms import SAME_AS, TYPE, compact
from ckg.reason.rules.table import WORDS

_PER_INSTANCE = 25


def clashes(engine: Engine) -> list[Clash]:
    """Return the contradictions that the rules find, at most a few for each axiom that is broken."""
    found = [*_violations(engine), *_datatypes(engine)]
    return sorted(set(found), key=lambda clash: (clash.rule, clash.triples, clash.note))


def _violations(engine: Engine) -> Iterator[Clash]:
    total = engine.counts()
    for instance in engine.program.violations:
        if not instance.atoms:
            yield _clash(engine, instance, instance.premises)
        elif all(total.of(atom) for atom in instance.atoms):
            source, columns = body(instance.atoms, None, EVERYTHING)
            variables = ", ".join(columns.values()) or "1"
            rows = engine.connection.execute(f"SELECT DISTINCT {variables} {source} ORDER BY ALL LIMIT {_PER_INSTANCE}")
            for row in rows.fetchall():
                values = dict(zip(columns, row, strict=False))
                triples = [_filled(atom, values) for atom in instance.atoms]
                yield _clash(engine, instance, (*triples, *instance.premises))


def _filled(atom: Atom, values: dict[str, int]) -> IdTriple:
    s, p, o = (values[word] if isinstance(word, str) else word for word in atom)
    return s, p, o


def _clash(engine: Engine, instance: Instance, triples: Iterable[IdTriple]) -> Clash:
    return Clash(instance.rule, tuple(engine.spell(triple) for triple in triples), WORDS[instance.rule])


def _datatypes(engine: Engine) -> Iterator[Clash]:
    """dt-not-type by form and by place, and eq-diff1 over dt-diff."""
    connection, terms = engine.connection, engine.terms
    for number in literals.ill_formed(connection, terms)[:_PER_INSTANCE]:
        for s, p, o in connection.execute(
            "SELECT s, p, o FROM (SELECT s, p, o, k FROM facts UNION ALL SELECT s, p, o, k FROM replaced) "
            f"WHERE o = {number} AND k = 0 ORDER BY ALL LIMIT {_PER_INSTANCE}"
        ).fetchall():
            yield Clash("dt-not-type", (engine.spell((s, p, o)),), "the literal is none of its datatype")
    datatypes = {engine.id(token): token for token in sorted(literals.DATATYPES)}
    for active in engine.program.active:
        instance = active.instance
        head = instance.head
        if head is None or head[1] != engine.id(TYPE) or isinstance(head[0], int) or isinstance(head[2], str):
            continue
        datatype = datatypes.get(head[2])
        if datatype is None:
            continue
        source, columns = body(instance.atoms, None, EVERYTHING)
        query = f"SELECT DISTINCT {columns[head[0]]} AS term, {', '.join(columns.values())} {source}"
        for row in list(literals.misplaced(connection, terms, datatype, query))[:_PER_INSTANCE]:
            values = dict(zip(columns, row[1:], strict=True))
            triples = [*(_filled(atom, values) for atom in instance.atoms), *instance.premises]
            note = f"the value is no {compact(datatype)}"
            yield Clash("dt-not-type", tuple(engine.spell(triple) for triple in triples), note)
    for members in engine.classes.members().values():
        different = literals.differ(engine.token(member) for member in members)
        if different:
            triple = (different[0], SAME_AS, different[1])
            yield Clash("eq-diff1", (triple,), "two literals with different values (dt-diff) would have to be the same")
