"""Why an inferred triple holds: the rule and its premises, and the whole proof down to asserted triples.

The closure keeps, for each derived triple, the instance of the rule that gave it first, one witness, and the step at
which it appeared (`ckg.reason.engine.output`). Premises have lower steps than what follows from them, so proofs always
end. What is not kept is found again: further witnesses and the triples that equal terms stand for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from ckg.errors import ProjectError
from ckg.model.sorted_lines import SortedLines
from ckg.model.staged import MAX_OPEN_FILES, Role, StagedGraph
from ckg.reason.proofs.derivation_log import LITERAL_TYPE, REFLEXIVE, REWRITTEN, DerivationLog
from ckg.reason.proofs.equality_proof import EqualityForest
from ckg.reason.rules.table import WORDS

Term = ox.NamedNode | ox.BlankNode | ox.Literal
Node = ox.NamedNode | ox.BlankNode
Statement = tuple[Term, Term, Term]
"""A triple; in the middle of a proof a literal may be a subject and a blank node a predicate (generalized RDF)."""
IdTriple = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Derivation:
    """One step: the name of the rule and the triples it was applied to.

    For an asserted triple the rule is `asserted` and `graphs` names where it stands.
    """

    rule: str
    premises: tuple[Statement, ...]
    graphs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProofStep:
    """One line of a proof: a triple, the rule, the places of its premises in the proof, and where it is asserted.

    `words` say what the rule is about: for a rule of the project, the sentence that stands in its file.
    """

    triple: Statement
    rule: str
    premises: tuple[int, ...]
    graphs: tuple[str, ...]
    words: str = ""


@dataclass(frozen=True, slots=True)
class _Reason:
    rule: str
    premises: tuple[IdTriple, ...]
    graphs: tuple[str, ...] = ()


BACKGROUND = "background"
"""The rule of a step that rests on a graph that was reasoned over and is not at hand, because it is not published."""

BACKGROUND_WORDS = "stated in a background graph, which is not published"


def open_explainer(derivations: Path, graphs: Iterable[StagedGraph] = ()) -> Explainer:
    """Open the folder that `reason.close` wrote; `graphs` are the staged graphs that it reasoned over.

    Without graphs an explanation cannot say where an asserted triple stands, and equal terms are explained only as far
    as derived triples go.
    """
    if not (derivations / "rules.json").is_file():
        raise ProjectError(f"{derivations} holds no derivations", hint="build again with the engine duckdb")
    return Explainer(derivations, [graph for graph in graphs if graph.role in (Role.ONTOLOGY, Role.DATA, Role.CONTEXT)])


class Explainer:
    """Says why triples hold. Safe to use from several threads."""

    def __init__(self, derivations: Path, graphs: Iterable[StagedGraph]) -> None:
        content = json.loads((derivations / "rules.json").read_text(encoding="utf-8"))
        self._instances = content["instances"]
        self._words = {**WORDS, BACKGROUND: BACKGROUND_WORDS, **content.get("words", {})}
        self._log = DerivationLog(derivations)
        self._equals = EqualityForest(content["equations"])
        self._same_as = content["same_as"]
        self._graphs = [(graph.name, graph.path) for graph in graphs]
        missing = content.get("graphs", {}).keys() - {name for name, _ in self._graphs}
        self._unpublished = BACKGROUND if missing else "unknown"
        # A process may not have thousands of files open: those that were not used for long are opened again.
        self._lines = lru_cache(MAX_OPEN_FILES)(SortedLines)
        for _, path in self._graphs[:MAX_OPEN_FILES]:
            self._lines(path)

    @property
    def remembered_bytes(self) -> int:
        """Bytes of what is remembered of earlier look-ups."""
        return self._log.remembered_bytes

    def why(self, subject: Term, predicate: Term, value: Term, /) -> Derivation | None:
        """Return the rule that gave a triple and its premises, or None where the triple does not hold or it is trivia.

        Takes about a millisecond and reads a few pages of the files.
        """
        triple = self._ids((subject, predicate, value))
        reason = triple and self._reason(triple)
        if not reason:
            return None
        return Derivation(reason.rule, tuple(self._spell(premise) for premise in reason.premises), reason.graphs)

    def prove(self, subject: Term, predicate: Term, value: Term, /) -> tuple[ProofStep, ...]:
        """Return a whole proof, premises before what follows from them, the triple itself last; () if there is none."""
        goal = self._ids((subject, predicate, value))
        if goal is None or self._reason(goal) is None:
            return ()
        steps: list[ProofStep] = []
        places: dict[IdTriple, int] = {}
        waiting = [goal]
        while waiting:
            triple = waiting[-1]
            if triple in places:
                waiting.pop()
                continue
            reason = self._reason(triple) or _Reason(self._unpublished, ())
            missing = [premise for premise in reason.premises if premise not in places]
            if missing:
                waiting.extend(missing)
                continue
            waiting.pop()
            places[triple] = len(steps)
            premises = tuple(places[premise] for premise in reason.premises)
            words = self._words.get(reason.rule, "")
            steps.append(ProofStep(self._spell(triple), reason.rule, premises, reason.graphs, words))
        return tuple(steps)

    def grounds(self, triple: tuple[str, str, str]) -> list[tuple[str, str, str]]:
        """Return the asserted triples that a triple, given as tokens, is proved from."""
        steps = self.prove(term(triple[0]), term(triple[1]), term(triple[2]))
        found = (tuple(str(part) for part in step.triple) for step in steps if step.rule == "asserted")
        return [(s, p, o) for s, p, o in found]

    # -- from triple to reason ------------------------------------------------------------------------------------

    def _reason(self, triple: IdTriple) -> _Reason | None:
        row = self._log.first(triple)
        if row is None:
            graphs = self._asserted_in(triple)
            return _Reason("asserted", (), graphs) if graphs else self._by_equality(triple)
        if row.instance == REWRITTEN:
            return self._renamed(triple, row.step)
        rule, premises, atoms, head = self._instances[row.instance]
        if row.instance in (REFLEXIVE, LITERAL_TYPE) or not atoms:
            return _Reason(rule, tuple((s, p, o) for s, p, o in premises))
        bindings = {word: term for word, term in zip(head, triple, strict=True) if isinstance(word, str)}
        said = dict.fromkeys(word for atom in atoms for word in atom if isinstance(word, str) and word not in bindings)
        # A project's rule with several witnesses has all of them kept; of the others the first will do.
        bindings |= dict(zip(said, self._log.bindings(row) or (row.witness,), strict=False))
        found = next(self._satisfy(atoms, bindings, row.step), None)
        if found is None:
            if self._unpublished != BACKGROUND:
                return None
            found = self._filled(atoms, bindings, row.step)
        return _Reason(rule, tuple(dict.fromkeys((*found, *((s, p, o) for s, p, o in premises)))))

    def _filled(self, atoms: list[list[int | str]], bindings: dict[str, int], before: int) -> tuple[IdTriple, ...]:
        """Return the premises of which everything is known, whether their graphs are at hand or not."""
        filled = [[bindings.get(word, word) if isinstance(word, str) else word for word in atom] for atom in atoms]
        whole = [(s, p, o) for s, p, o in filled if isinstance(s, int) and isinstance(p, int) and isinstance(o, int)]
        rows = ((triple, self._log.first(triple)) for triple in whole)
        return tuple(triple for triple, row in rows if row is None or row.step < before)

    def _satisfy(
        self, atoms: list[list[int | str]], bindings: dict[str, int], before: int
    ) -> Iterator[tuple[IdTriple, ...]]:
        """Yield the ways to make premises true with triples that were there before a step."""
        if not atoms:
            yield ()
            return
        s, p, o = (bindings.get(word, word) if isinstance(word, str) else word for word in atoms[0])
        if isinstance(o, str):
            candidates = self._objects(int(s), int(p), before)
        else:
            candidates = [o] if self._was_there((int(s), int(p), o), before) else []
        for value in candidates:
            extended = {**bindings, str(atoms[0][2]): value} if isinstance(o, str) else bindings
            for rest in self._satisfy(atoms[1:], extended, before):
                yield ((int(s), int(p), value), *rest)

    def _was_there(self, triple: IdTriple, before: int) -> bool:
        row = self._log.first(triple)
        return (row is not None and row.step < before) or bool(self._asserted_in(triple))

    def _objects(self, subject: int, predicate: int, before: int) -> list[int]:
        found = [row.object for row in self._log.about(subject, predicate) if row.step < before]
        prefix = f"{self._log.token(subject)} {self._log.token(predicate)} ".encode()
        for name, path in self._graphs:
            ending = len(f" <{name}> .".encode())
            for line in self._lines(path).starting_with(prefix):
                number = self._log.number(line[len(prefix) : -ending].decode())
                if number is not None:
                    found.append(number)
        return sorted(set(found))

    # -- equality -------------------------------------------------------------------------------------------------

    def _by_equality(self, triple: IdTriple) -> _Reason | None:
        s, p, o = triple
        if p == self._same_as and s == o:
            return _Reason("eq-ref", ())
        if p == self._same_as and (path := self._equals.path(s, o)):
            return self._along(s, path)
        return self._renamed(triple, None)

    def _along(self, start: int, path: list[tuple[int, int]]) -> _Reason:
        """Equality along the equations of a path: eq-sym turns them round, eq-trans joins them."""
        if len(path) == 1:
            return _Reason("eq-sym", ((path[0][0], self._same_as, path[0][1]),))
        premises, here = [], start
        for left, right in path:
            there = right if left == here else left
            premises.append((here, self._same_as, there))
            here = there
        return _Reason("eq-trans", tuple(premises))

    def _renamed(self, triple: IdTriple, step: int | None) -> _Reason | None:
        """Find the triple about equal terms that this one was made from, from before a step, and the equalities."""
        for source in self._variants(triple, step):
            if source == triple:
                continue
            changed = [place for place in range(3) if source[place] != triple[place]]
            equalities = tuple((triple[place], self._same_as, source[place]) for place in changed)
            return _Reason(" ".join(f"eq-rep-{'spo'[place]}" for place in changed), (source, *equalities))
        return None

    def _variants(self, triple: IdTriple, step: int | None) -> Iterator[IdTriple]:
        before = step if step is not None else self._log.END
        subjects, predicates, values = (self._equals.members(term, step) for term in triple)
        for s in subjects:
            for p in predicates:
                if len(values) == 1:
                    if self._was_there((s, p, values[0]), before):
                        yield s, p, values[0]
                else:
                    wanted = set(values)
                    yield from ((s, p, o) for o in self._objects(s, p, before) if o in wanted)

    # -- terms ----------------------------------------------------------------------------------------------------

    def _asserted_in(self, triple: IdTriple) -> tuple[str, ...]:
        text = " ".join(self._log.token(term) for term in triple)
        return tuple(
            name for name, path in self._graphs if any(self._lines(path).starting_with(f"{text} <{name}> .".encode()))
        )

    def _ids(self, triple: Statement) -> IdTriple | None:
        s, p, o = (self._log.number(str(term)) for term in triple)
        return None if s is None or p is None or o is None else (s, p, o)

    def _spell(self, triple: IdTriple) -> Statement:
        s, p, o = (term(self._log.token(number)) for number in triple)
        return s, p, o


def term(token: str) -> Term:
    """Return the term that an N-Triples token spells. Raises `SyntaxError`.

    >>> term('"eau"@fr').language
    'fr'
    """
    if token.startswith("<"):
        return ox.NamedNode(token[1:-1])
    if token.startswith("_:"):
        return ox.BlankNode(token[2:])
    parsed = next(iter(ox.parse(f"<a:a> <a:a> {token} .", format=ox.RdfFormat.N_TRIPLES))).object
    if not isinstance(parsed, ox.Literal):
        raise ProjectError(f"the derivations name a term that cannot be read: {token}", hint="build again")
    return parsed
