"""The stage `reason`: from the staged ontology and data to the staged graph of what follows from them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from ckg.model.staged import StagedGraph, Staging
from ckg.reason import contradictions_file, malformed_lists, nothing
from ckg.reason.engine.duckdb_tables import DuckDBTables, open_duckdb
from ckg.reason.engine.fixed_point import Engine
from ckg.reason.engine.inconsistency_rules import contradictions as find_contradictions
from ckg.reason.engine.output import write as write_made
from ckg.reason.engine.output import write_derivations
from ckg.reason.engine.resume import earlier, graphs_of, restore
from ckg.reason.engine.tables import Tables
from ckg.reason.inconsistency import Clash, Contradictions, inconsistent
from ckg.reason.lines import Triple, write
from ckg.reason.proofs.explainer import open_explainer
from ckg.reason.published import EVERYTHING, Published
from ckg.reason.rules.profiles import EQUALITY, PROFILES, ProfileName
from ckg.reason.rules.table import Rule
from ckg.reason.spark.cluster import LOCAL, Cluster

EngineName = Literal["duckdb", "owlrl", "spark"]
WhatBecomes = Literal["refuse", "report"]


@dataclass(frozen=True, slots=True)
class Closure:
    """What the stage made.

    `graph` is the staged graph of the inferred triples, trivia and asserted triples left out; `rules` counts them by
    the rule that gave each, and is empty where the engine does not say; `derivations` is the folder that
    `reason.explain` opens, or None where the engine keeps none; `contradictions` is how many were found and reported.
    """

    graph: StagedGraph
    rules: Mapping[str, int]
    derivations: Path | None
    contradictions: int = 0


def close(
    staging: Staging,
    into: Path,
    *,
    engine: EngineName = "duckdb",
    inferred_graph: str,
    memory_limit: str = "4GB",
    threads: int | None = None,
    previous: Path | None = None,
    published: Published = EVERYTHING,
    own_rules: Sequence[Rule] = (),
    profile: ProfileName = "owl-rl",
    contradictions: WhatBecomes = "refuse",
    most_inferred: int | None = None,
    on_demand: Collection[str] = (),
    cluster: Cluster = LOCAL,
) -> Closure:
    """Write what follows from the staged ontology and data into the folder `into`.

    `into` is made if it is missing and gets `inferred.nq`, `contradictions.json` and, from the engines `duckdb` and
    `spark`, the folder `derivations`: the same bytes from both. `inferred_graph` is the IRI that the lines of
    `inferred.nq` name. `memory_limit` is a size such as `4GB`, `threads` the number to use, by default one per core:
    both are for the engine `duckdb`; `cluster` is where the engine `spark` runs. The rules are
    those of the `profile` (`ckg.reason.rules.profiles`; `owl-rl` is OWL 2 Profiles, section 4.3, and the only one
    that the engine `owlrl` knows) and `own_rules` (`ckg.reason.rules.project_rules`), all to one fixed point;
    `ckg.reason.rules.trivial` says what is left out, and `published` what else may be.

    `previous` is a folder that an earlier call filled (it may be `into`): where all graphs of that call are still there
    unchanged, only what the others add is reasoned from, by the engine `duckdb`; the closure is the same.

    A list of an axiom that is none is a `MalformedList`, or with `report` a finding like a contradiction.

    Where a rule concludes false, `contradictions` says what becomes of it. With `refuse`, `errors.Inconsistent` is
    raised and nothing is written. With `report` they are listed in `contradictions.json`, and what the other rules
    conclude is written all the same; but two literals with different values are never one, whatever a rule says.

    The engines `duckdb` and `spark` raise `errors.TooMuchInferred` above `most_inferred` triples, and before they begin
    where a transitive property would surely give twice as many. Transitive properties that are `on_demand` (tokens) are
    not closed.
    """
    into.mkdir(parents=True, exist_ok=True)
    tolerant = contradictions == "report"
    lists = malformed_lists.find(staging) if tolerant and profile in EQUALITY else []
    if not tolerant and profile in EQUALITY:
        malformed_lists.refuse(staging)
    if engine == "owlrl":
        triples, clashes = _reference(staging, published, own_rules)
        clashes = [*lists, *clashes]
        if clashes and contradictions == "refuse":
            raise inconsistent(Contradictions(clashes, len(clashes)), staging)
        contradictions_file.write(Contradictions(clashes, len(clashes)), staging, into)
        return Closure(write(triples, into / "inferred.nq", inferred_graph), {}, None, len(clashes))
    rules = (*PROFILES[profile], *own_rules)
    if not rules:
        return Closure(nothing.write(into, inferred_graph), {}, None)
    spark = (staging, cluster) if engine == "spark" else None
    with _tables(into, memory_limit, threads, spark) as tables:
        resumable = tables if isinstance(tables, DuckDBTables) else None
        # A run that keeps different literals apart has another history than one that does not.
        content = earlier(previous, staging, rules) if resumable and not tolerant else None
        terms = tables.load(staging, content and content["graphs"], rules)
        run = Engine(
            tables,
            terms,
            rules,
            equality=profile in EQUALITY,
            tolerant=tolerant,
            most_inferred=most_inferred,
            on_demand=on_demand,
        )
        if previous and content and resumable:
            restore(run, resumable.connection, content, previous / "derivations")
        run.run()
        found = find_contradictions(run) if profile in EQUALITY else Contradictions()
        found = Contradictions([*lists, *found.shown], len(lists) + found.count)
        if found.count and not tolerant:
            with TemporaryDirectory(dir=into) as folder:
                explainer = open_explainer(write_derivations(run, Path(folder), graphs_of(staging)), staging.graphs)
                raise inconsistent(found, staging, explainer.grounds)
        made = write_made(run, into, inferred_graph, published, graphs_of(staging))
        grounds = open_explainer(made.derivations, staging.graphs).grounds if found.count else lambda _: ()
        contradictions_file.write(found, staging, into, grounds)
        return Closure(made.graph, made.rules, made.derivations, found.count)


def _tables(
    into: Path, memory_limit: str, threads: int | None, spark: tuple[Staging, Cluster] | None
) -> AbstractContextManager[Tables]:
    if spark:
        # An extra, and a Java machine is started.
        from ckg.reason.spark.session import open_spark  # noqa: PLC0415

        return open_spark(into, *spark)
    return open_duckdb(into, memory_limit, threads)


def _reference(
    staging: Staging, published: Published, own_rules: Sequence[Rule]
) -> tuple[Collection[Triple], Sequence[Clash]]:
    # The reference is slow to import, and most builds never ask it.
    from ckg.reason import owlrl_reference  # noqa: PLC0415

    return owlrl_reference.closure(staging, published, own_rules)
