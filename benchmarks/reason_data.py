"""Summits at any scale as staged graphs: seeded, about 100 axioms, data in files of 100,000 triples.

    python benchmarks/reason_data.py DIRECTORY TRIPLES [--seed N]

writes `ontology.nq`, `data-000.nq`, ... and `staging.json`, which `load` reads back as a `Staging`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from ckg.model.staged import Role, StagedGraph, Staging

BASE = "https://example.org/summits/"
PER_FILE = 100_000

ONTOLOGY = """
@prefix : <https://example.org/summits/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

# events
:Event a owl:Class . :Meeting rdfs:subClassOf :Event . :Summit rdfs:subClassOf :Meeting .
:MinisterialMeeting rdfs:subClassOf :Meeting . :Postponed rdfs:subClassOf :Event .
:Summit owl:disjointWith :Agent .
:partOf a owl:TransitiveProperty . :partOf owl:inverseOf :hasPart . :follows rdfs:subPropertyOf :after .
:after a owl:TransitiveProperty ; rdfs:domain :Event ; rdfs:range :Event . :before owl:inverseOf :after .
:heldIn rdfs:domain :Event ; rdfs:range :Place . :heldOn rdfs:domain :Event .
:hostedBy rdfs:subPropertyOf :hasParticipant ; rdfs:range :State .
:hasParticipant rdfs:domain :Event ; rdfs:range :Agent ; owl:inverseOf :participatedIn .
# agents and places
:Agent a owl:Class . :State rdfs:subClassOf :Agent , :Place . :Person rdfs:subClassOf :Agent .
:Organisation rdfs:subClassOf :Agent . :Press rdfs:subClassOf :Organisation . :Office a owl:Class .
:Place a owl:Class . :City rdfs:subClassOf :Place . :Region rdfs:subClassOf :Place .
:Landlocked rdfs:subClassOf :State .
:State owl:disjointWith :Person . :within a owl:TransitiveProperty ; rdfs:domain :Place ; rdfs:range :Place .
:borders a owl:SymmetricProperty ; rdfs:domain :State ; rdfs:range :State .
:holdsOffice rdfs:domain :Person ; rdfs:range :Office . :officeOf rdfs:domain :Office ; rdfs:range :State .
:represents owl:propertyChainAxiom ( :holdsOffice :officeOf ) ; rdfs:range :State .
[] a owl:AllDisjointClasses ; owl:members ( :Person :Office :Document :Theme ) .
# participations
:Participation a owl:Class . :inEvent rdfs:domain :Participation ; rdfs:range :Event ; a owl:FunctionalProperty .
:ofAgent rdfs:domain :Participation ; rdfs:range :Agent . :byPerson rdfs:domain :Participation ; rdfs:range :Person .
:inEvent owl:inverseOf :hasParticipation . :hasParticipant owl:propertyChainAxiom ( :hasParticipation :ofAgent ) .
:HostParticipation owl:equivalentClass [ a owl:Restriction ; owl:onProperty :role ; owl:hasValue :host ] .
:HostParticipation rdfs:subClassOf :Participation .
# documents
:Document a owl:Class . :Declaration rdfs:subClassOf :Document . :Article rdfs:subClassOf :Document .
:Commentary rdfs:subClassOf :Article . :Clause a owl:Class .
:adopted rdfs:domain :Event ; rdfs:range :Document ; owl:inverseOf :adoptedAt .
:clauseOf rdfs:subPropertyOf :partOf ; rdfs:domain :Clause ; rdfs:range :Document ; owl:inverseOf :hasClause .
:carries rdfs:domain :Clause ; rdfs:range :Statement ; owl:inverseOf :carriedBy .
:partyTo owl:propertyChainAxiom ( :participatedIn :adopted :hasClause ) .
:boundBy owl:propertyChainAxiom ( :partyTo :carries ) ; owl:inverseOf :binds .
# statements
:Statement a owl:Class . :Commitment rdfs:subClassOf :Statement . :Principle rdfs:subClassOf :Statement .
:Claim rdfs:subClassOf :Statement . :Observation rdfs:subClassOf :Statement .
:Commitment owl:disjointWith :Claim . :Principle owl:disjointWith :Commitment .
:theme rdfs:domain :Statement ; rdfs:range :Theme . :EconomicTheme rdfs:subClassOf :Theme .
:SecurityTheme rdfs:subClassOf :Theme . :broader a owl:TransitiveProperty ; rdfs:range :Theme .
:EconomicCommitment owl:equivalentClass [ owl:intersectionOf ( :Commitment
  [ a owl:Restriction ; owl:onProperty :theme ; owl:someValuesFrom :EconomicTheme ] ) ] .
:QuantifiedCommitment owl:equivalentClass [ owl:intersectionOf ( :Commitment
  [ a owl:Restriction ; owl:onProperty :amount ; owl:someValuesFrom :MonetaryAmount ]
  [ a owl:Restriction ; owl:onProperty :deadline ; owl:someValuesFrom owl:Thing ] ) ] .
:amount rdfs:domain :Statement ; rdfs:range :MonetaryAmount .
:value rdfs:domain :MonetaryAmount ; rdfs:range xsd:decimal .
:currency rdfs:domain :MonetaryAmount ; rdfs:range :Currency . :deadline rdfs:domain :Commitment ; rdfs:range xsd:date .
:assertedBy rdfs:domain :Claim ; rdfs:range :Agent . :about rdfs:domain :Statement .
:Sourced owl:equivalentClass [ a owl:Restriction ; owl:onProperty :restsOn ; owl:someValuesFrom :Quotation ] .
:restsOn rdfs:domain :Statement ; rdfs:range :Quotation . :from rdfs:domain :Quotation ; rdfs:range :Source .
:source owl:propertyChainAxiom ( :restsOn :from ) . :Source rdfs:subClassOf :Document .
:reports rdfs:domain :Source ; rdfs:range :Source ; a owl:IrreflexiveProperty .
:over rdfs:domain :Conflict . :between rdfs:domain :Conflict ; rdfs:range :Disputed ; owl:inverseOf :inConflict .
:Disputed rdfs:subClassOf :Statement . :Conflict a owl:Class . :text rdfs:range xsd:string .
:identifier a owl:InverseFunctionalProperty . :Person owl:hasKey ( :familyName :givenName :bornOn ) .
:resource rdfs:subPropertyOf :about ; rdfs:range :Resource . :Mineral rdfs:subClassOf :Resource .
:Resource owl:unionOf ( :Mineral :Fuel ) . :CriticalMineral rdfs:subClassOf :Mineral . :endowment rdfs:range :Resource .
"""

TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
XSD = "http://www.w3.org/2001/XMLSchema#"


def o(name: str) -> str:
    return f"<{BASE}ontology#{name}>"


def thing(kind: str, number: int | str) -> str:
    return f"<{BASE}id/{kind}/{number}>"


def world() -> Iterator[str]:
    """Yield what all summits share: states, themes, cities."""
    for i in range(200):
        state = thing("state", i)
        yield f"{state} {TYPE} {o('Landlocked' if i % 5 == 0 else 'State')}"
        yield f'{state} {LABEL} "State {i}"@en'
        yield f"{state} {o('borders')} {thing('state', (i + 1) % 200)}"
        yield f"{state} {o('within')} {thing('region', i // 10)}"
        yield f"{thing('city', i)} {o('within')} {state}"
    for i in range(20):
        yield f"{thing('region', i)} {o('within')} {thing('region', f'c{i // 4}')}"
    for i in range(100):
        yield f"{thing('theme', i)} {TYPE} {o('EconomicTheme' if i % 3 == 0 else 'SecurityTheme')}"
        yield f"{thing('theme', i)} {o('broader')} {thing('theme', i // 4)}"


def summit(n: int, rng: random.Random) -> Iterator[str]:
    """Yield one summit: participations, a declaration with clauses, statements and their quotations."""
    s, declaration = thing("summit", n), thing("declaration", n)
    yield f"{s} {TYPE} {o('Summit')}"
    yield f'{s} {LABEL} "Summit {n}"@en'
    yield f'{s} {o("heldOn")} "20{n % 90 + 10:02}-12-19"^^<{XSD}date>'
    yield f"{s} {o('heldIn')} {thing('city', rng.randrange(200))}"
    if n % 6:
        yield f"{s} {o('follows')} {thing('summit', n - 1)}"
    yield f"{s} {o('adopted')} {declaration}"
    yield f"{declaration} {TYPE} {o('Declaration')}"
    yield f'{declaration} {LABEL} "Declaration of summit {n}"@en'
    for i, state in enumerate(rng.sample(range(200), 6)):
        p, person, office = thing("participation", f"{n}-{i}"), thing("person", f"{n}-{i}"), thing("office", state)
        yield f"{p} {o('inEvent')} {s}"
        yield f"{p} {o('ofAgent')} {thing('state', state)}"
        yield f"{p} {o('byPerson')} {person}"
        yield f"{p} {o('role')} {o('participant' if i else 'host')}"
        yield f"{person} {o('holdsOffice')} {office}"
        yield f"{office} {o('officeOf')} {thing('state', state)}"
        yield f'{person} {o("familyName")} "Family {rng.randrange(5000)}"'
        yield f'{person} {o("givenName")} "Given {rng.randrange(5000)}"'
        yield f'{person} {o("bornOn")} "19{rng.randrange(30, 80)}-0{rng.randrange(1, 10)}-11"^^<{XSD}date>'
        yield f'{person} {LABEL} "Person {n}-{i}"@en'
    for c in range(6):
        clause = thing("clause", f"{n}-{c}")
        yield f"{clause} {o('clauseOf')} {declaration}"
        yield f'{clause} {LABEL} "Clause {c} of summit {n}"@en'
        for k in range(2):
            yield from statement(f"{n}-{c}-{k}", clause, rng)
    for k in range(3):
        claim = thing("statement", f"{n}-claim-{k}")
        yield f"{claim} {TYPE} {o('Claim')}"
        yield f"{claim} {o('assertedBy')} {thing('press', rng.randrange(500))}"
        yield f"{claim} {o('about')} {thing('state', rng.randrange(200))}"
        yield from quotation(f"{n}-claim-{k}", claim, rng)
    conflict = thing("conflict", n)
    yield f"{conflict} {o('between')} {thing('statement', f'{n}-claim-0')}"
    yield f"{conflict} {o('between')} {thing('statement', f'{n}-claim-1')}"


def statement(key: str, clause: str, rng: random.Random) -> Iterator[str]:
    it, commitment = thing("statement", key), rng.random() < 0.7
    yield f"{clause} {o('carries')} {it}"
    yield f"{it} {TYPE} {o('Commitment' if commitment else 'Principle')}"
    yield f"{it} {o('theme')} {thing('theme', rng.randrange(100))}"
    yield f'{it} {LABEL} "Statement {key}"@en'
    if commitment and rng.random() < 0.5:
        amount = thing("amount", key)
        yield f"{it} {o('amount')} {amount}"
        yield f'{amount} {o("value")} "{rng.randrange(1, 9000)}000000.00"^^<{XSD}decimal>'
        yield f"{amount} {o('currency')} {thing('currency', rng.choice(('JPY', 'USD', 'EUR')))}"
        yield f'{it} {o("deadline")} "2030-12-{rng.randrange(10, 31)}"^^<{XSD}date>'
    yield from quotation(key, it, rng)


def quotation(key: str, it: str, rng: random.Random) -> Iterator[str]:
    quote = thing("quotation", key)
    yield f"{it} {o('restsOn')} {quote}"
    yield f"{quote} {o('from')} {thing('source', rng.randrange(2000))}"
    yield f'{quote} {o("text")} "the words that statement {key} rests on"'
    yield f'{quote} {o("position")} "{rng.randrange(9000)}"^^<{XSD}integer>'


def staged(into: Path, name: str, role: Role, triples: list[str]) -> StagedGraph:
    graph = f"{BASE}graph/{name}"
    content = b"".join(sorted({f"{triple} <{graph}> .\n".encode() for triple in triples}))
    path = into / f"{name}.nq"
    path.write_bytes(content)
    return StagedGraph(graph, role, path, hashlib.sha256(content).hexdigest(), content.count(b"\n"), (f"{name}.ttl",))


def generate(into: Path, triples: int, seed: int = 7) -> Staging:
    """Write about `triples` data triples and the ontology into a folder."""
    into.mkdir(parents=True, exist_ok=True)
    rng = random.Random(seed)
    ontology = [
        f"{t.subject} {t.predicate} {t.object}"
        for t in ox.parse(ONTOLOGY, format=ox.RdfFormat.TURTLE, rename_blank_nodes=False)
    ]
    graphs = [staged(into, "ontology", Role.ONTOLOGY, ontology)]
    chunk, written, n = list(world()), 0, 0
    while written + len(chunk) < triples:
        chunk.extend(summit(n, rng))
        n += 1
        if len(chunk) >= PER_FILE:
            graphs.append(staged(into, f"data-{len(graphs):03}", Role.DATA, chunk))
            written += graphs[-1].triples
            chunk = []
    if chunk:
        graphs.append(staged(into, f"data-{len(graphs):03}", Role.DATA, chunk))
    rows = [(g.name, g.role.value, g.path.name, g.sha256, g.triples, list(g.sources)) for g in graphs]
    (into / "staging.json").write_text(json.dumps(rows, indent=1), encoding="utf-8")
    return load(into)


def load(folder: Path) -> Staging:
    """Return the staging that `generate` wrote into a folder."""
    rows = json.loads((folder / "staging.json").read_text(encoding="utf-8"))
    graphs = [StagedGraph(n, Role(r), folder / p, h, t, tuple(s)) for n, r, p, h, t, s in rows]
    return Staging(tuple(sorted(graphs, key=lambda graph: graph.name)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    parser.add_argument("triples", type=int)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    staging = generate(arguments.directory, arguments.triples, arguments.seed)
    print(f"{staging.triples} triples in {len(staging.graphs)} graphs")


if __name__ == "__main__":
    main()
