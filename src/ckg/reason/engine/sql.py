"""SQL for compiled instances: queries that yield candidate triples (s, p, o, k) from the table `facts`.

`facts(s, p, o, step, k)` holds terms as integers; `step` grows with every wave of new rows, and `k` says why a row is
there: the number of the instance in the upper bits, and in the lower `WITNESS_BITS` a witness, the first variable of
the premises that the conclusion does not mention. A query for a *window* looks only for conclusions with at least one
premise whose step lies above the window's start: that makes the evaluation semi-naive.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from ckg.reason.engine.compile import Atom, Instance
from ckg.reason.proofs.derivation_log import REWRITTEN

SUBJECT: Final = -1
OBJECT: Final = -2
EVERYTHING: Final = -1
"""The start of a window that all rows lie in."""

WITNESS_BITS: Final = 33
"""Bits of a reason that hold its witness: a signed integer of 64 bits has 30 left for the instance."""

_LINEAR: Final = "CASE {0} WHEN -1 THEN f.s WHEN -2 THEN f.o ELSE {0} END"


class Linear(NamedTuple):
    """An instance with one data premise (predicate, object or None for any).

    `s`, `o` and `w` say what the conclusion's subject, its object and the witness are: SUBJECT or OBJECT of the
    premise, or a constant. `literals` tells whether the conclusion may have a literal as its subject.
    """

    number: int
    predicate: int
    obj: int | None
    s: int
    p: int
    o: int
    w: int
    literals: bool


def linear(number: int, instance: Instance, literals: bool) -> Linear:
    """Return the row for an instance with one data premise `?a P ?b` or `?a P const`."""
    (atom,), head = instance.atoms, instance.head
    if head is None:
        raise ValueError(f"{instance.rule} concludes false")
    places: dict[int | str, int] = {atom[2]: OBJECT} if isinstance(atom[2], str) else {}
    places[atom[0]] = SUBJECT
    s, p, o = (places[word] if isinstance(word, str) else word for word in head)
    witness = instance.witnesses
    w = places[witness[0]] if witness else 0
    return Linear(number, int(atom[1]), None if isinstance(atom[2], str) else atom[2], s, p, o, w, literals)


def linear_query(table: str, window: int, first_iri: int, *, with_object: bool) -> str:
    """Return the query for all rows of a table of `Linear` whose premise has, or has not, a constant object."""
    s, o, w = (_LINEAR.format(f"l.{column}") for column in ("hs", "ho", "w"))
    on = "l.p = f.p AND l.o = f.o" if with_object else "l.p = f.p"
    return (
        f"SELECT {s} AS s, l.hp AS p, {o} AS o, (l.i::UBIGINT << {WITNESS_BITS}) | ({w})::UBIGINT AS k "
        f"FROM facts f JOIN {table} l ON {on} WHERE f.step > {window} AND l.o IS {'NOT ' if with_object else ''}NULL "
        f"AND (l.literals OR ({s}) >= {first_iri})"
    )


def body(atoms: Sequence[Atom], changed: int | None, window: int) -> tuple[str, dict[str, str]]:
    """Return FROM and WHERE for a conjunction of premises, and the column of each variable.

    `changed` is the place of the premise that must lie in the window; None for no such condition.
    """
    columns: dict[str, str] = {}
    conditions: list[str] = []
    for i, atom in enumerate(atoms):
        for column, word in zip("spo", atom, strict=True):
            here = f"f{i}.{column}"
            if isinstance(word, int):
                conditions.append(f"{here} = {word}")
            elif word in columns:
                conditions.append(f"{columns[word]} = {here}")
            else:
                columns[word] = here
    if changed is not None:
        conditions.append(f"f{changed}.step > {window}")
    tables = ", ".join(f"facts f{i}" for i in range(len(atoms)))
    return f"FROM {tables} WHERE {' AND '.join(conditions)}", columns


def join_queries(
    number: int, instance: Instance, changed: Iterable[int | None], window: int, first_iri: int, *, literals: bool
) -> Iterator[str]:
    """Yield a query for each premise that may have changed."""
    if instance.head is None:
        raise ValueError(f"{instance.rule} concludes false")
    for place in changed:
        source, columns = body(instance.atoms, place, window)
        s, p, o = (columns[word] if isinstance(word, str) else str(word) for word in instance.head)
        witness = columns[instance.witnesses[0]] if instance.witnesses else "0"
        guard = "" if literals or not isinstance(instance.head[0], str) else f" AND {s} >= {first_iri}"
        reason = f"({number}::UBIGINT << {WITNESS_BITS}) | {witness}::UBIGINT"
        yield f"SELECT {s} AS s, {p} AS p, {o} AS o, {reason} AS k {source}{guard}"


def functional_query(number: int, instance: Instance) -> str:
    """Return the query that ties each member of a group of equal terms to the least of them.

    The premises of the two terms mirror each other, so one half of them is enough to find the groups.
    """
    if instance.head is None:
        raise ValueError(f"{instance.rule} concludes false")
    member, other = str(instance.head[0]), str(instance.head[2])
    half = [atom for atom in instance.atoms if other not in atom]
    source, columns = body(half, None, EVERYTHING)
    shared = ", ".join(column for variable, column in columns.items() if variable != member)
    witness = columns[instance.witnesses[0]]
    return (
        f"SELECT least AS s, {instance.head[1]} AS p, member AS o, "
        f"({number}::UBIGINT << {WITNESS_BITS}) | w::UBIGINT AS k FROM "
        f"(SELECT min({columns[member]}) OVER (PARTITION BY {shared}) AS least, {columns[member]} AS member, "
        f"{witness} AS w {source}) WHERE least <> member"
    )


def bindings_query(number: int, instance: Instance) -> str:
    """Return the query for the rows that an instance gave: s, p, o, step, and the values of all witnesses.

    The premises are rows of `facts` or `replaced` with lower steps.
    """
    if instance.head is None:
        raise ValueError(f"{instance.rule} concludes false")
    source, columns = body(instance.atoms, None, EVERYTHING)
    said = [f"{columns[word]} = h.{place}" for place, word in zip("spo", instance.head, strict=True) if word in columns]
    earlier = [f"f{i}.step < h.step" for i in range(len(instance.atoms))]
    witnesses = ", ".join(columns[word] for word in instance.witnesses)
    tables, _, conditions = source.partition(" WHERE ")
    every = "(SELECT * FROM facts UNION ALL SELECT * FROM replaced)"
    return (
        f"SELECT h.s, h.p, h.o, h.step, {witnesses} {tables.replace('facts ', f'{every} ')}, {every} h "
        f"WHERE {' AND '.join([conditions, *said, *earlier])} AND h.k >> {WITNESS_BITS} = {number} "
        f"QUALIFY row_number() OVER (PARTITION BY h.s, h.p, h.o, h.step ORDER BY {witnesses}) = 1"
    )


def rewritten(step: int, same_as: int) -> str:
    """Return the query for new rows of `facts`: those that were `touched`, in terms of what is `renamed`."""
    return (
        f"SELECT s, p, o, {step} AS step, {REWRITTEN << WITNESS_BITS} AS k FROM "
        f"(SELECT DISTINCT coalesce(a.new, s) AS s, "
        f"coalesce(b.new, p) AS p, coalesce(c.new, o) AS o FROM touched LEFT JOIN renamed a ON a.old = s "
        f"LEFT JOIN renamed b ON b.old = p LEFT JOIN renamed c ON c.old = o) n "
        f"ANTI JOIN facts f ON f.s = n.s AND f.p = n.p AND f.o = n.o WHERE NOT (n.p = {same_as} AND n.s = n.o)"
    )
