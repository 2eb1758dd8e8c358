"""The vocabularies of the shipped project."""

from __future__ import annotations

from ckg.pages.terms import Namespace

CKG = Namespace("https://w3id.org/ckg/ontology#")
EXTENT = Namespace("https://w3id.org/ckg/id/coding-extent/")
ROLE = Namespace("https://w3id.org/ckg/id/role/")
ELI = Namespace("http://data.europa.eu/eli/ontology#")
ORG = Namespace("http://www.w3.org/ns/org#")
QUDT = Namespace("http://qudt.org/schema/qudt/")
TIME = Namespace("http://www.w3.org/2006/time#")
