"""How IRIs of a project are made and how they map to paths on a server.

IRIs in data are always the minted ones, below the project's base; a server answers for them at the same path, on
whatever host and under whatever prefix it runs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

GRAPH = "graph/"
THING = "id/"
DOCUMENT = "doc/"
ONTOLOGY = "ontology"


@dataclass(frozen=True, slots=True)
class Base:
    """The base of a project's IRIs; `iri` ends in `/` (or `#`).

    >>> base = Base("https://w3id.org/ckg/")
    >>> base.graph("tokyo-2025/clauses")
    'https://w3id.org/ckg/graph/tokyo-2025/clauses'
    >>> base.path_of("https://w3id.org/ckg/id/state/japan")
    'id/state/japan'
    >>> base.path_of("https://example.org/") is None
    True
    """

    iri: str

    @property
    def site(self) -> str:
        """Where the site of the project begins: the base up to its last slash."""
        return self.iri[: self.iri.rfind("/") + 1]

    def graph(self, name: str) -> str:
        """Return the IRI of the named graph `name`."""
        return f"{self.iri}{GRAPH}{quote(name, safe='/-._~')}"

    def document(self, path: str) -> str:
        """Return the IRI of the document at a path below the base."""
        return self.iri + quote(path, safe="/-._~")

    @property
    def ontology_graph(self) -> str:
        """The graph that holds every file of `ontology/`."""
        return self.graph("ontology")

    @property
    def shapes_graph(self) -> str:
        """The graph that holds every file of `shapes/`."""
        return self.graph("shapes")

    @property
    def inferred_graph(self) -> str:
        """The graph that holds what was inferred and not asserted."""
        return self.graph("inferred")

    @property
    def void_graph(self) -> str:
        """The graph that holds the VoID document in the store."""
        return f"{self.iri}void"

    @property
    def examples_graph(self) -> str:
        """The graph that holds the example queries and the prefixes in the store."""
        return f"{self.iri}.well-known/sparql-examples"

    @property
    def terms(self) -> str:
        """The namespace of the project's own classes and properties."""
        return f"{self.iri}{ONTOLOGY}#"

    def thing(self, path: str) -> str:
        """Return the IRI of the thing `id/<path>`."""
        return f"{self.iri}{THING}{path}"

    def path_of(self, iri: str) -> str | None:
        """Return the part of an IRI of ours after the base, without its fragment; None for an IRI of somebody else."""
        if not iri.startswith(self.iri):
            return None
        return iri[len(self.iri) :].partition("#")[0]


def readable_name(iri: str) -> str:
    """Return the last part of an IRI as words, for what has no other name.

    >>> readable_name("http://www.opengis.net/ont/geosparql#hasGeometry"), readable_name("https://e.example/id/42/")
    ('has geometry', 'id 42')
    >>> readable_name("https://e.example/River_Danube"), readable_name("urn:isbn:1"), readable_name("https://e.example/")
    ('River Danube', 'isbn 1', 'e.example')
    """
    parts = [part for part in re.split(r"[/#?:]+", normal(iri).partition("://")[2] or iri) if part]
    tail = parts[-1] if parts else iri
    if tail.isdigit() and len(parts) > 1:
        tail = f"{parts[-2]} {tail}"
    if "." in tail and len(parts) == 1:
        return tail
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z][a-z])|[_+\s]+|%20|(?<=[^\W\d])-(?=[^\W\d])", " ", tail).strip()
    first = words[:1]
    # `hasGeometry` is a phrase; `River_Danube` and `WGS84` are names.
    return words if first.isupper() or "_" in tail else re.sub(r" [A-Z](?=[a-z])", lambda m: m[0].lower(), words) or iri


def normal(iri: str) -> str:
    """Return an IRI with every percent-encoded character that may stand for itself written out.

    Two ways of writing one IRI then compare equal (RFC 3987, section 5.3.2.3). Encoded delimiters, control characters,
    spaces and bidirectional controls stay encoded, because decoding them would change the meaning or the look.

    >>> normal("https://w3id.org/ckg/id/city/%D0%90%D0%BA%D1%82%D0%B0%D1%83")
    'https://w3id.org/ckg/id/city/Актау'
    >>> normal("https://w3id.org/ckg/id/a%2Fb%20c")
    'https://w3id.org/ckg/id/a%2Fb%20c'
    """
    out: list[str] = []
    index = 0
    while index < len(iri):
        if iri[index] != "%":
            out.append(iri[index])
            index += 1
            continue
        end = index
        while iri[end : end + 1] == "%" and len(iri) >= end + 3:
            end += 3
        run = iri[index:end] or iri[index]
        out.append(_decode(run))
        index += len(run)
    return "".join(out)


def _decode(run: str) -> str:
    try:
        text = unquote(run, errors="strict")
    except UnicodeDecodeError:
        return run.upper()
    return "".join(c if _stands_for_itself(c) else quote(c, safe="") for c in text)


def _stands_for_itself(character: str) -> bool:
    if character.isascii():
        return character.isalnum() or character in "-._~"
    return character.isprintable() and not character.isspace()
