"""Ten kinds of folder, each with what docs/folders.md says to write into ckg.toml: built, looked at, and asked."""

from __future__ import annotations

import json
import re
import shutil
from urllib.parse import urlsplit

import pyoxigraph as ox
import pytest

from ckg.errors import ShapesViolated

from .conftest import HERE, build

ROOT = HERE.parents[1]
KINDS = {
    "thesaurus": ("/herbs", "Herbs of the kitchen garden", "dill"),
    "ontology": ("/INS_0000002", "An insect that gathers nectar.", "bee"),
    "archive": ("/record/7-1", "Letter about the lighthouse", "lighthouse"),
    "building": ("/model", "House on the hill", "kitchen"),
    "catalogue": ("/dataset/trees", "Trees", "trees"),
    "nanopublications": ("/RA1", "Bees pollinate clover", "pollinate"),
    "entity": ("/entity/Q1", "Bergen", "bergen"),
    "museum": ("/object/1", "Vase with a ship", "vase"),
    "law": ("/eli/act/2020/5/en", "Act on lighthouses", "lighthouses"),
    "sensors": ("/thermometer", "Thermometer", "thermometer"),
}
"""Of each folder: the address of a thing, a text on its page, and a word that a search finds it or its like by."""


def statements(text, form, base):
    return {
        (str(quad.subject), quad.predicate.value, str(quad.object))
        for quad in ox.parse(text, format=form, base_iri=base)
    }


def test_there_are_ten_kinds():
    assert sorted(path.parent.name for path in HERE.glob("*/ckg.toml")) == sorted(KINDS)
    assert len(KINDS) == 10


@pytest.mark.parametrize("kind", KINDS)
def test_the_home_page_says_what_it_is(kind, site):
    title = re.search(r'^title = "(.*)"', (HERE / kind / "ckg.toml").read_text(), re.MULTILINE)[1]
    assert f"<h1>{title}</h1>" in site(kind).get("/")


@pytest.mark.parametrize("kind", KINDS)
def test_a_search_finds_what_is_there(kind, site):
    assert "Nothing found" not in site(kind).get(f"/search?q={KINDS[kind][2]}")


@pytest.mark.parametrize("kind", KINDS)
def test_a_thing_has_a_page(kind, site):
    address, text, _ = KINDS[kind]
    assert text in site(kind).get(address)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("media_type", "form"),
    [("text/turtle", ox.RdfFormat.TURTLE), ("application/ld+json", ox.RdfFormat.JSON_LD)],
    ids=["turtle", "json-ld"],
)
def test_a_thing_is_data_in_every_format(kind, media_type, form, site):
    address, text, _ = KINDS[kind]
    found = statements(site(kind).get(address, media_type), form, "http://localhost/")
    assert any(text in value for _, _, value in found)


@pytest.mark.parametrize("kind", KINDS)
def test_the_sitemap_has_the_thing(kind, site):
    index = site(kind).get("/sitemap.xml", "*/*")
    files = [urlsplit(address).path for address in re.findall("<loc>([^<]*)</loc>", index)]
    listed = "".join(site(kind).get(path, "*/*") for path in files) if "<sitemapindex" in index else index
    assert KINDS[kind][0] in listed


@pytest.mark.parametrize("kind", KINDS)
def test_browsing_begins_with_the_classes_that_are_used(kind, site):
    assert "by the classes that they use" in site(kind).get("/browse")


@pytest.mark.parametrize(
    ("kind", "path", "texts"),
    [
        ("thesaurus", "/herbs", ["Its concepts, from the top", "By their names", "dill weed"]),
        ("ontology", "/insects.owl", ["Contents", "Diagram of its classes", "obsolete moth"]),
        ("catalogue", "/catalogue", ["Catalog", "Trees", "The town"]),
    ],
)
def test_what_says_what_the_data_are_has_a_page_that_the_first_page_leads_to(kind, path, texts, site):
    assert f'href="{path}"' in site(kind).get("/")
    page = site(kind).get(path)
    assert [text for text in texts if text not in page] == []


def test_a_class_is_drawn_with_what_it_is_a_kind_of_and_what_it_is_restricted_to(site):
    drawing = site("ontology").get("/INS_0000002").partition("bee among the classes")[2]
    assert "insect" in drawing.partition("</svg>")[0]
    assert "feeds on: some nectar" in drawing.partition("</svg>")[0]


def test_the_properties_of_a_wikibase_are_called_by_its_own_names_of_them(site):
    assert ">population</a>" in site("entity").get("/entity/Q1")


def test_a_project_that_names_no_licence_leaves_no_gap_where_it_would_stand(site):
    assert ". ." not in site("archive").get("/")


@pytest.mark.parametrize("kind", KINDS)
def test_the_documentation_shows_the_project_file(kind):
    settings = (HERE / kind / "ckg.toml").read_text().strip()
    assert settings in (ROOT / "docs" / "folders.md").read_text()


def test_background_graphs_are_validated_with_and_not_published(site, tmp_path):
    published = site("catalogue")
    assert '<span class="badge good">conform</span>' in published.get("/report")
    assert "yearly" not in published.get("/dump/town-data.nt", "*/*")
    folder = tmp_path / "catalogue"
    shutil.copytree(HERE / "catalogue", folder)
    shutil.rmtree(folder / "context")
    with pytest.raises(ShapesViolated, match="A frequency of the authority list"):
        build(folder)


def test_contradictions_are_listed_with_their_files_and_the_values_stay_as_written(site):
    report = site("sensors").get("/report")
    assert "2 contradictions" in report
    assert "data/observations.ttl" in report
    assert "the value is no xsd:dateTime" in report
    dump = site("sensors").get("/dump/pier.nt", "*/*")
    assert '"n/a"^^<http://www.w3.org/2001/XMLSchema#decimal>' in dump
    assert '"04.50"^^<http://www.w3.org/2001/XMLSchema#decimal>' in dump


def test_a_value_that_is_none_of_its_datatype_is_accepted_without_reasoning(site):
    dump = site("archive").get("/dump/harbour-archive.nt", "*/*")
    assert '"1911-04-02"^^<http://www.w3.org/2001/XMLSchema#dateTime>' in dump


def test_graphs_of_a_file_keep_their_names(site):
    answer = site("nanopublications").get(
        "/sparql?query=SELECT+?g+{+GRAPH+?g+{+?s+<https://terms.example/pollinates>+?o+}+}",
        "application/sparql-results+json",
    )
    assert [row["g"]["value"] for row in json.loads(answer)["results"]["bindings"]] == [
        "http://np.example/RA1#assertion"
    ]


def test_an_ontology_alone_is_published_with_what_follows_from_it(site):
    assert "http://onto.example/obo/INS_0000001" in site("ontology").get("/dump/insects.nt", "*/*")
