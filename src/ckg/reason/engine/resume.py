"""Going on from an earlier closure: what was added since is the seed of the fixed point, not everything.

The earlier run's log is loaded under the new numbers of terms, so that only triples of new graphs lie in the first
window. That is possible where every graph of the earlier run is still there, unchanged, and the rules are the same;
otherwise the closure is made from nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from ckg.model.staged import Role, Staging
from ckg.reason.engine.compile import Atom, Instance
from ckg.reason.engine.fixed_point import Engine
from ckg.reason.engine.load import MAX_LINE_BYTES
from ckg.reason.engine.program import Active
from ckg.reason.engine.sql import WITNESS_BITS
from ckg.reason.engine.tables import quoted
from ckg.reason.proofs.derivation_log import OFFSET, REWRITTEN
from ckg.reason.rules.table import AXIOMS, RULES, Rule

Content = Mapping[str, Any]


def rules_digest(rules: Iterable[Rule] = RULES) -> str:
    """Return a digest of rules: what was inferred by other rules is of no use."""
    return hashlib.sha256(repr((tuple(rules), AXIOMS)).encode()).hexdigest()


def graphs_of(staging: Staging) -> dict[str, str]:
    """Return the names and digests of the graphs that are reasoned over."""
    return {graph.name: graph.sha256 for graph in staging.of(Role.ONTOLOGY, Role.DATA, Role.CONTEXT)}


def earlier(folder: Path | None, staging: Staging, rules: Iterable[Rule] = RULES) -> Content | None:
    """Return what the run that filled a folder left in `rules.json`, or None where it cannot be built on."""
    path = folder and folder / "derivations" / "rules.json"
    if path is None or not path.is_file():
        return None
    content: Content = json.loads(path.read_text(encoding="utf-8"))
    now = graphs_of(staging)
    unchanged = all(now.get(name) == digest for name, digest in content.get("graphs", {}).items())
    return content if unchanged and content.get("digest") == rules_digest(rules) else None


def restore(engine: Engine, connection: duckdb.DuckDBPyConnection, content: Content, derivations: Path) -> None:
    """Put an engine, whose facts are the asserted triples, into the state in which the earlier run ended.

    Facts of new graphs have the step 1 when this begins, and a step after all others when it ends.
    """
    row = connection.execute("SELECT max(strlen(t)) FROM dictionary").fetchone()
    longest = max(MAX_LINE_BYTES, (row[0] if row else 0) + 100)
    terms = (
        f"read_csv({quoted(str(derivations / 'terms'))}, columns = {{'line': 'VARCHAR'}}, delim = '\x01', quote = '', "
        f"escape = '', header = false, auto_detect = false, strict_mode = false, max_line_size = {longest}, "
        f"buffer_size = {longest * 4})"
    )
    connection.execute(
        f"CREATE TEMP TABLE renumbered AS SELECT (left(line, 10)::UBIGINT - {OFFSET})::UINTEGER AS old, d.id AS new "
        f"FROM {terms} JOIN dictionary d ON d.t = substring(line, 12)"
    )
    ids: dict[int, int] = dict(connection.execute("SELECT old, new FROM renumbered").fetchall())
    _restore_program(engine, content, ids)
    classes = {ids[root]: [ids[member] for member in members] for root, members in content["classes"]}
    equations = [(ids[left], ids[right], step) for left, right, step in content["equations"]]
    engine.classes.restore(classes, equations)
    engine.refresh()
    _restore_facts(engine, connection, derivations / "log")


def _restore_program(engine: Engine, content: Content, ids: Mapping[int, int]) -> None:
    def atom(words: list[int | str]) -> Atom:
        s, p, o = (word if isinstance(word, str) else ids[word] for word in words)
        return s, p, o

    registry = []
    for rule, premises, atoms, head in content["instances"]:
        stated = tuple((ids[s], ids[p], ids[o]) for s, p, o in premises)
        registry.append(Instance(rule, stated, tuple(map(atom, atoms)), head and atom(head)))
    active = [Active(number, registry[number], literals) for number, literals in content["active"]]
    engine.program.restore(registry, active)


def _restore_facts(engine: Engine, connection: duckdb.DuckDBPyConnection, log: Path) -> None:
    columns = ", ".join(f"'{name}': 'UBIGINT'" for name in ("s", "p", "o", "step", "i", "w"))
    connection.execute(
        f"CREATE TEMP TABLE past AS SELECT s.new AS s, p.new AS p, o.new AS o, (l.step - {OFFSET})::UINTEGER AS step, "
        f"((l.i - {OFFSET}) << {WITNESS_BITS}) | coalesce(w.new, 0)::UBIGINT AS k FROM "
        f"read_csv({quoted(str(log))}, columns = {{{columns}}}, header = false, auto_detect = false) l "
        f"JOIN renumbered s ON s.old = l.s - {OFFSET} JOIN renumbered p ON p.old = l.p - {OFFSET} "
        f"JOIN renumbered o ON o.old = l.o - {OFFSET} LEFT JOIN renumbered w ON w.old = l.w - {OFFSET}"
    )
    members = [(m, root) for root, group in engine.classes.members().items() for m in group if m != root]
    connection.execute(
        "CREATE TEMP TABLE represented AS SELECT unnest($old)::UINTEGER AS old, unnest($new)::UINTEGER AS new",
        {"old": [old for old, _ in members], "new": [new for _, new in members]},
    )
    renamed = " OR ".join(f"{column} IN (SELECT old FROM represented)" for column in "spo")
    row = connection.execute("SELECT coalesce(max(step), 0) FROM past").fetchone()
    base = max([row[0] if row else 0, *(step for _, _, step in engine.classes.equations)])
    same = "f.s = n.s AND f.p = n.p AND f.o = n.o"
    execute = connection.execute
    # What was inferred and is asserted now is no news to any rule.
    execute("CREATE TEMP TABLE fresh AS SELECT s, p, o FROM facts WHERE step = 1")
    execute(f"UPDATE facts AS f SET step = 0 WHERE step = 1 AND EXISTS (SELECT 1 FROM past n WHERE {same})")
    execute(f"UPDATE facts SET step = {base + 1} WHERE step = 1")
    execute(f"INSERT INTO replaced SELECT * FROM facts WHERE {renamed}")
    execute(f"DELETE FROM facts WHERE {renamed}")
    execute(f"INSERT INTO replaced SELECT * FROM past WHERE {renamed}")
    execute(f"INSERT INTO facts SELECT n.* FROM past n ANTI JOIN facts f ON {same} WHERE NOT ({renamed})")
    execute(
        f"INSERT INTO facts SELECT n.s, n.p, n.o, {base + 1}, {REWRITTEN << WITNESS_BITS} FROM (SELECT DISTINCT "
        f"coalesce(a.new, s) AS s, coalesce(b.new, p) AS p, coalesce(c.new, o) AS o FROM fresh "
        f"LEFT JOIN represented a ON a.old = s LEFT JOIN represented b ON b.old = p "
        f"LEFT JOIN represented c ON c.old = o) n ANTI JOIN facts f ON {same}"
    )
    engine.step = base + 1
    engine.window = base
