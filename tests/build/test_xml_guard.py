"""RDF/XML from strangers: entities are bounded wherever the parser would find their declarations."""

from __future__ import annotations

from pathlib import Path

import pytest

from ckg.build.parsing import lines
from ckg.build.project_files import SourceFile
from ckg.errors import SourceSyntaxError
from ckg.formats import RDF_XML
from ckg.model.iris import Base
from ckg.model.staged import Role

NAMESPACES = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e.example/"'
LAUGHS = '<!ENTITY a0 "lol"><!ENTITY a1 "&a0;&a0;">'


def read(folder: Path, text: str | bytes) -> list[bytes]:
    path = folder / "a.rdf"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    base = "https://e.example/"
    source = SourceFile(
        path, "data/a.rdf", Role.DATA, RDF_XML, f"{base}graph/a", gzipped=False, base=base, project=folder
    )
    return [line for _, batch in lines(source, Base(base)) for line in batch]


def document(prolog: str, body: str = "", value: str = "x") -> str:
    inside = f'<rdf:Description rdf:about="http://e.example/s"><e:p>{value}</e:p></rdf:Description>'
    return f'<?xml version="1.0"?>\n{prolog}<rdf:RDF {NAMESPACES}>{body}{inside}</rdf:RDF>'


@pytest.mark.parametrize(
    "text",
    [
        document(f"<!DOCTYPE r [\n{LAUGHS}]>", value="&a1;"),
        document(f"<!DOCTYPE r [<!-- {'x' * 70_000} -->{LAUGHS}]>", value="&a1;"),
        document(f"<!-- {'x' * 200_000} --><!DOCTYPE r [{LAUGHS}]>", value="&a1;"),
        document(f"<!DOCTYPE r [<!-- {LAUGHS} -->]>", value="&a1;"),
        document("", body=f"<!DOCTYPE r [{LAUGHS}]>", value="&a1;"),
        document("", body=f"<e:x>{'y' * 200_000}</e:x><!doctype r [{LAUGHS}]>", value="&a1;"),
        document('<!DOCTYPE r [<!ENTITY a "&#38;b;"><!ENTITY b "c">]>'),
        document('<!DOCTYPE r [<!ENTITY % a "c">]>'),
        document('<!DOCTYPE r [<!ENTITY a SYSTEM "/etc/hostname">]>', value="&a;"),
        document(f'<!DOCTYPE r [<!ENTITY a "{"c" * 2_000}">]>', value="&a;"),
        document(f'<!DOCTYPE r [<!ENTITY a "{"c" * 70_000}">]>', value="&a;"),
        document(f'<!DOCTYPE r [<!ENTITY a "{"c" * 1_000}">]>', value="<e:q>" + "&a;" * 200_000 + "</e:q>"),
        document(f"<!-- {'x' * 2_000_000} -->"),
    ],
    ids=[
        "plain",
        "behind a long comment",
        "behind a comment before the DOCTYPE",
        "in a comment",
        "in the body",
        "far in the body",
        "by a character reference",
        "parameter entity",
        "external",
        "long",
        "very long",
        "used very often",
        "no element for 2 MB",
    ],
)
def test_entities_that_could_grow_without_bound_are_refused(tmp_path, text) -> None:
    with pytest.raises(SourceSyntaxError) as refused:
        read(tmp_path, text)
    assert refused.value.place.file.name == "a.rdf"
    assert "entit" in str(refused.value) or "XML" in str(refused.value) or "first element" in str(refused.value)


def test_short_entities_for_namespaces_are_read(tmp_path) -> None:
    text = document('<!DOCTYPE rdf:RDF [\n<!ENTITY e "http://e.example/">\n<!ENTITY f \n "f">]>', value="&e;x &f;")
    assert read(tmp_path, text) == [
        b'<http://e.example/s> <http://e.example/p> "http://e.example/x f" <https://e.example/graph/a> .'
    ]


def test_a_declaration_that_is_only_text_is_read(tmp_path) -> None:
    text = document("<!DOCTYPE r>", value=f"<![CDATA[{'x' * 200_000}<!DOCTYPE html>]]><!-- <!DOCTYPE x> -->")
    assert b"<!DOCTYPE html>" in read(tmp_path, text)[0]


def test_the_line_of_the_entity_is_named(tmp_path) -> None:
    with pytest.raises(SourceSyntaxError) as refused:
        read(tmp_path, document(f"<!DOCTYPE r [\n<!-- {'x' * 70_000} -->\n{LAUGHS}]>"))
    assert refused.value.place.line == 4
