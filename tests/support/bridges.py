"""A small project of another subject than the shipped one: bridges and the state they are in."""

from __future__ import annotations

from pathlib import Path

TOML = """\
[project]
name = "bridges"
title = "Bridges"
base = "https://example.org/"
version = "1"
license = "https://example.org/licence"
[new]
kinds = ["crossing ex:Bridge"]
"""
ONTOLOGY = """\
@prefix ckg: <https://w3id.org/ckg/ontology#> .
@prefix ex: <https://example.org/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<ontology> sh:declare [ sh:prefix "ex" ; sh:namespace "https://example.org/ontology#" ] ,
    [ sh:prefix "ckg" ; sh:namespace "https://w3id.org/ckg/ontology#" ] ,
    [ sh:prefix "oa" ; sh:namespace "http://www.w3.org/ns/oa#" ] ,
    [ sh:prefix "bridge" ; sh:namespace "https://example.org/id/bridge/" ] ,
    [ sh:prefix "state" ; sh:namespace "https://example.org/id/state/" ] .
ex:Bridge a owl:Class . ex:StoneBridge a owl:Class ; rdfs:subClassOf ex:Bridge .
ex:State a owl:Class . ex:Graph a owl:Class .
ex:state a owl:ObjectProperty ; rdfs:label "state of repair"@en . ex:opened a owl:DatatypeProperty .
ex:near a owl:ObjectProperty .
<id/state/sound> a ex:State ; skos:prefLabel "sound"@en ; skos:definition "It may be used."@en ;
    skos:inScheme <id/scheme/state> .
<id/state/broken> a ex:State ; skos:prefLabel "broken"@en ; skos:inScheme <id/scheme/state> .
<id/scheme/state> rdfs:label "States"@en .
"""
SHAPES = """\
@prefix ex: <https://example.org/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<shapes#Bridge> a sh:NodeShape ; sh:targetClass ex:Bridge ; sh:property
    [ sh:path rdfs:label ; sh:qualifiedValueShape [ sh:languageIn ( "en" ) ] ; sh:qualifiedMinCount 1 ;
      sh:message "Give it a name." ] ,
    [ sh:path ex:state ; sh:minCount 1 ; sh:maxCount 1 ; sh:node <shapes#State> ;
      sh:message "Say in what state it is." ] ,
    [ sh:path ex:opened ; sh:maxCount 1 ; sh:or ( [ sh:datatype xsd:date ] [ sh:datatype xsd:gYear ] ) ] ,
    [ sh:path ex:near ; sh:class ex:Bridge ; sh:message "ex:near names a bridge." ] .
<shapes#State> a sh:NodeShape ; sh:property [ sh:path skos:inScheme ; sh:hasValue <id/scheme/state> ] .
<shapes#Graph> a sh:NodeShape ; sh:targetClass ex:Graph ;
    sh:property [ sh:path rdfs:label ; sh:minCount 1 ; sh:message "Name the graph." ] .
"""
DATA = """\
# Bridges.

@prefix bridge: <https://example.org/id/bridge/> .
@prefix ex: <https://example.org/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

bridge:old a ex:Bridge ;
    rdfs:label "Old bridge"@en ;
    ex:state <https://example.org/id/state/broken> .

<https://example.org/graph/bridges> a ex:Graph ;
    rdfs:label "Bridges"@en .
"""
SENTENCE = "The new bridge, of stone, was opened in 1931 and is sound to this day."
TEXT = f"{SENTENCE} The new bridge is the longest."
FILES = {
    "ckg.toml": TOML,
    "ontology/o.ttl": ONTOLOGY,
    "shapes/s.ttl": SHAPES,
    "data/bridges.ttl": DATA,
    "texts/text.txt": TEXT,
}


def write(folder: Path, **others: str) -> Path:
    """Write the project into a folder, with other files beside its own or in their place."""
    for name, text in {**FILES, **others}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
