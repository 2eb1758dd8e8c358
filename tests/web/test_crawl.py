"""Every IRI of ours that occurs in any dump of the shipped data set leads to a document that says something of it."""

from __future__ import annotations

import os
from urllib.parse import quote
from zlib import crc32

import pyoxigraph as ox
import pytest

from ckg.formats import N_QUADS, TURTLE
from ckg.release.current import Releases
from ckg.web import create_app
from ckg.web.addresses import href

pytestmark = pytest.mark.gone_on  # it reads every document; that both histories have the same is tested with the pages


PART = 1 if os.environ.get("CKG_LINKS") == "all" else 4
"""Of the pages of things one in so many is read; CKG_LINKS=all reads every one."""


@pytest.fixture(scope="module")
def shipped(shipped_each_way):
    app = create_app(shipped_each_way)
    yield app.test_client()
    app.close()


@pytest.fixture(scope="module")
def release(shipped_each_way):
    return Releases(shipped_each_way).current()


def ours(release) -> set[str]:
    """Return every IRI of the project in the quads, the shapes and the catalogue.

    Left out are the namespace itself (`ontology#`, which names nothing) and what the catalogue links to but does not
    describe: the endpoint and the files of the dumps, which have tests of their own.
    """
    found = set()
    files = [(release.dump(N_QUADS), ox.RdfFormat.N_QUADS), (release.void, ox.RdfFormat.TURTLE)]
    files += [
        (path, ox.RdfFormat.TURTLE) for name, path in release.dumps.items() if name.endswith(f"-shapes.{TURTLE.key}")
    ]
    for path, syntax in files:
        for quad in ox.parse(path=path, format=syntax):
            terms = [quad.subject, quad.predicate, quad.object, quad.graph_name]
            terms += [t.datatype for t in terms if isinstance(t, ox.Literal)]
            found |= {t.value for t in terms if isinstance(t, ox.NamedNode) and t.value.startswith(release.base.iri)}
    served = tuple(release.base.iri + name for name in ("sparql", "dump/"))
    return {iri for iri in found if not iri.endswith("#") and not iri.startswith(served)}


def test_every_iri_of_ours_in_any_dump_dereferences_to_rdf_that_mentions_it(shipped, release):
    iris = ours(release)
    assert len(iris) > 500
    wrong = []
    for iri in sorted(iris):
        path = "/" + quote(iri[len(release.base.iri) :].partition("#")[0], safe="/%?=&:;,.-_~!'()*")
        answer = shipped.get(path, headers={"Accept": "application/n-triples"}, follow_redirects=True, buffered=True)
        if answer.status_code != 200:
            wrong.append((iri, answer.status))
        elif answer.headers["Content-Type"].startswith("application/n-triples") and f"<{iri}>" not in answer.text:
            wrong.append((iri, "is not in its document"))
    assert not wrong


def test_every_term_of_ours_is_defined_by_the_document_of_the_ontology(shipped, release):
    text = shipped.get("/ontology", headers={"Accept": "application/n-triples"}).text
    terms = {iri for iri in ours(release) if iri.startswith(release.base.terms)}
    defined = {line.partition(" ")[0] for line in text.splitlines()}
    assert len(terms) > 50
    assert {f"<{term}>" for term in terms} <= defined


def test_every_thing_of_ours_is_a_page_whose_links_are_alive(shipped, release):
    import html.parser

    links: set[str] = set()

    class Links(html.parser.HTMLParser):
        def handle_starttag(self, tag, attributes):
            for name, value in attributes:
                if name in ("href", "src", "action") and value and value.startswith("/"):
                    links.add(value.partition("#")[0])

    wrong = []
    for iri in sorted(ours(release)):
        address = (href(release.base, iri, "") or "").partition("#")[0]
        if address:
            links.add(address)
    seen: set[str] = set()
    while links - seen and len(seen) < 5_000:
        address = min(links - seen)
        seen.add(address)
        if crc32(address.encode()) % PART:
            continue
        if address.startswith(("/dump/", "/static/", "/sparql", "/search")) or "?" in address:
            continue
        answer = shipped.get(address, headers={"Accept": "text/html"}, follow_redirects=True, buffered=True)
        if answer.status_code != 200 and address != "/language":
            wrong.append((address, answer.status))
        elif answer.headers["Content-Type"].startswith("text/html"):
            Links().feed(answer.text)
    assert not wrong
    assert len(seen) > 500


def test_the_sitemap_lists_every_thing_once(shipped, release):
    import xml.etree.ElementTree as ET

    def listed(address: str) -> list[str]:
        tree = ET.fromstring(shipped.get(address).data)
        found = [node.text or "" for node in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
        if tree.tag.endswith("sitemapindex"):
            return [row for part in found for row in listed(part.removeprefix("http://localhost"))]
        return found

    rows = listed("/sitemap.xml")
    assert len(rows) == len(set(rows))
    things = {
        quad.subject.value.partition("#")[0]
        for quad in ox.parse(path=release.dump(N_QUADS), format=ox.RdfFormat.N_QUADS)
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(release.base.thing(""))
    }
    assert len([row for row in rows if row.startswith("http://localhost/doc/")]) == len(things)
    assert "http://localhost/ontology.html" in rows
