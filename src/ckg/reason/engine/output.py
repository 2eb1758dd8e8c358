"""From the tables of a finished run to files: the staged graph of what was inferred, and why each triple holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ckg.errors import TooMuchInferred
from ckg.model.staged import Role, StagedGraph
from ckg.reason.engine.fixed_point import Engine
from ckg.reason.engine.resume import rules_digest
from ckg.reason.engine.sql import WITNESS_BITS, bindings_query
from ckg.reason.engine.tables import Tables, quoted
from ckg.reason.lines import suffix
from ckg.reason.proofs.derivation_log import OFFSET, REWRITTEN
from ckg.reason.published import ALL_EQUATIONS_OF, Published
from ckg.reason.rules.owl_terms import SAME_AS, TYPE
from ckg.reason.rules.table import WORDS
from ckg.reason.rules.trivial import trivial_sql


@dataclass(frozen=True, slots=True)
class WrittenClosure:
    """The staged graph of what was inferred, how many of its triples each rule gave, and the folder of derivations."""

    graph: StagedGraph
    rules: Mapping[str, int]
    derivations: Path


def write(engine: Engine, into: Path, graph: str, published: Published, graphs: Mapping[str, str]) -> WrittenClosure:
    """Write `inferred.nq`, the staged graph of the name `graph`, and the derivations into a folder, side by side.

    `graphs` are the names and digests of what was reasoned over, see `write_derivations`.
    """
    _collect(engine, published)
    with ThreadPoolExecutor(1) as beside, engine.tables.beside() as second:
        derivations = beside.submit(write_derivations, engine, into, graphs, second)
        written = _write_inferred(engine, into / "inferred.nq", graph)
        return WrittenClosure(*written, derivations.result())


def _write_inferred(engine: Engine, path: Path, graph: str) -> tuple[StagedGraph, dict[str, int]]:
    tables = engine.tables
    # Of the dictionary only what is used is joined with, so that it stays in memory.
    for table, columns in (
        ("nodes", "SELECT s FROM output UNION SELECT o FROM output"),
        ("predicates", "SELECT p FROM output"),
    ):
        tables.make(table, f"SELECT id, t FROM dictionary WHERE id IN ({columns})")
    digest = tables.write_increasing(
        f"s.t || ' ' || p.t || ' ' || o.t || {quoted(suffix(graph))}",
        "output r JOIN nodes s ON s.id = r.s JOIN predicates p ON p.id = r.p JOIN nodes o ON o.id = r.o",
        "r.s, r.p, r.o",
        path,
    )
    counted = tables.rows(f"SELECT k >> {WITNESS_BITS}, count(*) FROM output GROUP BY ALL ORDER BY 1")
    rules: dict[str, int] = {}
    for number, count in counted:
        rule = engine.program.registry[number].rule
        rules[rule] = rules.get(rule, 0) + count
    staged = StagedGraph(graph, Role.INFERRED, path, digest, sum(rules.values()), ())
    return staged, dict(sorted(rules.items()))


def _collect(engine: Engine, published: Published) -> None:
    """Make the table `output(s, p, o, k)`: the inferred triples to be published, without trivia and asserted ones.

    Its rows are in the order of the lines that are written from it.
    """
    tables = engine.tables
    classes = engine.classes.members()
    rows = "SELECT s, p, o, k FROM facts WHERE k <> 0"
    if classes:
        _expand(engine, classes, published)
        rows += f" AND NOT ({_IN_CLASS}) UNION ALL SELECT s, p, o, k FROM expanded"
    left_out = trivial_sql("s", "p", "o", engine.terms)
    if not published.anonymous_types:
        left_out += f" OR (p = {engine.id(TYPE)} AND o >= {engine.terms.first_blank})"
    if tables.has("described"):
        # What follows about things that only background graphs describe is not published, as these are not.
        if classes:
            tables.append(
                "described",
                "SELECT b.member, bool_or(d.data) FROM described d "
                "JOIN members a ON a.member = d.t JOIN members b ON b.root = a.root GROUP BY 1",
            )
        known = "s IN (SELECT t FROM described) OR o IN (SELECT t FROM described WHERE data)"
        left_out = f"({left_out}) OR NOT ({known})"
    tables.make_sorted("output", f"SELECT s, p, o, k FROM ({rows}) WHERE NOT ({left_out})", "s, p, o")


_IN_CLASS = " OR ".join(f"{column} IN (SELECT root FROM names)" for column in "spo")
"""Whether a row of `facts` speaks of a term that is the same as others."""


def _expand(engine: Engine, classes: dict[int, list[int]], published: Published) -> None:
    """Make the table `expanded`: what facts about equal terms mean for those of their names that are published."""
    tables = engine.tables
    _pairs(engine, "members", classes)
    names = classes
    if not published.expanded:
        names = _names(engine, published)
    _pairs(engine, "names", names)
    same_as = engine.id(SAME_AS)
    tables.make("speaking", f"SELECT s, p, o, k FROM facts WHERE {_IN_CLASS}")
    equations = "a.member <> b.member"
    if published.expanded:
        _refuse_too_many(engine, classes)
    else:
        # With many names, each is told to be the same as the one that speaks for all, and the rest follows.
        equations += (
            " AND (a.root IN (SELECT root FROM members GROUP BY root HAVING count(*) <= "
            f"{ALL_EQUATIONS_OF}) OR a.member IN (SELECT member FROM names) OR b.member IN (SELECT member FROM names))"
        )
    # Rows of `facts` name a class by its representative only, so that no other row can be what an expanded one says.
    tables.make(
        "expanded",
        f"SELECT s, p, o, min(k) AS k FROM ("
        f"SELECT coalesce(a.member, s) AS s, coalesce(b.member, p) AS p, coalesce(c.member, o) AS o, "
        f"CASE WHEN k <> 0 AND coalesce(a.member, s) = s AND coalesce(b.member, p) = p AND coalesce(c.member, o) = o "
        f"THEN k ELSE {REWRITTEN << WITNESS_BITS} END AS k FROM speaking "
        f"LEFT JOIN names a ON a.root = s LEFT JOIN names b ON b.root = p LEFT JOIN names c ON c.root = o UNION ALL "
        f"SELECT a.member, {same_as}, b.member, {REWRITTEN << WITNESS_BITS} FROM members a JOIN members b "
        f"ON a.root = b.root WHERE {equations}) n "
        f"ANTI JOIN (SELECT s, p, o FROM speaking WHERE k = 0 UNION ALL SELECT s, p, o FROM replaced WHERE k = 0) f "
        f"ON f.s = n.s AND f.p = n.p AND f.o = n.o GROUP BY s, p, o",
    )


def _refuse_too_many(engine: Engine, classes: Mapping[int, list[int]]) -> None:
    """Raise `TooMuchInferred` where equal terms have so many names that what is said under all of them is too much."""
    if engine.inferred.most is None:
        return
    sizes = "(SELECT root, count(*)::DOUBLE AS n FROM members GROUP BY root)"
    ((total,),) = engine.tables.rows(
        f"SELECT coalesce(sum(coalesce(a.n, 1) * coalesce(b.n, 1) * coalesce(c.n, 1)), 0) FROM speaking "
        f"LEFT JOIN {sizes} a ON a.root = s LEFT JOIN {sizes} b ON b.root = p LEFT JOIN {sizes} c ON c.root = o"
    )
    expected = int(total) + sum(len(members) * (len(members) - 1) for members in classes.values())
    if expected > engine.inferred.most:
        root, members = max(classes.items(), key=lambda item: len(item[1]))
        raise TooMuchInferred(
            f"{expected:,} triples would be inferred of things that are owl:sameAs, more than the limit of "
            f"{engine.inferred.most:,}: {engine.token(root)} alone has {len(members):,} names, and what is said of it "
            "is repeated under each (eq-rep-s, eq-rep-o, eq-trans)",
            hint='Write same_as = "canonical" in the section [reason] of ckg.toml: it is then said under one name. Or '
            "correct what makes these things the same, or raise most_inferred.",
        )


def _names(engine: Engine, published: Published) -> dict[int, list[int]]:
    """Return the member of each class of equal terms that statements are published under."""
    rows = engine.tables.rows("SELECT root, member, t FROM members JOIN dictionary ON id = member")
    classes: dict[int, dict[str, int]] = {}
    for root, member, token in rows:
        classes.setdefault(root, {})[token] = member
    return {root: [members[published.name(members)]] for root, members in classes.items()}


def _pairs(engine: Engine, table: str, classes: Mapping[int, list[int]]) -> None:
    pairs = [(root, member) for root, members in classes.items() for member in members]
    engine.tables.put(table, {"root": [root for root, _ in pairs], "member": [member for _, member in pairs]})


def write_derivations(engine: Engine, into: Path, graphs: Mapping[str, str], tables: Tables | None = None) -> Path:
    """Write the folder `derivations` inside `into`, which `reason.explain` opens; return it.

    Its file `log` has a line `s,p,o,step,instance,witness` for each derived row, all numbers with OFFSET added;
    `bindings` a line `s,p,o,step,value,...` for each row of a project's rule with more than one variable that its
    conclusion does not mention, where the witness would not do; `terms` a line `number term` for each term. All are
    sorted by their bytes. `rules.json` holds the instances of rules, the equations that made terms equal, the words of
    the project's rules, and what a later run needs to go on: `graphs` are the names and digests of the graphs that were
    reasoned over. The same `tables`, opened once more, let other work go on beside.
    """
    tables = tables or engine.tables
    folder = into / "derivations"
    folder.mkdir(exist_ok=True)
    log, terms, rules = (folder / name for name in ("log", "terms", "rules.json"))
    rows = "(SELECT * FROM facts WHERE k <> 0 UNION ALL SELECT * FROM replaced WHERE k <> 0)"
    columns = ("s", "p", "o", "step", f"(k >> {WITNESS_BITS})", f"(k & {2**WITNESS_BITS - 1})")
    tables.write_numbers([f"{each}::UBIGINT + {OFFSET}" for each in columns], rows, "s, p, o, step", log)
    tables.write_lines(f"(id::UBIGINT + {OFFSET}) || ' ' || t", "dictionary", "id", terms)
    _write_bindings(engine, tables, folder / "bindings")
    registry = [(i.rule, i.premises, i.atoms, i.head) for i in engine.program.registry]
    content = {
        "instances": registry,
        "equations": engine.classes.equations,
        "same_as": engine.id(SAME_AS),
        "classes": sorted(engine.classes.members().items()),
        "active": [(active.number, active.literals) for active in engine.program.active],
        "graphs": dict(sorted(graphs.items())),
        "digest": rules_digest(engine.rules),
        "words": {rule.name: rule.words for rule in engine.rules if rule.name not in WORDS},
    }
    rules.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    return folder


def _write_bindings(engine: Engine, tables: Tables, path: Path) -> None:
    """Write, for the rules of the project, which premises a row was concluded from, where that is not told otherwise.

    The rules of OWL 2 RL have premises that are found again from the conclusion and one witness, from subject to
    object; those of a project may be of any form.
    """
    own = {rule.name for rule in engine.rules if rule.name not in WORDS}
    with path.open("wb") as file:
        lines: list[bytes] = []
        for number, instance in enumerate(engine.program.registry):
            if instance.rule in own and instance.head and len(instance.witnesses) > 1:
                for row in tables.stream(bindings_query(number, instance)):
                    lines.append(",".join(str(value + OFFSET) for value in row).encode() + b"\n")
        file.writelines(sorted(lines))
