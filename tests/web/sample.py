"""The files of a small project with everything in it that makes dereferencing hard."""

from __future__ import annotations

from tests.histories import Edit

BASE = "https://data.example/kg/"

HUB = 1_200
"""Statements that point to the hub."""

_PREFIXES = """
@prefix o: <https://data.example/kg/ontology#> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@base <https://data.example/kg/> .
"""

ONTOLOGY = """
<ontology> a owl:Ontology ; owl:versionIRI <ontology/1.0> ; owl:versionInfo "1.0" ; owl:imports <ontology/place> ;
    rdfs:label "An ontology for tests"@en .
<ontology/place> a owl:Ontology ; owl:versionIRI <ontology/place/1.0> ; rdfs:label "Places"@en .
o:Place a owl:Class ; rdfs:label "place"@en ; rdfs:isDefinedBy <ontology/place> .
o:State a owl:Class ; rdfs:label "state"@en, "国"@ja ; rdfs:subClassOf o:Place ; rdfs:isDefinedBy <ontology/place> .
o:in a owl:ObjectProperty ; rdfs:label "in"@en ; owl:inverseOf o:holds ; rdfs:isDefinedBy <ontology/place> .
o:holds a owl:ObjectProperty ; rdfs:label "holds"@en ; rdfs:isDefinedBy <ontology/place> .
o:restsOn a owl:ObjectProperty ; rdfs:label "rests on"@en .
o:Claim a owl:Class ; rdfs:label "claim"@en .
"""

SHAPES = """
<shapes#State> a sh:NodeShape ; sh:targetClass o:State ; sh:name "state"@en ;
    sh:property [ sh:path rdfs:label ; sh:minCount 1 ; sh:message "A state has a name." ] .
"""

STATES = """
<id/state/japan> a o:State ; rdfs:label "Japan"@en, "日本"@ja, "Япония"@ru ;
    o:count 01 ; o:share 1.50 ; o:when "2025-12-19T00:00:00+00:00"^^xsd:dateTime ; o:code "JP"@en-us ;
    o:capital [ o:of <id/city/tokyo> ; o:rank 007 ] ; skos:exactMatch <http://www.wikidata.org/entity/Q17> .
<id/city/tokyo> a o:Place ; rdfs:label "Tokyo"@en, "東京"@ja ; o:in <id/state/japan> .
<id/city/Актау> a o:Place ; rdfs:label "Актау"@ru, "Aktau"@en .
<id/city/Kurdas%C3%A9> a o:Place ; rdfs:label "Written percent-encoded"@en .
<id/odd/a%2Fb> rdfs:label "A slash in its name"@en .
<id/odd/a/b> rdfs:label "No slash in its name"@en .
<id/odd/(x)> rdfs:label "Parentheses"@en .
<id/odd/q?y=1> rdfs:label "A query in its IRI"@en .
<id/odd/q> rdfs:label "No query in its IRI"@en .
<id/odd/notes.ttl> rdfs:label "Its name ends like a suffix"@en .
<id/odd/parent#part> rdfs:label "A part"@en . <id/odd/parent> rdfs:label "The whole"@en ; o:part <id/odd/parent#part> .
<note/one> rdfs:label "An IRI that is neither a thing nor a term"@en .
<id/hub/one> rdfs:label "A hub"@en .
"""

CLAIMS = """
<id/claim/one> a o:Claim ; rdfs:label "A claim"@en ; o:restsOn <id/quotation/one> ; o:about <id/state/japan> .
<id/quotation/one> a oa:SpecificResource ; rdfs:label "A quotation"@en ; oa:hasSource <id/source/one> ;
    oa:hasSelector [ a oa:TextQuoteSelector ; oa:exact "the words" ; oa:prefix "before " ; oa:suffix " after" ] .
<id/source/one> rdfs:label "A source"@en ; dcterms:publisher "A publisher" ; dcterms:date "2025-12-19"^^xsd:date .
"""

WITHDRAWN = """
<id/old/plain> rdfs:label "To be withdrawn"@en .
<id/old/replaced> rdfs:label "To be replaced"@en ; owl:deprecated true ; dcterms:isReplacedBy <id/state/japan> ;
    skos:changeNote "It was a duplicate."@en .
"""

EDITS = [
    [
        Edit("data/states.ttl", '"Nippon"@en', '"Japan"@en'),
        Edit("data/states.ttl", '<http://visitor.example/left> rdfs:label "left"@en ; o:in <id/state/japan> .', ""),
    ],
    [
        Edit("ontology/sample.ttl", "", "rdfs:subClassOf o:Place ; "),
        Edit("data/evidence/claims.ttl", '"A remark"@en', '"A claim"@en'),
    ],
]
"""What came to these files, for a store that was gone on from."""


def files_of_the_first() -> dict[str, str]:
    """Return the files of the release before: with what was to be withdrawn, without the hub."""
    return {path: text for path, text in files(withdrawn=True).items() if path != "data/hub.ttl"}


def files(*, withdrawn: bool) -> dict[str, str]:
    """Return the files of the project, by path; `withdrawn` says whether what is to be withdrawn is still there."""
    hub = "".join(f"<id/spoke/{n}> o:to <id/hub/one> .\n" for n in range(HUB))
    made = {
        "ontology/sample.ttl": ONTOLOGY,
        "shapes/sample.ttl": SHAPES,
        "data/states.ttl": STATES,
        "data/evidence/claims.ttl": CLAIMS,
        "data/hub.ttl": hub,
    }
    if withdrawn:
        made["data/old.ttl"] = WITHDRAWN
    return {path: _PREFIXES + text for path, text in made.items()}
