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
            rows = engine.tables.rows(f"{query} ORDER BY ALL LIMIT {_PER_INSTANCE}")
            if len(rows) == _PER_INSTANCE:
                more.append(engine.tables.rows(f"SELECT count(*) FROM ({query})")[0][0] - len(rows))
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
    tables, terms = engine.tables, engine.terms
    tables.put("ill_formed", {"id": literals.ill_formed(tables, terms)})
    stated = (
        "(SELECT s, p, o FROM (SELECT s, p, o, k FROM facts UNION ALL SELECT s, p, o, k FROM replaced) "
        "WHERE o IN (SELECT id FROM ill_formed) AND k = 0)"
    )
    rows = tables.rows(f"SELECT * FROM {stated} ORDER BY o, s, p LIMIT {_PER_INSTANCE}")
    if len(rows) == _PER_INSTANCE:
        more.append(tables.rows(f"SELECT count(*) FROM {stated}")[0][0] - len(rows))
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
        misplaced = list(literals.misplaced(tables, terms, datatype, query))
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
    classes = [_literals(engine, members) for members in engine.classes.members().values()]
    tokens = engine.tokens(literal for members in classes for literal in members)
    for members in classes:
        different = literals.differ(tokens[member] for member in members)
        if different:
            triple = (different[0], SAME_AS, different[1])
            yield Clash("eq-diff1", (triple,), _DIFFERENT)


def _literals(engine: Engine, members: Iterable[int]) -> list[int]:
    return [member for member in members if member < engine.terms.first_iri]


def _of_equal_literals(engine: Engine, datatypes: Mapping[int, str]) -> Iterator[Clash]:
    """dt-not-type over eq-rep-s: a thing that is the same as a literal has the type of a datatype that this has not."""
    held = {root: _literals(engine, members) for root, members in engine.classes.members().items()}
    roots = [root for root, members in held.items() if members]
    if not roots:
        return
    tokens = engine.tokens([*roots, *(literal for members in held.values() for literal in members)])
    engine.tables.put("roots", {"t": roots})
    kinds = ", ".join(map(str, datatypes))
    rows = engine.tables.rows(
        f"SELECT s, o FROM facts WHERE p = {engine.id(TYPE)} AND s IN (SELECT t FROM roots) AND o IN ({kinds}) "
        "ORDER BY s, o"
    )
    for root, kind in rows:
        thing = tokens[root]
        for token in (tokens[literal] for literal in held[root]):
            if belongs(token, datatypes[kind]) is False:
                triples = ((thing, TYPE, datatypes[kind]), (thing, SAME_AS, token))
                note = f"the value of {token} is no {compact(datatypes[kind])}"
                yield Clash("dt-not-type", triples, note)
                break
