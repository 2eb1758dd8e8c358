"""The prefixes of a project: bound once, used everywhere an IRI is written short."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ckg.model.vocabulary import DCTERMS_NS, OWL_NS, RDF_NS, RDFS_NS, SH_NS, SKOS_NS, XSD_NS

_LOCAL_NAME = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.\-]*[A-Za-z0-9_\-])?\Z")

WELL_KNOWN: Mapping[str, str] = {
    "rdf": RDF_NS,
    "rdfs": RDFS_NS,
    "owl": OWL_NS,
    "xsd": XSD_NS,
    "sh": SH_NS,
    "skos": SKOS_NS,
    "dcterms": DCTERMS_NS,
}


class Prefixes(Mapping[str, str]):
    """A mapping from prefix to namespace IRI that can also write an IRI as a CURIE.

    >>> prefixes = Prefixes({"ckg": "https://w3id.org/ckg/ontology#"})
    >>> prefixes.curie("https://w3id.org/ckg/ontology#Claim")
    'ckg:Claim'
    >>> prefixes.expand("ckg:Claim")
    'https://w3id.org/ckg/ontology#Claim'
    >>> prefixes.curie("https://example.org/") is None
    True
    """

    def __init__(self, bindings: Mapping[str, str]) -> None:
        self._bindings = dict(sorted(bindings.items()))
        # A local name holds no / and no #: a namespace that ends in one of them fits an IRI in one place only.
        plain = {prefix: namespace for prefix, namespace in self._bindings.items() if namespace[-1:] in ("/", "#")}
        self._by_namespace = {namespace: prefix for prefix, namespace in reversed(plain.items())}
        odd = [(prefix, namespace) for prefix, namespace in self._bindings.items() if prefix not in plain]
        self._odd = sorted(odd, key=lambda item: (-len(item[1]), item[0]))

    def __getitem__(self, prefix: str) -> str:
        return self._bindings[prefix]

    def __iter__(self) -> Iterator[str]:
        return iter(self._bindings)

    def __len__(self) -> int:
        return len(self._bindings)

    def curie(self, iri: str) -> str | None:
        """Return the CURIE of an IRI, or None where no prefix fits or the rest is no simple local name."""
        end = max(iri.rfind("/"), iri.rfind("#")) + 1
        for prefix, namespace in self._odd:
            if iri.startswith(namespace) and len(namespace) > end and _LOCAL_NAME.match(iri, len(namespace)):
                return f"{prefix}:{iri[len(namespace) :]}"
        found = self._by_namespace.get(iri[:end])
        return f"{found}:{iri[end:]}" if found is not None and _LOCAL_NAME.match(iri, end) else None

    def expand(self, curie: str) -> str | None:
        """Return the IRI a CURIE stands for, or None where its prefix is not bound."""
        prefix, colon, local = curie.partition(":")
        namespace = self._bindings.get(prefix)
        return namespace + local if colon and namespace is not None else None
