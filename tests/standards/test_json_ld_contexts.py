"""JSON-LD 1.1, 3.1 and 4.1: contexts of the project are read, and none is fetched."""

import json

import pytest

from ckg.errors import SourceSyntaxError

OWN = "http://example.org/graph/a"
CONTEXT = '{"@context": {"name": "http://xmlns.com/foaf/0.1/name"}}'
NAMED = ['<x:s> <http://xmlns.com/foaf/0.1/name> "Ann"']


def document(context, **members):
    return json.dumps({"@context": context, "@id": "x:s", **(members or {"name": "Ann"})}, indent=1)


@pytest.mark.parametrize(
    ("reference", "path"),
    [
        ("https://c.example/person.jsonld", "contexts/c.example/person.jsonld"),
        ("https://c.example/ns/person", "contexts/c.example/ns/person.jsonld"),
        ("https://c.example/", "contexts/c.example.json"),
        ("person-context.jsonld", "data/person-context.jsonld"),
        ("../contexts/person.json", "contexts/person.json"),
    ],
)
@pytest.mark.parametrize("shape", [lambda name: name, lambda name: [{"@version": 1.1}, name]], ids=["one", "list"])
def test_a_context_of_the_project_is_read(staged, reference, path, shape):
    assert staged({"data/a.jsonld": document(shape(reference)), path: CONTEXT})[OWN] == NAMED


def test_contexts_refer_to_each_other_and_terms_have_contexts_of_their_own(staged):
    files = {
        "contexts/c.example/outer.jsonld": '{"@context": ["https://c.example/inner", {"knows": {"@id": "x:knows", '
        '"@context": "scoped.jsonld"}}]}',
        "contexts/c.example/scoped.jsonld": '{"@context": {"name": "x:nickname"}}',
        "contexts/c.example/inner.jsonld": CONTEXT,
        "data/a.jsonld": document("https://c.example/outer", name="Ann", knows={"@id": "x:b", "name": "Bo"}),
    }
    assert staged(files)[OWN] == ['<x:b> <x:nickname> "Bo"', *NAMED, "<x:s> <x:knows> <x:b>"]


def test_an_imported_context_is_overruled_by_its_importer(staged):
    files = {
        "contexts/c.example/c.jsonld": '{"@context": {"name": "x:old", "age": "x:age"}}',
        "data/a.jsonld": document(
            {"@version": 1.1, "@import": "https://c.example/c", "name": "http://xmlns.com/foaf/0.1/name"},
            name="Ann",
            age="7",
        ),
    }
    assert staged(files)[OWN] == [*NAMED, '<x:s> <x:age> "7"']


def test_a_changed_context_is_read_anew(staged):
    files = {"data/a.jsonld": document("https://c.example/c"), "contexts/c.example/c.json": CONTEXT}
    assert staged(files)[OWN] == NAMED
    changed = CONTEXT.replace("http://xmlns.com/foaf/0.1/name", "x:renamed")
    assert staged({"contexts/c.example/c.json": changed})[OWN] == ['<x:s> <x:renamed> "Ann"']


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ("https://schema.org/", "contexts/schema.org.jsonld"),
        ("people.jsonld", "with `context` in its name"),
        ("../ckg.toml", "with `context` in its name"),
        ("../../etc/context.json", "with `context` in its name"),
        ("https://c.example/../../../ckg.toml", "contexts/"),
    ],
)
def test_a_context_that_the_project_has_not_is_refused_by_file_and_line(staged, tmp_path, reference, told):
    with pytest.raises(SourceSyntaxError, match="is not fetched") as refused:
        staged({"data/a.jsonld": document(reference), "data/people.jsonld": CONTEXT})
    assert (refused.value.place.file, refused.value.place.line) == (tmp_path / "data/a.jsonld", 2)
    assert told in refused.value.hint


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "is no JSON"),
        ('{"name": "x:name"}', "is no context"),
        ('{"@context": "https://c.example/c"}', "more than 20 deep"),
    ],
)
def test_a_file_that_is_no_context_is_named(staged, text, told):
    with pytest.raises(SourceSyntaxError, match=told):
        staged({"data/a.jsonld": document("https://c.example/c"), "contexts/c.example/c.json": text})
