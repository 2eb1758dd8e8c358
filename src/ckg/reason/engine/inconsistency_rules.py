"""The rules that conclude false, asked once the fixed point is reached."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ckg.reason.engine import literals
from ckg.reason.engine.compile import Atom, Instance
from ckg.reason.engine.fixed_point import Engine
from ckg.reason.engine.schema import IdTriple
from ckg.reason.engine.sql import EVERYTHING, body
from ckg.reason.inconsistency import Clash, Contradictions
from ckg.reason.rules.datatypes import belongs
from ckg.reason.rules.owl_terms import SAME_AS, TYPE, compact
from ckg.reason.rules.table import WORDS

_PER_INSTANCE = 25
_DIFFERENT = "two literals with different values (dt-diff) would have to be the same"


def contradictions(engine: Engine) -> Contradictions:
    """Return the contradictions that the rules find: the first of each axiom that is broken, and how many there are."""
    more: list[int] = []
    found = {*_violations(engine, more), *_datatypes(engine, more)}
    shown = sorted(found, key=lambda clash: (clash.rule, clash.triples, clash.note))
    return Contradictions(tuple(shown), len(shown) + sum(more))


def _violations(engine: Engine, more: list[int]) -> Iterator[Clash]:
    """Yield the first contradictions of each axiom; `more` gets the numbers of those that are left out."""
    total = engine.counts()
    for instance in engine.program.violations:
        if not instance.atoms:
            yield _clash(engine, instance, instance.premises)
        elif all(total.of(atom) for atom in instance.atoms):
            source, columns = body(instance.atoms, None, EVERYTHING)
            variables = ", ".join(columns.values()) or "1"
            query = f"SELECT DISTINCT {variables} {source}"
            rows = engine.connection.execute(f"{query} ORDER BY ALL LIMIT {_PER_INSTANCE}").fetchall()
            if len(rows) == _PER_INSTANCE:
                counted = engine.connection.execute(f"SELECT count(*) FROM ({query})").fetchone()
                more.append((counted[0] if counted else 0) - len(rows))
            for row in rows:
                values = dict(zip(columns, row, strict=False))
                triples = [_filled(atom, values) for atom in instance.atoms]
                yield _clash(engine, instance, (*triples, *instance.premises))


def _filled(atom: Atom, values: dict[str, int]) -> IdTriple:
    s, p, o = (values[word] if isinstance(word, str) else word for word in atom)
    return s, p, o


def _clash(engine: Engine, instance: Instance, triples: Iterable[IdTriple]) -> Clash:
    return Clash(instance.rule, tuple(engine.spell(triple) for triple in triples), WORDS[instance.rule])


def _datatypes(engine: Engine, more: list[int]) -> Iterator[Clash]:
    """dt-not-type by form and by place, and eq-diff1 over dt-diff."""
    connection, terms = engine.connection, engine.terms
    ill_formed = literals.ill_formed(connection, terms)
    stated = (
        "(SELECT s, p, o FROM (SELECT s, p, o, k FROM facts UNION ALL SELECT s, p, o, k FROM replaced) "
        "WHERE o IN (SELECT unnest($numbers)) AND k = 0)"
    )
    numbers = {"numbers": ill_formed}
    rows = connection.execute(f"SELECT * FROM {stated} ORDER BY o, s, p LIMIT {_PER_INSTANCE}", numbers).fetchall()
    if len(rows) == _PER_INSTANCE:
        counted = connection.execute(f"SELECT count(*) FROM {stated}", numbers).fetchone()
        more.append((counted[0] if counted else 0) - len(rows))
    for s, p, o in rows:
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
        misplaced = list(literals.misplaced(connection, terms, datatype, query))
        more.append(max(0, len(misplaced) - _PER_INSTANCE))
        for row in misplaced[:_PER_INSTANCE]:
            values = dict(zip(columns, row[1:], strict=True))
            triples = [*(_filled(atom, values) for atom in instance.atoms), *instance.premises]
            note = f"the value is no {compact(datatype)}"
            yield Clash("dt-not-type", tuple(engine.spell(triple) for triple in triples), note)
    find = engine.classes.find
    refused = sorted({(find(left), find(right)) for left, right in engine.classes.refused})
    more.append(max(0, len(refused) - _PER_INSTANCE))
    for left, right in refused[:_PER_INSTANCE]:
        yield Clash("eq-diff1", (engine.spell((left, engine.id(SAME_AS), right)),), _DIFFERENT)
    yield from _of_equal_literals(engine, datatypes)
    for members in engine.classes.members().values():
        different = literals.differ(engine.token(member) for member in members)
        if different:
            triple = (different[0], SAME_AS, different[1])
            yield Clash("eq-diff1", (triple,), _DIFFERENT)


def _of_equal_literals(engine: Engine, datatypes: Mapping[int, str]) -> Iterator[Clash]:
    """dt-not-type over eq-rep-s: a thing that is the same as a literal has the type of a datatype that this has not."""
    held = {
        root: [token for token in map(engine.token, members) if token.startswith('"')]
        for root, members in engine.classes.members().items()
    }
    roots = [root for root, tokens in held.items() if tokens]
    rows = engine.connection.execute(
        "SELECT s, o FROM facts WHERE p = $type AND s IN (SELECT unnest($roots)) AND o IN (SELECT unnest($kinds)) "
        "ORDER BY s, o",
        {"type": engine.id(TYPE), "roots": roots, "kinds": list(datatypes)},
    ).fetchall()
    for root, kind in rows:
        thing = engine.token(root)
        for token in held[root]:
            if belongs(token, datatypes[kind]) is False:
                triples = ((thing, TYPE, datatypes[kind]), (thing, SAME_AS, token))
                note = f"the value of {token} is no {compact(datatypes[kind])}"
                yield Clash("dt-not-type", triples, note)
                break
