"""Draw statements of a release at random and print each with its words and its source, to be read by a person.

    python benchmarks/audit.py [--number 200] [--seed 14] [PROJECT]

Half are asserted, half inferred. Bookkeeping is left out: labels, types, notes, selectors, vocabularies. For what is
inferred its premises are printed. The same seed and release give the same statements.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from ckg.model.evidence_terms import NAMESPACE
from ckg.reason.proofs.explainer import open_explainer
from ckg.release.current import Releases

BOOKKEEPING = {
    "codingNote", "asStated", "standing", "orderInSource", "codingExtent", "attendanceExtent", "words", "name",
    "statedIn", "restsOn", "codedBy", "codedOn", "codebookVersion", "sourceTextSha256", "primarySourceUnknown",
}  # fmt: skip
SOURCES = "SELECT ?words ?source { <%s> (^ckg:amount|^ckg:quantity|^ckg:period)? ?r . " + (
    "{ ?r ckg:restsOn ?q . ?q oa:hasSelector/oa:exact ?words ; oa:hasSource/rdfs:label ?source } "
    "UNION { ?r ckg:statedIn/rdfs:label ?source FILTER NOT EXISTS { ?r ckg:restsOn/oa:hasSource/rdfs:label ?source } } "
    'FILTER(LANG(?source) = "en") }'
)


def drawn(store: ox.Store, prefixes: dict[str, str], inferred: str, *, asserted: bool) -> list[ox.Quad]:
    """Return the statements that a draw is from, in a fixed order."""
    skip = {f"{NAMESPACE}{name}" for name in BOOKKEEPING}
    kept: dict[str, ox.Quad] = {}
    for quad in store.quads_for_pattern(None, None, None, None):
        graph = quad.graph_name
        own = quad.predicate.value.startswith((NAMESPACE, "https://schema.org/", "http://data.europa.eu/eli/"))
        data = isinstance(graph, ox.NamedNode) and "/graph/" in graph.value
        if not own or not data or quad.predicate.value in skip or "/id/" not in str(quad.subject):
            continue
        if (graph.value != inferred) is asserted and not graph.value.endswith(("/ontology", "/shapes", "/queries")):
            kept[str(quad)] = quad
    return [kept[key] for key in sorted(kept)]


def named(store: ox.Store, term: ox.Term, prefixes: dict[str, str]) -> str:
    """Return the name of a term, or the term itself."""
    if isinstance(term, ox.NamedNode):
        for row in store.query(f"SELECT ?n {{ <{term.value}> ckg:name ?n }}", prefixes=prefixes):
            return f"{row['n'].value} <{term.value.rpartition('/id/')[2]}>"
        return term.value.rpartition("#")[2]
    return term.value if isinstance(term, ox.Literal) else str(term)


def lines(store: ox.Store, quad: ox.Quad, prefixes: dict[str, str]) -> Iterator[str]:
    """Yield a statement in words, then what it rests on."""
    parts = (quad.subject, quad.predicate, quad.object)
    yield " | ".join(named(store, part, prefixes) for part in parts)
    if isinstance(quad.subject, ox.NamedNode):
        for row in store.query(SOURCES % quad.subject.value, prefixes=prefixes):
            words = row["words"].value if row["words"] is not None else "(no words)"
            yield f"    “{words}” {row['source'].value}"
        query = f"SELECT ?n {{ <{quad.subject.value}> ckg:codingNote ?n }}"
        yield from (f"    note: {row['n'].value}" for row in store.query(query, prefixes=prefixes))


def main() -> None:
    """Print the draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("project", nargs="?", type=Path, default=Path(__file__).parents[1])
    parser.add_argument("--number", type=int, default=200)
    parser.add_argument("--seed", type=int, default=14)
    arguments = parser.parse_args()
    release = Releases(arguments.project / "release").current()
    store = ox.Store.read_only(str(release.store))
    prefixes = dict(release.prefixes)
    inferred = next(
        row["g"].value
        for row in store.query(
            'SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } FILTER(STRENDS(STR(?g), "graph/inferred")) }'
        )
    )
    explainer = open_explainer(release.derivations) if hasattr(release, "derivations") else None
    chance = random.Random(arguments.seed)
    for kind in ("asserted", "inferred"):
        pool = drawn(store, prefixes, inferred, asserted=kind == "asserted")
        print(f"== {kind}: {arguments.number // 2} of {len(pool)}")
        for number, quad in enumerate(chance.sample(pool, min(arguments.number // 2, len(pool))), 1):
            print(f"{number}.", "\n".join(lines(store, quad, prefixes)))
            reason = explainer.why(quad.subject, quad.predicate, quad.object) if explainer else None
            for premise in reason.premises if reason and kind == "inferred" else ():
                print("    because", " | ".join(named(store, part, prefixes) for part in premise))


if __name__ == "__main__":
    main()
