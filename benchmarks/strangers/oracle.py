"""What each release must answer, learned in calm and held against its dump, which the server has no part in.

Every document carries an entity tag that depends on the release, and in RDF the release's name as well
(`dcterms:identifier`); the answer to a query carries neither, but no two releases of the site give the same rows.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from shop import answers
from shop.data import BASE, ID, Sizes
from shop.queries import Asked, Questions
from strangers.connection import Connection, Reply, query_path
from strangers.site import Site, served

KINDS = (
    "product details",
    "reviews in a language",
    "everything on an offer",
    "an offer in other words",
    "who wrote a review",
)
_IDENTIFIER = "<http://purl.org/dc/terms/identifier>"
_LEARNERS = 4
_TIMEOUT_S = 30.0


class WrongInCalm(Exception):
    """A server that nobody disturbs gave an answer that its release's dump does not bear out."""


@dataclass(slots=True)
class Oracle:
    """For each path the entity tag and the hash of the body in each release; for queries the dumps themselves."""

    releases: tuple[str, str]
    sizes: Sizes
    paths: list[str] = field(default_factory=list)
    documents: dict[str, dict[str, tuple[str, bytes]]] = field(default_factory=dict)
    stores: dict[str, ox.Store] = field(default_factory=dict)

    def document(self, path: str, reply: Reply) -> tuple[str, str]:
        """Return the release a document says it is from, and what is wrong with it, or nothing."""
        release, digest = self.documents[path].get(reply.headers.get("etag", ""), ("", b""))
        if not release:
            return "", "the entity tag is of neither release"
        return release, "" if hashlib.sha256(reply.body).digest() == digest else "another body than its entity tag says"

    def rows(self, asked: Asked, reply: Reply) -> tuple[str, str]:
        """Return the release whose rows an answer has, and what is wrong with it; `any` where both have the same.

        An answer that names its release must have the rows of that one.
        """
        try:
            found = answers.meaning(asked, reply.body)
        except ValueError as error:
            return "", f"not a whole answer: {error}"
        right = [name for name in self.releases if self._expected(name, asked) == found]
        if not right:
            return "", "the rows are those of neither release"
        named = reply.headers.get("ckg-release", "")
        if named and named not in right:
            return "", f"the rows are not those of {named}, which the answer names"
        return (right[0] if len(right) == 1 else "any"), ""

    def _expected(self, release: str, asked: Asked) -> answers.Meaning:
        result = self.stores[release].query(asked.text)
        if isinstance(result, ox.QueryTriples):
            return answers.meaning(asked, result.serialize(format=ox.RdfFormat.N_TRIPLES) or b"")
        assert isinstance(result, ox.QuerySolutions)
        return answers.meaning(asked, result.serialize(format=ox.QueryResultsFormat.JSON) or b"")


def question(sizes: Sizes, number: int) -> Asked:
    """Return the n-th light query; no two are the same."""
    return Questions(sizes).of(KINDS[number % len(KINDS)], number)


async def learn(site: Site, sizes: Sizes, log: Path) -> Oracle:
    """Ask an undisturbed server for every document of both releases. Raises WrongInCalm."""
    oracle = Oracle(site.releases, sizes)
    for release in site.releases:
        oracle.stores[release] = store = ox.Store()
        store.bulk_load(path=str(site.dump(release)), format=ox.RdfFormat.N_TRIPLES)
    for release in site.releases:
        site.switch(release)
        said = _statements(site.dump(release))
        names = sorted(iri[1 + len(BASE + "id/") : -1] for iri in said if iri.startswith(f"<{ID}"))
        paths = [f"/doc/{name}{ending}" for name in names for ending in (".html", ".nt")]
        with served(site, log, {}) as (host, port, _):
            connections = [Connection(host, port, f"127.0.1.{n + 1}") for n in range(_LEARNERS)]
            shares = (_learn(oracle, release, said, one, paths[n::_LEARNERS]) for n, one in enumerate(connections))
            await asyncio.gather(*shares)
            for number in range(len(KINDS) * 4):
                asked = question(sizes, 10**8 + number)
                reply = await connections[0].ask(query_path(asked.text), accept(asked), seconds=_TIMEOUT_S)
                if reply.status != 200 or oracle.rows(asked, reply)[0] not in (release, "any"):
                    raise WrongInCalm(f"{asked.kind} of {release}: {reply.status} {reply.body[:300]!r}")
            for connection in connections:
                connection.close()
        oracle.paths = paths
    return oracle


async def _learn(
    oracle: Oracle, release: str, said: dict[str, set[str]], connection: Connection, paths: list[str]
) -> None:
    for path in paths:
        reply = await connection.ask(path, seconds=_TIMEOUT_S)
        thing = f"<{ID}{path.removeprefix('/doc/').removesuffix('.nt')}>"
        if reply.status != 200 or (path.endswith(".nt") and not _borne_out(reply.body, thing, release, said)):
            raise WrongInCalm(f"{path} of {release}: {reply.status} {reply.body[:300]!r}")
        known = oracle.documents.setdefault(path, {})
        known[reply.headers["etag"]] = release, hashlib.sha256(reply.body).digest()


def _borne_out(body: bytes, thing: str, release: str, said: dict[str, set[str]]) -> bool:
    """Say whether a document has the whole of what its release says of its thing, and nothing that it does not say."""
    lines = body.decode().splitlines()
    of_thing = {line for line in lines if line.startswith(f"{thing} ")}
    of_others = (line for line in lines if line.startswith(f"<{ID}"))
    named = any(_IDENTIFIER in line and f'"{release}"' in line for line in lines)
    return named and of_thing == said[thing] and all(line in said[line.partition(" ")[0]] for line in of_others)


def _statements(dump: Path) -> dict[str, set[str]]:
    said: dict[str, set[str]] = defaultdict(set)
    with dump.open(encoding="utf-8") as file:
        for line in file:
            said[line.partition(" ")[0]].add(line.rstrip("\n"))
    return said


def accept(asked: Asked) -> str:
    """Return what a light query is asked in."""
    return "application/n-triples" if asked.graph else "application/sparql-results+json"
