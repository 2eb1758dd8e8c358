"""The reference: owlrl's OWL 2 RL closure of the staged ontology and data.

owlrl works on rdflib graphs and changes the one it is given, so it gets a graph of its own. Literals are made without
rdflib's normalisation and every token is looked up again on the way out: lexical forms stay as they were written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, product
from typing import Any, Final

import pyoxigraph as ox
from owlrl.OWLRL import OWLRL_Semantics
from rdflib import OWL, RDF, RDFS, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from ckg.errors import ProjectError
from ckg.model.staged import Role, Staging
from ckg.reason.inconsistency import Clash
from ckg.reason.lines import Triple, read
from ckg.reason.published import EVERYTHING, Published, chosen
from ckg.reason.rules.datatypes import belongs, language_of
from ckg.reason.rules.owl_terms import TYPE, compact, term
from ckg.reason.rules.table import Pattern, Rule
from ckg.reason.rules.trivial import is_trivial

# What owlrl says when a rule concludes false, the rule of OWL 2 RL/RDF it stands for, and the premises it names.
_MESSAGES: Final = (
    (
        r"'sameAs' and 'differentFrom' .*: \((.+), (.+)\)",
        "eq-diff1",
        ("{0} owl:sameAs {1}", "{0} owl:differentFrom {1}"),
    ),
    (r"'sameAs' and 'AllDifferent' .*: \((.+), (.+)\)", "eq-diff2", ("{0} owl:sameAs {1}",)),
    (r"Irreflexive property used on (.+) with (.+)", "prp-irp", ("{0} {1} {0}",)),
    (r"Erroneous usage of asymmetric property (.+) on (.+) and (.+)", "prp-asyp", ("{1} {0} {2}", "{2} {0} {1}")),
    (
        r"Disjoint properties in an .*: \((.+), (.+),(.+)\) and \(.+,(.+),.+\)",
        "prp-adp",
        ("{0} {1} {2}", "{0} {3} {2}"),
    ),
    (
        r"Erroneous usage of disjoint properties (.+) and (.+) on (.+) and (.+)",
        "prp-pdw",
        ("{2} {0} {3}", "{2} {1} {3}"),
    ),
    (r"Negative \(object\) property assertion violated for: \((.+), (.+), (.+)\)", "prp-npa1", ("{0} {1} {2}",)),
    (r"Negative \(datatype\) property assertion violated for: \((.+), (.+), (.+)\)", "prp-npa2", ("{0} {1} {2}",)),
    (r"(.+) is defined of type 'Nothing'", "cls-nothing2", ("{0} rdf:type owl:Nothing",)),
    (
        r"Violation of complementarity for classes (.+) and (.+) on element (.+)",
        "cls-com",
        ("{0} owl:complementOf {1}",),
    ),
    (r"Erroneous usage of maximum cardinality with (.+) and (.+)", "cls-maxc1", ()),
    (r"Erroneous usage of maximum qualified cardinality with (.+), (.+) and (.+)", "cls-maxqc1", ()),
    (
        r"Disjoint classes (.+) and (.+) have a common individual (.+)",
        "cax-dw",
        ("{2} rdf:type {0}", "{2} rdf:type {1}"),
    ),
    (r"Lexical value of the literal '.*' does not match its datatype .*", "dt-not-type", ()),
)


_REFLEXIVE: Final = {
    OWL.equivalentClass: RDFS.subClassOf,
    OWL.equivalentProperty: RDFS.subPropertyOf,
    RDFS.subPropertyOf: OWL.equivalentProperty,
}


class Semantics(OWLRL_Semantics):  # type: ignore[misc]
    """owlrl's rules, corrected where they differ from OWL 2 Profiles, section 4.3 (see docs/reasoning.md)."""

    def _properties(self, triple: tuple[Any, Any, Any], cycle_num: int) -> None:
        subject, predicate, obj = triple
        if predicate == OWL.hasKey:
            self._keys(subject, self._list(obj))
            return
        super()._properties(triple, cycle_num)
        if predicate == RDF.type and obj == OWL.AllDisjointProperties:
            for p1, p2 in self._pairs(subject, OWL.members):
                for x, y in self.graph.subject_objects(p1):
                    if (x, p2, y) in self.graph:
                        self.add_error(
                            "Disjoint properties in an 'AllDisjointProperties' are not really disjoint: "
                            f"({x}, {p1},{y}) and ({x},{p2},{y})"
                        )

    def _keys(self, c: Any, properties: list[Any]) -> None:
        """prp-key over all properties of the key: owlrl leaves out the last."""
        seen: dict[tuple[Any, ...], Any] = {}
        for x in self.graph.subjects(RDF.type, c) if properties else ():
            for values in product(*(list(self.graph.objects(x, p)) for p in properties)):
                y = seen.setdefault(values, x)
                if x != y:
                    self.store_triple((x, OWL.sameAs, y))

    def _equality(self, triple: tuple[Any, Any, Any], cycle_num: int) -> None:
        super()._equality(triple, cycle_num)
        if triple[1] == RDF.type and triple[2] == OWL.AllDifferent:
            pairs = [*self._pairs(triple[0], OWL.members), *self._pairs(triple[0], OWL.distinctMembers)]
            for a, b in pairs:
                if a == b or (a, OWL.sameAs, b) in self.graph or (b, OWL.sameAs, a) in self.graph:
                    self.add_error(
                        f"'sameAs' and 'AllDifferent' cannot be used on the same subject-object pair: ({a}, {b})"
                    )

    def _pairs(self, subject: Any, predicate: Any) -> list[tuple[Any, Any]]:
        """All pairs of members of a list: owlrl leaves out those with the last member."""
        lists = [self._list(head) for head in self.graph.objects(subject, predicate)]
        return [pair for members in lists for pair in combinations(members, 2)]

    def _schema_vocabulary(self, triple: tuple[Any, Any, Any], cycle_num: int) -> None:
        super()._schema_vocabulary(triple, cycle_num)
        # scm-eqc1, scm-eqp1 and scm-eqp2 hold of a term and itself as well, which owlrl leaves out.
        subject, predicate, obj = triple
        if subject == obj and predicate in _REFLEXIVE:
            self.store_triple((subject, _REFLEXIVE[predicate], subject))

    def _classes(self, triple: tuple[Any, Any, Any], cycle_num: int) -> None:
        # A cardinality that is no literal has no value to compare; owlrl would raise AttributeError.
        cardinality = triple[1] in (OWL.maxCardinality, OWL.maxQualifiedCardinality)
        if not cardinality or isinstance(triple[2], Literal):
            super()._classes(triple, cycle_num)


def closure(
    staging: Staging, published: Published = EVERYTHING, own_rules: Sequence[Rule] = ()
) -> tuple[set[Triple], list[Clash]]:
    """Return what owlrl infers from the staged ontology and data, and the contradictions it finds.

    A project's own rules run in turn with owlrl, until neither finds anything new. The triples are without trivia,
    without what was asserted and what is about background graphs alone, and as `published` chooses.
    """
    tokens: dict[Node, str] = {}
    asserted: set[Triple] = set()
    described: dict[str, bool] = {}
    graph = Graph()
    for staged in staging.of(Role.ONTOLOGY, Role.DATA, Role.CONTEXT):
        for triple in read(staged):
            asserted.add(triple)
            if staged.role is not Role.CONTEXT:
                described[triple[0]] = described.get(triple[0], False) or staged.role is Role.DATA
            nodes = tuple(_node(token) for token in triple)
            for node, token in zip(nodes, triple, strict=True):
                tokens.setdefault(node, token)
            graph.add(nodes)  # type: ignore[arg-type]
    while True:
        semantics = Semantics(graph, False, False, rdfs=False)
        try:
            semantics.closure()
        except ValueError as error:  # rdflib's word for a list that runs in a circle
            hint = "mend the rdf:rest of that list"
            raise ProjectError(f"owlrl cannot read an RDF list: {error}", hint=hint) from error
        clashes = [*map(_clash, semantics.error_messages), *_misplaced(graph, tokens)]
        before = len(graph)
        for concluded in [triple for rule in own_rules for triple in _apply(rule, graph, tokens)]:
            graph.add(concluded)
        if len(graph) == before:
            break
    everything = [(_token(s, tokens), _token(p, tokens), _token(o, tokens)) for s, p, o in graph]
    background = bool(staging.of(Role.CONTEXT))
    return {
        t
        for t in chosen(everything, published)
        if t not in asserted and not is_trivial(*t) and (not background or t[0] in described or described.get(t[2]))
    }, clashes


def _misplaced(graph: Graph, tokens: dict[Node, str]) -> Iterator[Clash]:
    """Yield dt-not-type for literals outside of a datatype that they are said to have, which owlrl does not look at."""
    for literal, kind in graph.subject_objects(RDF.type):
        if isinstance(literal, Literal):
            token, datatype = _token(literal, tokens), _token(kind, tokens)
            if belongs(token, datatype) is False:
                yield Clash("dt-not-type", ((token, TYPE, datatype),), f"the value is no {compact(datatype)}")


def _apply(rule: Rule, graph: Graph, tokens: dict[Node, str]) -> list[tuple[Node, Node, Node]]:
    """Return what one rule of a project concludes from a graph."""
    assert rule.head is not None
    constants: dict[str, Node] = {}
    for word in (word for pattern in (*rule.body, rule.head) for word in pattern if not word.startswith("?")):
        constants[word] = _node(word)
        tokens.setdefault(constants[word], word)

    def matches(patterns: Sequence[Pattern], bound: dict[str, Node]) -> Iterator[dict[str, Node]]:
        if not patterns:
            yield bound
            return
        language = language_of(patterns[0][2]) if patterns[0][1] == TYPE else ""
        if language:  # `?text a i18n:en`: owlrl types no literal so
            text = bound.get(patterns[0][0])
            if isinstance(text, Literal) and text.language == language.lower():
                yield from matches(patterns[1:], bound)
            return
        for triple in graph.triples(tuple(bound.get(word) for word in patterns[0])):  # type: ignore[arg-type]
            extended = dict(bound)
            if all(extended.setdefault(word, node) == node for word, node in zip(patterns[0], triple, strict=True)):
                yield from matches(patterns[1:], extended)

    s, p, o = rule.head
    body = sorted(rule.body, key=lambda pattern: bool(language_of(pattern[2])))  # a language is asked of what is bound
    return [(bound[s], bound[p], bound[o]) for bound in matches(body, constants)]


def _node(token: str) -> Node:
    if token.startswith("<"):
        return URIRef(token[1:-1])
    if token.startswith("_:"):
        return BNode(token[2:])
    literal = next(iter(ox.parse(f"<a:a> <a:a> {token} .", format=ox.RdfFormat.N_TRIPLES))).object
    if not isinstance(literal, ox.Literal):
        raise ProjectError(f"owlrl cannot read the term {token}")
    if literal.language:
        return Literal(literal.value, lang=literal.language)
    if '"^^<' in token:
        return Literal(literal.value, datatype=URIRef(literal.datatype.value), normalize=False)
    return Literal(literal.value)


def _token(node: Node, tokens: dict[Node, str]) -> str:
    known = tokens.get(node)
    if known is not None:
        return known
    return f"_:{node}" if isinstance(node, BNode) else f"<{node}>"


def _clash(message: str) -> Clash:
    for pattern, rule, templates in _MESSAGES:
        match = re.fullmatch(pattern, message, re.DOTALL)
        if match:
            names = [_spelled(name) for name in match.groups()]
            return Clash(rule, tuple(_filled(template, names) for template in templates), message)
    return Clash("false", (), message)


def _spelled(name: str) -> str:
    """Guess the token of a term that owlrl wrote into a message by its bare value."""
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:\S*$", name):
        return f"<{name}>"
    return f'"{name}"'


def _filled(template: str, names: list[str]) -> Triple:
    tokens = [names[int(t[1:-1])] if t.startswith("{") else _built_in(t) for t in template.split(" ")]
    return tokens[0], tokens[1], tokens[2]


def _built_in(curie: str) -> str:
    return TYPE if curie == "rdf:type" else term(curie)
