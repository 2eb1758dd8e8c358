"""The files of a folder in the style of other people: hash IRIs, foreign subjects, blank nodes that know each other."""

from __future__ import annotations

BASE = "https://data.example/kg/"
THEIRS = "http://vocab.example/terms/"

FRAGMENTS = 900
"""Concepts of the thesaurus `spatial`, more than a page holds."""

_PREFIXES = """
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix e: <http://e.example/> .
@prefix v: <http://vocab.example/terms/> .
@base <https://data.example/kg/> .
"""

_OTHERS = """
v:river a v:Class ; rdfs:label "river"@en ; rdfs:seeAlso <https://elsewhere.example/unknown> .
v:Danube a v:river ; rdfs:label "Danube"@en, "Donau"@de ; v:next <id/gauge> .
v:Rhine a v:river ; rdfs:label "Rhine"@en .
<http://data.example/kg/plain> rdfs:label "The same host without TLS"@en .
<id/gauge> rdfs:label "A gauge"@en ; e:measures v:Danube ; dcterms:creator [ rdfs:label "Somebody" ] .
<urn:isbn:1> rdfs:label "A book"@en .
"""

_COLLIDING = """
<catalog> a e:Catalogue ; rdfs:label "Their own catalogue"@en .
<search> a e:Expedition ; rdfs:label "A search for the source of the Nile"@en .
<doc/manual> a e:Manual ; rdfs:label "A manual"@en .
<void#part> rdfs:label "A part of the void"@en .
"""

_DOCUMENTS = """
<set> a dcat:Dataset ; rdfs:label "A set"@en ; dcterms:license <https://creativecommons.org/publicdomain/zero/1.0/> ;
    dcat:version "7.3" .
"""

_CLIQUE = "".join(
    f'_:b{n} rdfs:label "node {n}" ; e:with {", ".join(f"_:b{m}" for m in range(12) if m != n)} .\n' for n in range(12)
)
CLIQUE = (
    "e:has owl:inverseOf e:of . e:with a owl:SymmetricProperty .\n"
    + f'<id/hub> rdfs:label "hub" ; e:has {", ".join(f"_:b{n}" for n in range(12))} .\n'
    + _CLIQUE
)
"""Twelve blank nodes, each with all others, and a thing that has them: 332 triples with what follows from them."""

MANY_NODES = (
    '<id/crowd> rdfs:label "crowd" ; e:root [ ' + " ; ".join(f"e:m{n % 7} [ e:n {n} ]" for n in range(5_000)) + " ] .\n"
)


def _thesaurus() -> str:
    rows = ['<spatial> a skos:ConceptScheme ; rdfs:label "Places"@en ; skos:hasTopConcept <spatial#c0> .']
    for number in range(FRAGMENTS):
        above = f"; skos:broader <spatial#c{(number - 1) // 10}>" if number else ""
        rows.append(
            f"<spatial#c{number}> a skos:Concept ; skos:inScheme <spatial> ; "
            f'skos:prefLabel "place {number}"@en {above} .'
        )
    rows.append('<small#one> rdfs:label "one"@en ; e:near <small#two> . <small#two> rdfs:label "two"@en .')
    return "\n".join(rows)


def files() -> dict[str, str]:
    """Return the files of the project, by path."""
    made = {
        "data/others.ttl": _OTHERS,
        "data/colliding.ttl": _COLLIDING,
        "data/documents.ttl": _DOCUMENTS,
        "data/clique.ttl": CLIQUE,
        "data/nodes.ttl": MANY_NODES,
        "data/thesaurus.ttl": _thesaurus(),
    }
    return {path: _PREFIXES + text for path, text in made.items()}
