"""OWL 2 RL/RDF as the tables of OWL 2 Profiles, section 4.3, have it, evaluated naively: every rule over everything.

Written from the standard alone, and sharing nothing with `ckg.reason`: it is what the engines are held against. Terms
are tokens of N-Triples; a triple may have a literal as its subject, as the rules have it. Of the datatypes, a literal
has those that it is declared to have and those they derive from.
"""

from itertools import combinations

NS = "rdf=1999/02/22-rdf-syntax-ns# rdfs=2000/01/rdf-schema# owl=2002/07/owl# xsd=2001/XMLSchema#"
NS = {prefix: f"http://www.w3.org/{rest}" for prefix, rest in (pair.split("=") for pair in NS.split())}
WORDS = "rdf:type owl:sameAs rdfs:subClassOf rdfs:subPropertyOf owl:onProperty owl:someValuesFrom owl:allValuesFrom"
WORDS += " owl:hasValue owl:maxQualifiedCardinality owl:onClass"
SHORT = dict(zip("a = ⊑ ⊏ on some all value most of".split(), WORDS.split(), strict=True))  # noqa: SIM905


def t(word):
    word = SHORT.get(word, word)
    prefix, colon, local = word.partition(":")
    return f"<{NS[prefix]}{local}>" if colon and prefix in NS else word


TYPE, SAME, NIL, FIRST, REST = map(t, ("rdf:type", "owl:sameAs", "rdf:nil", "rdf:first", "rdf:rest"))

RULES = """
eq-sym       ?x = ?y -> ?y = ?x
eq-trans     ?x = ?y . ?y = ?z -> ?x = ?z
eq-rep-s     ?s = ?s2 . ?s ?p ?o -> ?s2 ?p ?o
eq-rep-p     ?p = ?p2 . ?s ?p ?o -> ?s ?p2 ?o
eq-rep-o     ?o = ?o2 . ?s ?p ?o -> ?s ?p ?o2
eq-diff1     ?x = ?y . ?x owl:differentFrom ?y -> false
prp-dom      ?p rdfs:domain ?c . ?x ?p ?y -> ?x a ?c
prp-rng      ?p rdfs:range ?c . ?x ?p ?y -> ?y a ?c
prp-fp       ?p a owl:FunctionalProperty . ?x ?p ?y . ?x ?p ?z -> ?y = ?z
prp-ifp      ?p a owl:InverseFunctionalProperty . ?x ?p ?y . ?z ?p ?y -> ?x = ?z
prp-irp      ?p a owl:IrreflexiveProperty . ?x ?p ?x -> false
prp-symp     ?p a owl:SymmetricProperty . ?x ?p ?y -> ?y ?p ?x
prp-asyp     ?p a owl:AsymmetricProperty . ?x ?p ?y . ?y ?p ?x -> false
prp-trp      ?p a owl:TransitiveProperty . ?x ?p ?y . ?y ?p ?z -> ?x ?p ?z
prp-spo1     ?p ⊏ ?q . ?x ?p ?y -> ?x ?q ?y
prp-eqp1     ?p owl:equivalentProperty ?q . ?x ?p ?y -> ?x ?q ?y
prp-eqp2     ?p owl:equivalentProperty ?q . ?x ?q ?y -> ?x ?p ?y
prp-pdw      ?p owl:propertyDisjointWith ?q . ?x ?p ?y . ?x ?q ?y -> false
prp-inv1     ?p owl:inverseOf ?q . ?x ?p ?y -> ?y ?q ?x
prp-inv2     ?p owl:inverseOf ?q . ?x ?q ?y -> ?y ?p ?x
prp-npa1     ?n owl:sourceIndividual ?x . ?n owl:assertionProperty ?p . ?n owl:targetIndividual ?y . ?x ?p ?y -> false
prp-npa2     ?n owl:sourceIndividual ?x . ?n owl:assertionProperty ?p . ?n owl:targetValue ?y . ?x ?p ?y -> false
cls-nothing2 ?x a owl:Nothing -> false
cls-com      ?c owl:complementOf ?d . ?x a ?c . ?x a ?d -> false
cls-svf1     ?r some ?c . ?r on ?p . ?u ?p ?v . ?v a ?c -> ?u a ?r
cls-svf2     ?r some owl:Thing . ?r on ?p . ?u ?p ?v -> ?u a ?r
cls-avf      ?r all ?c . ?r on ?p . ?u a ?r . ?u ?p ?v -> ?v a ?c
cls-hv1      ?r value ?y . ?r on ?p . ?u a ?r -> ?u ?p ?y
cls-hv2      ?r value ?y . ?r on ?p . ?u ?p ?y -> ?u a ?r
cls-maxc1    ?r owl:maxCardinality #0 . ?r on ?p . ?u a ?r . ?u ?p ?y -> false
cls-maxc2    ?r owl:maxCardinality #1 . ?r on ?p . ?u a ?r . ?u ?p ?y . ?u ?p ?z -> ?y = ?z
cls-maxqc1   ?r most #0 . ?r on ?p . ?r of ?c . ?u a ?r . ?u ?p ?y . ?y a ?c -> false
cls-maxqc2   ?r most #0 . ?r on ?p . ?r of owl:Thing . ?u a ?r . ?u ?p ?y -> false
cls-maxqc3   ?r most #1 . ?r on ?p . ?r of ?c . ?u a ?r . ?u ?p ?y . ?y a ?c . ?u ?p ?z . ?z a ?c -> ?y = ?z
cls-maxqc4   ?r most #1 . ?r on ?p . ?r of owl:Thing . ?u a ?r . ?u ?p ?y . ?u ?p ?z -> ?y = ?z
cax-sco      ?c ⊑ ?d . ?x a ?c -> ?x a ?d
cax-eqc1     ?c owl:equivalentClass ?d . ?x a ?c -> ?x a ?d
cax-eqc2     ?c owl:equivalentClass ?d . ?x a ?d -> ?x a ?c
cax-dw       ?c owl:disjointWith ?d . ?x a ?c . ?x a ?d -> false
scm-cls      ?c a owl:Class -> ?c ⊑ ?c ; ?c owl:equivalentClass ?c ; ?c ⊑ owl:Thing ; owl:Nothing ⊑ ?c
scm-sco      ?c ⊑ ?d . ?d ⊑ ?e -> ?c ⊑ ?e
scm-eqc1     ?c owl:equivalentClass ?d -> ?c ⊑ ?d ; ?d ⊑ ?c
scm-eqc2     ?c ⊑ ?d . ?d ⊑ ?c -> ?c owl:equivalentClass ?d
scm-op       ?p a owl:ObjectProperty -> ?p ⊏ ?p ; ?p owl:equivalentProperty ?p
scm-dp       ?p a owl:DatatypeProperty -> ?p ⊏ ?p ; ?p owl:equivalentProperty ?p
scm-spo      ?p ⊏ ?q . ?q ⊏ ?r -> ?p ⊏ ?r
scm-eqp1     ?p owl:equivalentProperty ?q -> ?p ⊏ ?q ; ?q ⊏ ?p
scm-eqp2     ?p ⊏ ?q . ?q ⊏ ?p -> ?p owl:equivalentProperty ?q
scm-dom1     ?p rdfs:domain ?c . ?c ⊑ ?d -> ?p rdfs:domain ?d
scm-dom2     ?q rdfs:domain ?c . ?p ⊏ ?q -> ?p rdfs:domain ?c
scm-rng1     ?p rdfs:range ?c . ?c ⊑ ?d -> ?p rdfs:range ?d
scm-rng2     ?q rdfs:range ?c . ?p ⊏ ?q -> ?p rdfs:range ?c
scm-hv       ?c value ?i . ?c on ?p . ?d value ?i . ?d on ?q . ?p ⊏ ?q -> ?c ⊑ ?d
scm-svf1     ?c some ?y . ?c on ?p . ?d some ?z . ?d on ?p . ?y ⊑ ?z -> ?c ⊑ ?d
scm-svf2     ?c some ?y . ?c on ?p . ?d some ?y . ?d on ?q . ?p ⊏ ?q -> ?c ⊑ ?d
scm-avf1     ?c all ?y . ?c on ?p . ?d all ?z . ?d on ?p . ?y ⊑ ?z -> ?c ⊑ ?d
scm-avf2     ?c all ?y . ?c on ?p . ?d all ?y . ?d on ?q . ?p ⊏ ?q -> ?d ⊑ ?c
"""
DERIVED = {"integer": ("integer", "decimal"), "nonNegativeInteger": ("nonNegativeInteger", "integer", "decimal")}


class Contradiction(Exception):
    """A rule concluded false."""


def _parsed(line):
    name, rule = line.split(None, 1)
    body, head = rule.split("->")
    words = [[tuple(map(t, part.split())) for part in side.split(mark)] for side, mark in ((body, " . "), (head, ";"))]
    return name, words[0], words[1]


PARSED = [_parsed(line) for line in RULES.strip().splitlines()]


def closure(asserted):
    """Return all triples that follow, the asserted ones included; raises Contradiction."""
    facts = {*asserted, *((t(name), TYPE, t("owl:Class")) for name in ("owl:Thing", "owl:Nothing"))}
    while new := set(_step(facts)) - facts:
        facts |= new
    return facts


def _step(facts):
    by_predicate = {}
    for triple in facts:
        by_predicate.setdefault(triple[1], []).append(triple)
    terms = {term for triple in facts for term in triple}
    yield from ((term, SAME, term) for term in terms)  # eq-ref
    yield from _literals(facts, [term for term in terms if term.startswith('"')])
    for name, body, head in PARSED:
        for bound in _matches(body, {}, facts, by_predicate):
            if head == [("false",)]:
                raise Contradiction(name)
            yield from (tuple(bound.get(word, word) for word in triple) for triple in head)
    yield from _lists(facts, by_predicate)


def _matches(body, bound, facts, by_predicate):
    if not body:
        yield bound
        return
    pattern = [bound.get(word, word) for word in body[0]]
    for triple in facts if pattern[1].startswith("?") else by_predicate.get(pattern[1], ()):
        extended = dict(bound)
        if all(_fits(word, term, extended) for word, term in zip(pattern, triple, strict=True)):
            yield from _matches(body[1:], extended, facts, by_predicate)


def _fits(word, term, bound):
    if word.startswith("#"):
        return term.startswith(f'"{word[1:]}"^^')
    return bound.setdefault(word, term) == term if word.startswith("?") else word == term


def _literals(facts, literals):
    """dt-type2, dt-diff and dt-not-type; the literals of the tests have different values."""
    types = {literal: _types(literal) for literal in literals}
    yield from ((literal, TYPE, kind) for literal, kinds in types.items() for kind in kinds)
    if any(a != b and (a, SAME, b) in facts for a in literals for b in literals):
        raise Contradiction("dt-diff and eq-diff1")
    if any(
        (literal, TYPE, t("xsd:integer")) in facts and t("xsd:integer") not in types[literal] for literal in literals
    ):
        raise Contradiction("dt-not-type")


def _types(literal):
    """Return no types of plain literals: no rule of the tests asks for them."""
    datatype = literal.rpartition("^^")[2][1:-1].removeprefix(NS["xsd"])
    return [t(f"xsd:{name}") for name in DERIVED.get(datatype, ())]


def _lists(facts, by_predicate):
    """Rules with lists: prp-spo2, prp-key, prp-adp, eq-diff2, eq-diff3, cls-int, cls-uni, cls-oo, cax-adc, scm-*."""
    first, rest = ({s: o for s, _, o in by_predicate.get(p, ())} for p in (FIRST, REST))
    typed = by_predicate.get(TYPE, ())

    def members(head):
        return [] if head == NIL else [first[head], *members(rest[head])]

    def of(predicate):
        return [(s, members(o)) for s, _, o in by_predicate.get(t(predicate), ()) if o in first]

    def pairs(kind, *predicates):
        nodes = [(node, found) for predicate in predicates for node, found in of(predicate)]
        return [p for node, found in nodes if (node, TYPE, t(kind)) in facts for p in combinations(found, 2)]

    def is_false():
        yield from ((a, SAME, b) in facts for a, b in pairs("owl:AllDifferent", "owl:members", "owl:distinctMembers"))
        for a, b in pairs("owl:AllDisjointClasses", "owl:members"):
            yield from ((x, TYPE, b) in facts for x, _, c in typed if c == a)
        for a, b in pairs("owl:AllDisjointProperties", "owl:members"):
            yield from ((x, b, y) in facts for x, _, y in by_predicate.get(a, ()))

    if any(is_false()):
        raise Contradiction("eq-diff2, eq-diff3, cax-adc or prp-adp")
    for p, (head, *tail) in of("owl:propertyChainAxiom"):
        ends = {(s, o) for s, _, o in by_predicate.get(head, ())}
        for step in tail:
            ends = {(x, z) for x, y in ends for s, _, z in by_predicate.get(step, ()) if s == y}
        yield from ((x, p, z) for x, z in ends)
    for c, found in of("owl:hasKey"):
        values = {(x, p): {o for s, _, o in by_predicate.get(p, ()) if s == x} for x, _, k in typed for p in found}
        having = [x for x, _, o in typed if o == c]
        yield from ((x, SAME, y) for x in having for y in having if all(values[x, p] & values[y, p] for p in found))
    for c, found in of("owl:intersectionOf"):
        yield from ((x, TYPE, c) for x, _, o in typed if o == found[0] and all((x, TYPE, m) in facts for m in found))
        yield from ((x, TYPE, m) for x, _, o in typed if o == c for m in found)
        yield from ((c, t("rdfs:subClassOf"), m) for m in found)
    for c, found in of("owl:unionOf"):
        yield from ((x, TYPE, c) for x, _, o in typed if o in found)
        yield from ((m, t("rdfs:subClassOf"), c) for m in found)
    yield from ((m, TYPE, c) for c, found in of("owl:oneOf") for m in found)
