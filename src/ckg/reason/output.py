"""From the tables of a finished run to files: the staged graph of what was inferred, and why each triple holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from ckg.model.staged import Role, StagedGraph
from ckg.reason.engine import Engine
from ckg.reason.lines import suffix
from ckg.reason.load import quoted
from ckg.reason.log import OFFSET
from ckg.reason.published import Published
from ckg.reason.resume import rules_digest
from ckg.reason.trivia import trivia_sql
from ckg.reason.vocabulary import SAME_AS, TYPE

_PLAIN = "(FORMAT csv, HEADER false, DELIMITER '\x01', QUOTE '', ESCAPE '')"


def write_inferred(engine: Engine, path: Path, graph: str, published: Published) -> tuple[StagedGraph, dict[str, int]]:
    """Write the inferred triples as a staged graph; return it, and how many triples each rule gave."""
    connection = engine.connection
    _collect(engine, published)
    connection.execute("SET preserve_insertion_order = true")
    connection.execute(
        f"COPY (SELECT s.t || ' ' || p.t || ' ' || o.t || {quoted(suffix(graph))} FROM output r "
        f"JOIN dictionary s ON s.id = r.s JOIN dictionary p ON p.id = r.p JOIN dictionary o ON o.id = r.o "
        f"ORDER BY r.s, r.p, r.o) TO {quoted(str(path))} {_PLAIN}"
    )
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    counted = connection.execute("SELECT k >> 32, count(*) FROM output GROUP BY ALL ORDER BY 1").fetchall()
    rules: dict[str, int] = {}
    for number, count in counted:
        rule = engine.program.registry[number].rule
        rules[rule] = rules.get(rule, 0) + count
    staged = StagedGraph(graph, Role.INFERRED, path, digest, sum(rules.values()), ())
    return staged, dict(sorted(rules.items()))


def _collect(engine: Engine, published: Published) -> None:
    """Make the table `output(s, p, o, k)`: the inferred triples to be published, without trivia and asserted ones."""
    connection = engine.connection
    classes = engine.classes.members()
    rows = "facts WHERE k <> 0"
    if classes:
        _expand(engine, classes, published)
        rows = "expanded WHERE true"
    left_out = trivia_sql("s", "p", "o", engine.terms)
    if not published.unnamed:
        left_out += f" AND NOT (p = {engine.id(TYPE)} AND o >= {engine.terms.first_blank})"
    connection.execute(f"CREATE TEMP TABLE output AS SELECT s, p, o, k FROM {rows} AND NOT {left_out}")


def _expand(engine: Engine, classes: dict[int, list[int]], published: Published) -> None:
    """Make the table `expanded`: every triple that the facts mean for the names of equal terms that are published."""
    connection = engine.connection
    _pairs(engine, "members", classes)
    names = classes
    if not published.expanded:
        names = _names(engine, published)
    _pairs(engine, "names", names)
    in_class = " OR ".join(f"{column} IN (SELECT root FROM names)" for column in "spo")
    same_as = engine.id(SAME_AS)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE expanded AS SELECT s, p, o, min(k) AS k FROM ("
        f"SELECT s, p, o, k FROM facts WHERE k <> 0 AND NOT ({in_class}) UNION ALL "
        f"SELECT coalesce(a.member, s), coalesce(b.member, p), coalesce(c.member, o), "
        f"CASE WHEN k <> 0 AND coalesce(a.member, s) = s AND coalesce(b.member, p) = p AND coalesce(c.member, o) = o "
        f"THEN k ELSE {1 << 32} END FROM facts "
        f"LEFT JOIN names a ON a.root = s LEFT JOIN names b ON b.root = p LEFT JOIN names c ON c.root = o "
        f"WHERE {in_class} UNION ALL "
        f"SELECT a.member, {same_as}, b.member, {1 << 32} FROM members a JOIN members b ON a.root = b.root "
        f"WHERE a.member <> b.member) n "
        f"ANTI JOIN (SELECT s, p, o FROM facts WHERE k = 0 UNION ALL SELECT s, p, o FROM replaced WHERE k = 0) f "
        f"ON f.s = n.s AND f.p = n.p AND f.o = n.o GROUP BY s, p, o"
    )


def _names(engine: Engine, published: Published) -> dict[int, list[int]]:
    """Return the member of each class of equal terms that statements are published under."""
    rows = engine.connection.execute("SELECT root, member, t FROM members JOIN dictionary ON id = member").fetchall()
    classes: dict[int, dict[str, int]] = {}
    for root, member, token in rows:
        classes.setdefault(root, {})[token] = member
    return {root: [members[published.name(members)]] for root, members in classes.items()}


def _pairs(engine: Engine, table: str, classes: Mapping[int, list[int]]) -> None:
    pairs = [(root, member) for root, members in classes.items() for member in members]
    engine.connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT unnest($root)::UINTEGER AS root, "
        "unnest($member)::UINTEGER AS member",
        {"root": [root for root, _ in pairs], "member": [member for _, member in pairs]},
    )


def write_derivations(engine: Engine, into: Path, graphs: Mapping[str, str]) -> Path:
    """Write the folder `derivations` inside `into`, which `reason.explain` opens; return it.

    Its file `log` has a line `s,p,o,step,instance,witness` for each derived row, all numbers with OFFSET added; `terms`
    has a line `number term` for each term; both are sorted by their bytes. `rules.json` holds the instances of rules,
    the equations that made terms equal, and what a later run needs to go on: `graphs` are the names and digests of the
    graphs that were reasoned over.
    """
    connection = engine.connection
    folder = into / "derivations"
    folder.mkdir(exist_ok=True)
    log, terms, rules = (folder / name for name in ("log", "terms", "rules.json"))
    rows = "SELECT * FROM facts WHERE k <> 0 UNION ALL SELECT * FROM replaced WHERE k <> 0"
    columns = ", ".join(
        f"{expression}::UBIGINT + {OFFSET}" for expression in ("s", "p", "o", "step", "(k >> 32)", "(k & 4294967295)")
    )
    connection.execute(
        f"COPY (SELECT {columns} FROM ({rows}) ORDER BY s, p, o, step) TO {quoted(str(log))} (HEADER false)"
    )
    connection.execute(
        f"COPY (SELECT (id::UBIGINT + {OFFSET}) || ' ' || t FROM dictionary ORDER BY id) "
        f"TO {quoted(str(terms))} {_PLAIN}"
    )
    registry = [(i.rule, i.premises, i.atoms, i.head) for i in engine.program.registry]
    content = {
        "instances": registry,
        "equations": engine.classes.equations,
        "same_as": engine.id(SAME_AS),
        "classes": sorted(engine.classes.members().items()),
        "active": [(active.number, active.literals) for active in engine.program.active],
        "graphs": dict(sorted(graphs.items())),
        "digest": rules_digest(),
    }
    rules.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    return folder
