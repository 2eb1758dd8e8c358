"""RDF 1.2 (working drafts): what of it is read, and what is refused by file and line (docs/rdf.md has the table)."""

import pytest

from ckg.errors import SourceSyntaxError
from ckg.formats import GRAPH_FORMATS, INPUT_FORMATS

OWN = "http://example.org/graph/a"

TRIPLE_TERMS = {
    "ttl": "<x:a> <x:p> 1 .\n<x:s> <x:p> <<( <x:a> <x:b> <x:c> )>> .\n",
    "nt": '<x:a> <x:p> "1" .\n<x:s> <x:p> <<( <x:a> <x:b> <x:c> )>> .\n',
    "nq": '<x:a> <x:p> "1" .\n<x:s> <x:p> <<( <x:a> <x:b> <x:c> )>> <x:g> .\n',
    "trig": "<x:a> <x:p> 1 .\n<x:g> { <x:s> <x:p> <<( <x:a> <x:b> <x:c> )>> . }\n",
}
ANNOTATIONS = {
    "ttl": "<x:a> <x:p> 1 .\n<x:s> <x:p> <x:o> {| <x:q> 1 |} .\n",
    "trig": "<x:a> <x:p> 1 .\n<x:g> { <x:s> <x:p> <x:o> ~ <x:r> . }\n",
}
DIRECTIONS = {
    "ttl": '<x:a> <x:p> "--" .\n<x:s> <x:p> "x"@ar--rtl .\n',
    "nt": '<x:a> <x:p> "1"@en .\n<x:s> <x:p> "x"@ar--rtl .\n',
    "nq": '<x:a> <x:p> "1"@en .\n<x:s> <x:p> "x"@ar--rtl <x:g> .\n',
    "trig": '<x:a> <x:p> "1"@en .\n<x:g> { <x:s> <x:p> "x"@ar--rtl . }\n',
    "jsonld": '{"@id": "x:s", "x:q": "y",\n"x:p": {"@value": "x", "@language": "ar", "@direction": "rtl"}}',
}


def cases(files):
    return [pytest.param(suffix, text, id=suffix) for suffix, text in files.items()]


@pytest.mark.parametrize(("suffix", "text"), cases(TRIPLE_TERMS))
def test_a_triple_term_is_refused_by_file_and_line(staged, tmp_path, suffix, text):
    with pytest.raises(SourceSyntaxError, match="has a triple as its object") as refused:
        staged({f"data/a.{suffix}": text})
    assert (refused.value.place.file, refused.value.place.line) == (tmp_path / f"data/a.{suffix}", 2)
    assert "rdf:Statement" in refused.value.hint


@pytest.mark.parametrize(("suffix", "text"), cases(ANNOTATIONS))
def test_an_annotation_is_refused_by_file_and_line(staged, suffix, text):
    with pytest.raises(SourceSyntaxError, match="has a triple as its object") as refused:
        staged({f"data/a.{suffix}": text})
    assert refused.value.place.line == 2


@pytest.mark.parametrize(("suffix", "text"), cases(DIRECTIONS))
def test_a_text_with_a_direction_is_refused_by_file_and_line(staged, suffix, text):
    with pytest.raises(SourceSyntaxError, match="has a text with a direction") as refused:
        staged({f"data/a.{suffix}": text})
    assert refused.value.place.line == 2


@pytest.mark.parametrize("suffix", ["ttl", "trig"])
def test_a_version_announcement_is_read_over(staged, suffix):
    assert staged({f"data/a.{suffix}": 'VERSION "1.2"\n<x:s> <x:p> <x:o> .'})[OWN] == ["<x:s> <x:p> <x:o>"]


def test_a_text_that_only_looks_like_one_with_a_direction_is_read(staged):
    assert staged({"data/a.ttl": r'<x:s> <x:p> "a\"@ar--rtl b" .'})[OWN] == [r'<x:s> <x:p> "a\"@ar--rtl b"']


def test_every_format_that_has_a_syntax_for_it_is_tried():
    assert {form.key for form in INPUT_FORMATS} - TRIPLE_TERMS.keys() == {"jsonld", "rdf", "n3", "jelly"}


@pytest.mark.parametrize(("made", "told"), [('STRLANGDIR("x", "ar", "rtl")', b"direction"), ("TRIPLE(1, 2, 3)", b"")])
def test_no_answer_with_triples_holds_what_other_tools_refuse(server, made, told):
    made = made.replace("1, 2, 3", "<x:a>, <x:b>, <x:c>")
    query = f"CONSTRUCT {{ <x:s> <x:p> ?made }} WHERE {{ BIND({made} AS ?made) }}"
    for form in GRAPH_FORMATS:
        reply = server.query(query, form.media_type)
        assert (reply.status, told in reply.body) == (406, True), form.name
