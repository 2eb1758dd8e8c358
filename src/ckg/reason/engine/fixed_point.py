"""The fixed point: schema closure in memory, instances as SQL, equality by representatives, until nothing is new."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from ckg.reason.engine import literals
from ckg.reason.engine.compile import Instance
from ckg.reason.engine.equality import EqualityClasses
from ckg.reason.engine.numbered_terms import NumberedTerms
from ckg.reason.engine.program import Active, FactCounts, Program
from ckg.reason.engine.schema import IdTriple, Schema
from ckg.reason.engine.size import InferredCount
from ckg.reason.engine.sql import EVERYTHING, WITNESS_BITS
from ckg.reason.engine.tables import Tables
from ckg.reason.proofs.derivation_log import LITERAL_TYPE, REFLEXIVE
from ckg.reason.rules.datatypes import number
from ckg.reason.rules.owl_terms import SAME_AS, THING, TYPE
from ckg.reason.rules.table import AXIOMS, RULES, Rule

_QUERIES_AT_ONCE = 50


class Engine:
    """One run of rules over the table `facts`; `terms` knows every term that the rules name.

    Without `equality` owl:sameAs is a property like others, and literals have no types. A `tolerant` run keeps literals
    with different values apart, whatever says that they are the same, and remembers what said so. `most_inferred` is
    the number of triples at which it stops, `on_demand` are transitive properties (tokens) that are not closed.
    """

    def __init__(
        self,
        tables: Tables,
        terms: NumberedTerms,
        rules: Sequence[Rule] = RULES,
        *,
        equality: bool = True,
        tolerant: bool = False,
        most_inferred: int | None = None,
        on_demand: Collection[str] = (),
    ) -> None:
        self.tables = tables
        self.equality = equality
        self.tolerant = tolerant
        self.terms = terms
        self.rules = rules
        self.classes = EqualityClasses(terms)
        self.program = Program(tables, terms)
        self.inferred = InferredCount(tables, self.token, most_inferred)
        self._on_demand = self._numbers(on_demand)
        self.step = 0
        self.window = EVERYTHING
        self.schema = self._empty_schema()
        self._typed: set[str] = set()
        self._tokens: dict[int, str] = {}

    def refresh(self) -> None:
        """Read the representatives of built-in terms again."""
        self.schema = self._empty_schema()

    def run(self) -> None:
        """Run the rules to the fixed point; only what lies in `window` is new."""
        if self.equality:
            self._state_axioms()
        self._equate(self.window)
        self._extend_schema(EVERYTHING)
        fresh = self._compile()
        self.inferred.expect(active.instance for active in self.program.active)
        window = self.window
        while True:
            end = self.step
            self._apply_rules(window, fresh)
            merged = self._equate(end)
            extended = self._extend_schema(EVERYTHING if merged else end)
            fresh = self._compile() if merged or extended else []
            self._state_reflexive()
            if self.step == end:
                return
            window = end

    def id(self, token: str) -> int:
        """Return the representative of a built-in term."""
        return self.classes.find(self.terms.ids[token])

    def token(self, term: int) -> str:
        """Return the token of a term."""
        return self.tokens((term,))[term]

    def tokens(self, terms: Iterable[int]) -> Mapping[int, str]:
        """Return the tokens of terms and of others that were asked for before; many at once are cheap."""
        wanted = sorted(set(terms) - self._tokens.keys())
        if wanted:
            self.tables.put("wanted", {"id": wanted})
            self._tokens.update(self.tables.rows("SELECT id, t FROM dictionary WHERE id IN (SELECT id FROM wanted)"))
        return self._tokens

    def spell(self, triple: IdTriple) -> tuple[str, str, str]:
        """Return the tokens of a triple."""
        s, p, o = map(self.token, triple)
        return s, p, o

    # Each of the following inserts rows at a step of its own, if any are new.

    def _insert_new(self, query: str) -> bool:
        """Insert the rows (s, p, o, k) of a query that are no facts yet as the next step."""
        new = self.tables.append(
            "facts",
            f"SELECT n.s, n.p, n.o, {self.step + 1}, n.k FROM ({query}) n ANTI JOIN facts f "
            f"ON f.s = n.s AND f.p = n.p AND f.o = n.o",
        )
        self.step += bool(new)
        if new:
            self.inferred.add(new, self.program.registry)
        return bool(new)

    def _numbers(self, tokens: Collection[str]) -> frozenset[int]:
        """Return the terms of tokens, as far as there are any."""
        if not tokens:
            return frozenset()
        self.tables.put("wanted", {"t": sorted(tokens)}, {"t": "VARCHAR"})
        rows = self.tables.rows("SELECT id FROM dictionary WHERE t IN (SELECT t FROM wanted)")
        return frozenset(row[0] for row in rows)

    def _insert_triples(self, triples: Sequence[tuple[IdTriple, Instance]]) -> bool:
        rows = {
            "s": [t[0] for t, _ in triples],
            "p": [t[1] for t, _ in triples],
            "o": [t[2] for t, _ in triples],
            "k": [self.program.number(instance) << WITNESS_BITS for _, instance in triples],
        }
        self.tables.put("stated", rows, {"k": "UBIGINT"})
        return self._insert_new("SELECT s, p, o, min(k) AS k FROM stated GROUP BY s, p, o")

    def _state_axioms(self) -> None:
        triples: list[tuple[IdTriple, Instance]] = []
        ids = self.terms.ids
        for name, (s, p, o) in AXIOMS:
            # An earlier run may have found that a built-in term is the same as another.
            find = self.classes.find
            triples.append(
                ((find(ids[s]), find(ids[p]), find(ids[o])), Instance(name, (), (), (ids[s], ids[p], ids[o])))
            )
        self._insert_triples(triples)

    def _apply_rules(self, window: int, fresh: Sequence[Active]) -> None:
        """Run fresh instances over all facts and the others over the window."""
        numbers = {active.number for active in fresh}
        old = [active for active in self.program.active if active.number not in numbers]
        total = self.counts(EVERYTHING)
        queries = self.program.queries(fresh, EVERYTHING, total, total)
        if old:
            queries += self.program.queries(old, window, self.counts(window), total)
        if not queries:
            return
        self.tables.put("found", {"s": [], "p": [], "o": [], "k": []}, {"k": "UBIGINT"})
        for start in range(0, len(queries), _QUERIES_AT_ONCE):
            union = " UNION ALL ".join(queries[start : start + _QUERIES_AT_ONCE])
            self.tables.append("found", f"SELECT s, p, o, min(k) AS k FROM ({union}) GROUP BY s, p, o")
        grouped = "SELECT s, p, o, k FROM found"
        if len(queries) > _QUERIES_AT_ONCE:
            grouped = "SELECT s, p, o, min(k) AS k FROM found GROUP BY s, p, o"
        self._insert_new(grouped)

    def counts(self, window: int = EVERYTHING) -> FactCounts:
        """Count the facts of a window by predicate and by class."""
        counts = FactCounts(self.id(TYPE))
        rows, where = self.tables.rows, f"step > {window}"
        counts.predicates.update(dict(rows(f"SELECT p, count(*) FROM facts WHERE {where} GROUP BY p")))
        counts.classes.update(
            dict(rows(f"SELECT o, count(*) FROM facts WHERE p = {counts.type_id} AND {where} GROUP BY o"))
        )
        return counts

    def _compile(self) -> list[Active]:
        """Compile the rules against the schema; type the literals of datatypes that are newly asked for."""
        thing = self.terms.ids[THING]
        asked_for = frozenset({self.id(THING)} if self.classes.find(thing) in self.classes.members() else ())
        left_alone = frozenset(map(self.classes.find, self._on_demand))
        fresh = self.program.compile(self.schema, asked_for, left_alone)
        asked = literals.asked_for(self.terms, self.program.consumed) if self.equality else []
        for datatype in [*asked, *literals.languages(self.terms, self.program.consumed)]:
            if datatype not in self._typed:
                self._typed.add(datatype)
                # Where a rule asks for every type of everything, declared types will do.
                by_value = self.program.consumed is not None
                found = literals.members(self.tables, self.terms, datatype, by_value=by_value)
                members = [self.classes.find(member) for member in found]
                self.tables.put("members_of_datatype", {"s": members})
                self._insert_new(
                    f"SELECT DISTINCT s, {self.id(TYPE)} AS p, {self.id(datatype)} AS o, "
                    f"{LITERAL_TYPE << WITNESS_BITS} AS k FROM members_of_datatype"
                )
        return fresh

    # -- equality ---------------------------------------------------------------------------------------------------

    def _equate(self, window: int) -> bool:
        """Join the classes of terms that were found to be the same; return whether any were."""
        if not self.equality:
            return False
        same_as = self.id(SAME_AS)
        merged = False
        differ = self._have_different_values if self.tolerant else None
        while equations := [
            row
            for row in self.tables.rows(
                f"SELECT s, o FROM facts WHERE p = {same_as} AND s <> o AND step > {window} ORDER BY step, s, o"
            )
            if row not in self.classes.refused
        ]:
            renamed = self.classes.join(equations, self.step + 1, self._facts_about(equations), differ)
            if not renamed:
                continue
            self.step += 1
            same_as = self.id(SAME_AS)
            self.tables.rewrite(renamed, self.step, same_as)
            merged, window = True, EVERYTHING
        if merged:
            self._type_equal_literals()
        return merged

    def _have_different_values(self, one: int, other: int) -> bool:
        return literals.differ((self.token(one), self.token(other))) is not None

    def _facts_about(self, equations: Sequence[tuple[int, int]]) -> dict[int, int]:
        """Count the facts in which each of the terms is a subject."""
        terms = sorted({term for equation in equations for term in equation})
        self.tables.put("wanted", {"id": terms})
        return dict(self.tables.rows("SELECT s, count(*) FROM facts WHERE s IN (SELECT id FROM wanted) GROUP BY s"))

    def _type_equal_literals(self) -> None:
        """Give the datatype of a literal to whatever else is the same as it (dt-type2 and eq-rep-s)."""
        triples: list[tuple[IdTriple, Instance]] = []
        first_iri = self.terms.first_iri
        classes = {
            root: [member for member in members if member < first_iri]
            for root, members in self.classes.members().items()
            if root >= first_iri
        }
        tokens = self.tokens(literal for members in classes.values() for literal in members)
        for root, members in classes.items():
            for literal in members:
                for datatype in literals.declared(tokens[literal]):
                    triples.append(((root, self.id(TYPE), self.id(datatype)), self.program.registry[LITERAL_TYPE]))
        if triples:
            self._insert_triples(triples)

    def _state_reflexive(self) -> None:
        """State eq-ref where a rule asks for owl:sameAs, or where that has another name; else nobody needs it."""
        if not self.equality:
            return
        same_as = self.id(SAME_AS)
        asked_for = any(atom[1] == same_as for active in self.program.active for atom in active.instance.atoms)
        if asked_for or same_as in self.classes.members():
            # A class of terms that are in no fact but their equations has its representative in no fact at all.
            self.tables.put("roots", {"t": list(self.classes.members())})
            terms = (
                "SELECT s AS t FROM facts UNION SELECT p FROM facts UNION SELECT o FROM facts UNION SELECT t FROM roots"
            )
            self._insert_new(f"SELECT t AS s, {same_as} AS p, t AS o, {REFLEXIVE << WITNESS_BITS} AS k FROM ({terms})")

    # -- the schema -------------------------------------------------------------------------------------------------

    def _empty_schema(self) -> Schema:
        return Schema({token: self.id(token) for token in self.terms.ids}, self._number, self.rules)

    def _number(self, term: int) -> int | None:
        return number(self.token(term))

    def _extend_schema(self, window: int) -> bool:
        """Bring the schema up to date with the facts of a window; return whether there was anything new."""
        if window == EVERYTHING:
            self.schema = self._empty_schema()
        predicates = ", ".join(map(str, sorted(self.schema.predicates)))
        classes = ", ".join(map(str, sorted(self.schema.classes)))
        rows = self.tables.rows(
            f"SELECT s, p, o FROM facts WHERE step > {window} AND (p IN ({predicates}) OR "
            f"(p = {self.id(TYPE)} AND o IN ({classes}))) ORDER BY p, s, o"
        )
        for wave in self.schema.extend(rows):
            self._insert_triples([(d.triple, Instance(d.rule, d.premises, (), d.triple)) for d in wave])
        return bool(rows)
