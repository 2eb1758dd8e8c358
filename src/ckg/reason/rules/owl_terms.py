"""The terms of RDF, RDFS, OWL and XML Schema that the rules speak of, as N-Triples tokens.

Everywhere in this package a term is the text that N-Triples gives it: `<iri>`, `_:label`, `"lexical form"^^<datatype>`.
"""

from __future__ import annotations

from typing import Final

from ckg.model.vocabulary import OWL_NS, RDF_NS, RDFS_NS, XSD_NS

PREFIXES: Final = {"rdf": RDF_NS, "rdfs": RDFS_NS, "owl": OWL_NS, "xsd": XSD_NS}


def term(curie: str) -> str:
    """Return the token of a compact IRI in one of the four vocabularies.

    >>> term("rdf:type")
    '<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>'
    """
    prefix, _, local = curie.partition(":")
    return f"<{PREFIXES[prefix]}{local}>"


def compact(token: str) -> str:
    """Return a built-in term as a compact IRI, and any other term as it is.

    >>> compact(term("owl:Thing")), compact("<http://example.org/a>")
    ('owl:Thing', '<http://example.org/a>')
    """
    for prefix, namespace in PREFIXES.items():
        if token.startswith(f"<{namespace}"):
            return f"{prefix}:{token[len(namespace) + 1 : -1]}"
    return token


TYPE: Final = term("rdf:type")
SAME_AS: Final = term("owl:sameAs")
SUB_CLASS_OF: Final = term("rdfs:subClassOf")
SUB_PROPERTY_OF: Final = term("rdfs:subPropertyOf")
LABEL: Final = term("rdfs:label")
THING: Final = term("owl:Thing")
NOTHING: Final = term("owl:Nothing")
FIRST: Final = term("rdf:first")
REST: Final = term("rdf:rest")
NIL: Final = term("rdf:nil")
