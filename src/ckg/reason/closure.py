"""The stage `reason`: from the staged ontology and data to the staged graph of what follows from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from ckg.model.staged import StagedGraph, Staging
from ckg.reason import owlrl_reference
from ckg.reason.engine.fixed_point import Engine
from ckg.reason.engine.inconsistency_rules import clashes
from ckg.reason.engine.load import connect, load
from ckg.reason.engine.output import write as write_made
from ckg.reason.engine.output import write_derivations
from ckg.reason.engine.resume import earlier, graphs_of, restore
from ckg.reason.inconsistency import inconsistent
from ckg.reason.lines import write
from ckg.reason.proofs.explainer import open_explainer
from ckg.reason.published import EVERYTHING, Published
from ckg.reason.rules.table import RULES, Rule

EngineName = Literal["duckdb", "owlrl"]


@dataclass(frozen=True, slots=True)
class Closure:
    """What the stage made.

    `graph` is the staged graph of the inferred triples, trivia and asserted triples left out; `rules` counts them by
    the rule that gave each, and is empty where the engine does not say; `derivations` is the folder that
    `reason.explain` opens, or None where the engine keeps none.
    """

    graph: StagedGraph
    rules: Mapping[str, int]
    derivations: Path | None


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
) -> Closure:
    """Write the OWL 2 RL closure of the staged ontology and data into the folder `into`.

    `into` is made if it is missing and gets `inferred.nq` and, from the engine `duckdb`, the folder `derivations`.
    `inferred_graph` is the IRI that the lines of `inferred.nq` name. `memory_limit` is a size such as `4GB`, `threads`
    the number to use, by default one per core: both are for the engine `duckdb`. The rules are those of OWL 2
    Profiles, section 4.3, and `own_rules` (`ckg.reason.rules.project_rules`), all to one fixed point;
    `ckg.reason.rules.trivial` says what is left out, and `published` what else may be.

    `previous` is a folder that an earlier call filled (it may be `into`): where all graphs of that call are still there
    unchanged, only what the others add is reasoned from, by the engine `duckdb`; the closure is the same.

    Raises `errors.Inconsistent` when a rule concludes false; nothing is written then.
    """
    into.mkdir(parents=True, exist_ok=True)
    if engine == "owlrl":
        return _reference(staging, into, inferred_graph, published, own_rules)
    with connect(into, memory_limit, threads) as connection:
        rules = (*RULES, *own_rules)
        content = earlier(previous, staging, rules)
        run = Engine(connection, load(connection, staging, content and content["graphs"], rules), rules)
        if previous and content:
            restore(run, content, previous / "derivations")
        run.run()
        found = clashes(run)
        if found:
            with TemporaryDirectory(dir=into) as folder:
                explainer = open_explainer(write_derivations(run, Path(folder), graphs_of(staging)), staging.graphs)
                raise inconsistent(found, staging, explainer.grounds)
        made = write_made(run, into, inferred_graph, published, graphs_of(staging))
        return Closure(made.graph, made.rules, made.derivations)


def _reference(
    staging: Staging, into: Path, inferred_graph: str, published: Published, own_rules: Sequence[Rule]
) -> Closure:
    triples, clashes = owlrl_reference.closure(staging, published, own_rules)
    if clashes:
        raise inconsistent(clashes, staging)
    return Closure(write(triples, into / "inferred.nq", inferred_graph), {}, None)
