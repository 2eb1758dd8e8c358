"""Every file that cannot be read is told in one run, with its line, whatever its format; a byte-order mark is none."""

import codecs
import gzip

import pytest

from ckg.errors import SourceSyntaxError

XML = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="x:">\n{}\n</rdf:RDF>\n'
WRONG = {
    "an @id in a graph": (
        "a.jsonld",
        '{"@context": {},\n"@graph": [\n{"@id": "x:a"},\n{"@id": "x:b"},\n{"x:p": 1,\n "@id": 5},\n{"@id": "x:c"}]}',
        6,
    ),
    "a language": ("a.jsonld", '{"@id": "x:a",\n"x:q": 1,\n"x:p": [\n{"@value": "a",\n"@language": 5}]}', 5),
    "an array": ("a.jsonld", '[{"@id": "x:a"},\n\n{"@id": "x:b", "x:p":\n {"@value": {}}}]', 4),
    "a context": ("a.jsonld", '{"@context": {\n"a": "x:a",\n"b": {"@id": 5}},\n"@id": "x:s", "a": 1}', 3),
    "JSON": ("a.jsonld", '{"@id": "x:a",\n"x:p": [1,}', 2),
    "an IRI in XML": ("a.rdf", XML.format('<rdf:Description\nrdf:about="x y"/>'), 3),
    "a text in XML": (
        "a.rdf",
        XML.format('<rdf:Description rdf:about="x:s">\n<e:p>1\n<e:b/></e:p></rdf:Description>'),
        4,
    ),
    "XML": ("a.rdf", XML.format("<rdf:Description>"), 3),
    "Turtle": ("a.ttl", "<x:s> <x:p> 1 .\n<x:s> <x:p> .\n", 2),
}


@pytest.mark.parametrize("name", WRONG)
def test_an_error_names_the_line(staged, tmp_path, name):
    file, text, line = WRONG[name]
    with pytest.raises(SourceSyntaxError) as told:
        staged({f"data/{file}": text})
    assert (told.value.place.file, told.value.place.line) == (tmp_path / "data" / file, line)


def test_all_files_that_cannot_be_read_are_told_in_one_run(staged, tmp_path):
    files = {f"data/{number}{file}": text for number, (file, text, _) in enumerate(WRONG.values())}
    for _ in range(2):  # what is wrong is told as long as it is
        with pytest.raises(SourceSyntaxError, match=f"^{len(WRONG)} files cannot be read") as told:
            staged(files)
        for number, (file, _, line) in enumerate(WRONG.values()):
            assert f"{tmp_path / 'data'}/{number}{file}:{line}" in str(told.value)
    for name in list(files)[1:]:
        (tmp_path / name).unlink()
    with pytest.raises(SourceSyntaxError) as told:
        staged({})
    assert told.value.place.line == 6


GOOD = {
    "ttl": "<x:s> <x:p> <x:o> .",
    "nt": "<x:s> <x:p> <x:o> .",
    "nq": "<x:s> <x:p> <x:o> .",
    "trig": "<x:s> <x:p> <x:o> .",
    "n3": "<x:s> <x:p> <x:o> .",
    "jsonld": '{"@id": "x:s", "x:p": {"@id": "x:o"}}',
    "rdf": XML.format('<rdf:Description rdf:about="x:s"><e:p rdf:resource="x:o"/></rdf:Description>'),
}


@pytest.mark.parametrize("suffix", GOOD)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gz"])
def test_a_byte_order_mark_is_read_over(staged, suffix, packed):
    content = codecs.BOM_UTF8 + GOOD[suffix].encode()
    name = f"data/a.{suffix}"
    files = {f"{name}.gz": gzip.compress(content)} if packed else {name: content}
    assert staged(files) == {"http://example.org/graph/a": ["<x:s> <x:p> <x:o>"]}
