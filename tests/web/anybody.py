"""The files of a folder in the style of other people: hash IRIs, foreign subjects, blank nodes that know each other."""

from __future__ import annotations

BASE = "https://data.example/kg/"
THEIRS = "http://vocab.example/terms/"

LANGUAGES = ("de-AT", "fr", "it", "es", "pt-BR", "nl", "sv", "fi", "da", "pl", "cs", "hu", "tr", "kk", "uz", "ky", "tg")

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


_SHOWN = """
@prefix s: <http://schema.org/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> .
@prefix xl: <http://www.w3.org/2008/05/skos-xl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<id/tower> a s:Place ; xl:prefLabel [ xl:literalForm "Tower of cards"@en ] ;
    geo:hasGeometry [ geo:asWKT "POINT(16.37 48.21)"^^geo:wktLiteral ] ; s:latitude 1 ;
    foaf:depiction <http://pictures.example/tower.jpg>, <https://spies.example/pixel.gif> ;
    s:startDate "1900-01-02"^^xsd:date ; s:endDate "1950-01-02"^^xsd:date .
<id/many> a s:Place ; rdfs:label LABELS .
"""

_ONTOLOGY = """
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix t: <http://tender.example/def#> .
<http://tender.example/def> a owl:Ontology ; rdfs:label "Tenders"@en ; owl:versionInfo "2.1" ;
    owl:imports <http://org.example/> .
t:Tender a owl:Class ; rdfs:label "tender"@en ; rdfs:comment "A call for offers."@en ; owl:disjointWith t:Lot .
t:OpenTender a owl:Class ; rdfs:label "open tender"@en ; rdfs:subClassOf t:Tender ,
    [ a owl:Restriction ; owl:onProperty t:lot ; owl:onClass t:Lot ;
      owl:minQualifiedCardinality "1"^^xsd:nonNegativeInteger ] ,
    [ a owl:Restriction ; owl:onProperty t:value ; owl:allValuesFrom [ a rdfs:Datatype ; owl:onDatatype xsd:integer ;
      owl:withRestrictions ( [ xsd:minInclusive 1 ] [ xsd:maxInclusive 9 ] ) ] ] .
t:Lot a owl:Class ; rdfs:label "lot"@en ; owl:deprecated true ; dcterms:isReplacedBy t:Part .
t:Part a owl:Class ; rdfs:label "part"@en .
t:lot a owl:ObjectProperty ; rdfs:label "has lot"@en ; rdfs:domain t:Tender ; rdfs:range t:Lot .
t:value a owl:DatatypeProperty ; rdfs:label "value"@en .
<id/tender> a t:OpenTender ; rdfs:label "A bridge"@en ; t:value 5 .
"""

TERMS = 400
"""Classes of an ontology that is too large for one page."""


def _large_ontology() -> str:
    rows = ['<http://large.example/o/> a owl:Ontology ; rdfs:label "A large ontology"@en .']
    for number in range(TERMS):
        above = f"; rdfs:subClassOf <http://large.example/o/C{(number - 1) // 8}>" if number else ""
        rows.append(f'<http://large.example/o/C{number}> a owl:Class ; rdfs:label "class {number:03d}"@en {above} .')
    return "\n".join(rows)


def _thesaurus() -> str:
    rows = ['<spatial> a skos:ConceptScheme ; rdfs:label "Places"@en ; skos:hasTopConcept <spatial#c0> .']
    for number in range(FRAGMENTS):
        above = f"; skos:broader <spatial#c{(number - 1) // 10}>" if number else ""
        rows.append(
            f"<spatial#c{number}> a skos:Concept ; skos:inScheme <spatial> ; "
            f'skos:prefLabel "place {number}"@en ; skos:note "{"a place of many words " * 30}"@en {above} .'
        )
    rows.append("<spatial#c5> skos:closeMatch <http://elsewhere.example/c5> .")
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
        "data/shown.ttl": _SHOWN.replace("LABELS", ", ".join(f'"name {n}"@{tag}' for n, tag in enumerate(LANGUAGES))),
        "ontology/tender.ttl": _ONTOLOGY,
        "ontology/large.ttl": _large_ontology(),
    }
    return {path: _PREFIXES + text for path, text in made.items()}
