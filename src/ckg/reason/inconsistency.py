"""What to say when a rule concludes false: the rule, the triples that clash, their labels and where they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ckg.errors import Inconsistent
from ckg.model.staged import Staging
from ckg.reason.lines import Triple, read
from ckg.reason.rules.owl_terms import LABEL, compact

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Clash:
    """One firing of a rule that concludes false.

    `rule` is the name the standard gives it, `triples` its premises as tokens, `note` what they mean in words.
    """

    rule: str
    triples: tuple[Triple, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Contradictions:
    """Some contradictions, and how many there are in all."""

    shown: Sequence[Clash] = ()
    count: int = 0


Grounds = Callable[[Triple], Sequence[Triple]]
"""From an inferred triple to the asserted ones that it follows from."""


def inconsistent(found: Contradictions, staging: Staging, grounds: Grounds = lambda _: ()) -> Inconsistent:
    """Return the error that reports clashes: for each the rule, the triples with labels, and the files they are in."""
    shown = sorted(set(found.shown), key=lambda clash: (clash.rule, clash.triples, clash.note))[:SHOWN]
    stated = {triple for clash in shown for triple in clash.triples}
    because = {triple: grounds(triple) for triple in sorted(stated)}
    places, labels = places_and_labels(staging, stated.union(*because.values()))

    def told(triple: Triple, indent: str) -> str:
        where = ", ".join(places.get(triple, ())) or "inferred"
        return f"{indent}{' '.join(_named(token, labels) for token in triple)}  ({where})"

    noun = "contradiction" if found.count == 1 else "contradictions"
    lines = [f"the ontology and the data contradict each other: {found.count:,} {noun}"]
    for clash in shown:
        lines.append(f"  {clash.rule}: {clash.note}")
        for triple in clash.triples:
            lines.append(told(triple, "    "))
            if triple not in places:
                lines.extend(told(ground, "      from ") for ground in because[triple])
    if found.count > len(shown):
        lines.append(f"  and {found.count - len(shown):,} more")
    return Inconsistent(
        "\n".join(lines),
        hint="Correct one of the statements, or the axiom that they break. To publish all the same, write "
        'contradictions = "report" in the section [reason] of ckg.toml, or engine = "none".',
    )


def _named(token: str, labels: dict[str, str]) -> str:
    label = labels.get(token)
    return f"{compact(token)} [{label}]" if label else compact(token)


def places_and_labels(staging: Staging, wanted: Iterable[Triple]) -> tuple[dict[Triple, list[str]], dict[str, str]]:
    """Find the files of the given triples and the labels of their terms in one pass over the staged graphs."""
    triples = set(wanted)
    terms = {token for triple in triples for token in triple}
    places: dict[Triple, list[str]] = {}
    labels: dict[str, str] = {}
    for graph in staging.graphs:
        for triple in read(graph):
            if triple in triples:
                places.setdefault(triple, []).extend(graph.sources or (f"graph {graph.name}",))
            if triple[1] == LABEL and triple[0] in terms and (triple[0] not in labels or triple[2].endswith('"@en')):
                labels[triple[0]] = triple[2]
    return places, labels
