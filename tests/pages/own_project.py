"""A project with pages of its own, written by somebody who changes nothing in the package."""

from __future__ import annotations

ONTOLOGY = """
@prefix ex: <https://other.example/kg/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<https://other.example/kg/ontology> a owl:Ontology ; rdfs:label "A library's terms"@en ;
    sh:declare [ sh:prefix "ex" ; sh:namespace "https://other.example/kg/ontology#"^^xsd:anyURI ] .
ex:Book a owl:Class ; rdfs:label "book"@en .
ex:Shelf a owl:Class ; rdfs:label "shelf"@en .
"""

DATA = """
@prefix ex: <https://other.example/kg/ontology#> .
@prefix id: <https://other.example/kg/id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
id:maps a ex:Book ; ex:called "On maps"@en , "地図について"@ja ; ex:on id:top ; ex:pages 1200 .
id:stars a ex:Book ; ex:called "On <b>stars</b>"@en ; ex:on id:top .
id:loan-1 ex:of id:maps ; ex:to "Ada" .
id:loan-2 ex:of id:maps ; ex:to "Grace <script>" .
id:top a ex:Shelf ; rdfs:label "Top shelf"@en .
"""

PAGES_TOML = """
[site]
logo = "logo.svg"
footer = "footer.md"
styles = ["library.css"]

[colours.light]
accent = "#123456"
[colours.dark]
accent = "#abcdef"

[languages]
ja = { own = "NIHONGO", english = "the language of Japan" }

[labels]
names = ["ex:called"]

[things]
part_of = ["ex:on"]

[schema_org]
"ex:Book" = "Book"

[[menu]]
path = "shelves"
[[menu]]
path = "about"
[[menu]]
path = "browse"
title = "All kinds"
[[menu]]
path = "https://example.org/elsewhere"
title = "Elsewhere"
[[menu]]
path = "sources"

[[page]]
path = "shelves"
title = "Shelves"
template = "shelves.html"
view = "views.shelves:view"
queries = { books = "books.rq", any = "any.rq" }

[[page]]
path = "/"
template = "home.html"
queries = { books = "books.rq" }

[[page]]
path = "broken"
template = "broken.html"

[[kind]]
classes = ["ex:Book"]
template = "book.html"
view = "views.books:view"
queries = { loans = "loans.rq" }
"""

FILES = {
    "ontology/o.ttl": ONTOLOGY,
    "data/books.ttl": DATA,
    "pages/pages.toml": PAGES_TOML,
    "pages/footer.md": "Run by *the library*.\n",
    "pages/about.md": "# About us\n\nWe lend <b>books</b> and [maps](/doc/maps).\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
    "pages/README.md": "For those who edit the pages.\n",
    "pages/static/logo.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>\n',
    "pages/static/library.css": ".loan { font-weight: 600; }\n",
    "pages/queries/loans.rq": (
        "# Who has it? $this\nSELECT ?loan ?to WHERE { ?loan ex:of $this ; ex:to ?to } ORDER BY ?to\n"
    ),
    "pages/queries/books.rq": (
        "SELECT ?book ?long WHERE { ?book a ex:Book ; ex:called ?name OPTIONAL { ?book ex:pages ?long }\n"
        "  FILTER(LANG(?name) = $language) } ORDER BY ?name\n"
    ),
    "pages/queries/any.rq": "ASK { ?book a ex:Book }\n",
    "pages/templates/book.html": (
        '{% extends "thing.html" %}\n{% block lead %}\n<p>{{ length }}</p>\n'
        "<ul>{% for row in loans %}<li class=loan>{{ m.ref(row.loan) }} to {{ m.shown(row.to) }}</li>{% endfor %}"
        "</ul>\n"
        "{% endblock %}\n"
    ),
    "pages/templates/shelves.html": (
        '{% extends "base.html" %}\n{% block main %}<h1>{{ title }}</h1><p>{{ asked }}, {{ any }}</p>\n'
        "<ol>{% for row in books %}<li>{{ m.ref(row.book) }}{% if row.long %} ({{ m.shown(row.long) }}){% endif %}</li>"
        "{% endfor %}</ol>{% endblock %}\n"
    ),
    "pages/templates/home.html": (
        '{% extends "core/home.html" %}\n'
        "{% block opening %}{{ super() }}<p>{{ books|length }} to read</p>{% endblock %}\n"
    ),
    "pages/templates/report.html": (
        '{% extends "core/report.html" %}\n{% block main %}<p>Our own word on it.</p>{{ super() }}{% endblock %}\n'
    ),
    "pages/templates/broken.html": '{% extends "base.html" %}\n{% block main %}{{ nobody_gave_this }}{% endblock %}\n',
    "pages/views/__init__.py": "",
    "pages/views/words.py": (
        'def said(pages: str) -> str:\n    return f"{pages} pages" if pages else "nobody counted"\n'
    ),
    "pages/views/books.py": """
from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import NamedNode

from ckg.pages.view_context import ViewContext

from .words import said


@dataclass(frozen=True, slots=True)
class Book:
    length: str


def view(reader: ViewContext, node: NamedNode) -> Book:
    pages = NamedNode("https://other.example/kg/ontology#pages")
    return Book(said(reader.graph.text(node, pages) or ""))
""",
    "pages/views/shelves.py": (
        "def view(reader, arguments):\n    return {'asked': f\"asked for {arguments.get('sort', 'nothing')}\"}\n"
    ),
}
