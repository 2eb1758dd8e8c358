"""Every format at every command: what is offered is written and read, the rest is refused in a sentence."""

from __future__ import annotations

import gzip
import subprocess
from urllib.parse import unquote

import pytest

from ckg.formats import (
    ANSWER_FORMATS,
    BOOLEAN_FORMATS,
    FORMATS,
    GRAPH_FORMATS,
    INPUT_FORMATS,
    N_TRIPLES,
    RDF_XML,
    RESULT_FORMATS,
)

from .command import CKG, Place

LINES = [b'<https://example.org/id/a> <http://www.w3.org/2000/01/rdf-schema#label> "A"@en .\n']
FORMS = {
    "SELECT * { ?s rdfs:label ?l } LIMIT 3": RESULT_FORMATS,
    "ASK {}": BOOLEAN_FORMATS,
    "CONSTRUCT { ?s rdfs:label ?l } WHERE { ?s rdfs:label ?l }": GRAPH_FORMATS,
}


def answer(place: Place, text: str, form) -> subprocess.CompletedProcess[bytes]:
    command = [CKG, "query", text, "--format", form.key]
    return subprocess.run(command, cwd=place.folder, capture_output=True, check=False)


@pytest.mark.parametrize("text", FORMS)
def test_a_query_is_printed_in_the_formats_of_its_form_and_in_no_other(published: Place, statements, text) -> None:
    expected = statements(N_TRIPLES, answer(published, text, N_TRIPLES).stdout) if FORMS[text] is GRAPH_FORMATS else []
    for form in ANSWER_FORMATS:
        done = answer(published, text, form)
        if form not in FORMS[text]:
            assert (done.returncode, done.stdout) == (2, b"")
            assert f"no answer in the format {form.key}".encode() in done.stderr
        elif form in GRAPH_FORMATS:
            assert done.returncode == 0, done.stderr
            assert statements(form, done.stdout) == expected != []
        else:
            assert done.returncode == 0, done.stderr
            assert done.stdout.strip()


def test_an_answer_that_a_format_has_no_form_for_is_refused_before_anything_is_printed(published: Place) -> None:
    done = answer(published, "CONSTRUCT { ?s <http://e.example/1> 2 } WHERE { ?s ?p ?o }", RDF_XML)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"cannot be written as the name of an XML element" in done.stderr


@pytest.fixture(scope="module")
def in_every_format(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A project with the same statement in a file of every format and suffix, plain, compressed, in upper case."""
    from .command import Ckg

    folder = tmp_path_factory.mktemp("inputs") / "project"
    Ckg(folder.parent)("init", folder)
    place = Place(folder, Ckg(folder))
    for form in INPUT_FORMATS:
        written = b"".join(form.document([LINES], {}))
        for suffix in form.file_suffixes:
            (folder / f"data/plain-{suffix}.{suffix}").write_bytes(written)
        (folder / f"data/upper-{form.key}.{form.key.upper()}").write_bytes(written)
        (folder / f"data/gz-{form.key}.{form.key}.gz").write_bytes(gzip.compress(written))
    place.ckg("build")
    return place


def test_a_file_is_read_in_every_format_with_every_suffix(in_every_format: Place) -> None:
    names = [f"plain-{suffix}" for form in INPUT_FORMATS for suffix in form.file_suffixes]
    names += [f"{way}-{form.key}" for form in INPUT_FORMATS for way in ("upper", "gz")]
    text = 'SELECT DISTINCT ?g { GRAPH ?g { <https://example.org/id/a> rdfs:label "A"@en } }'
    found = in_every_format.ckg("query", text, "--format", "csv").stdout.split()[1:]
    assert sorted(unquote(iri.rpartition("/graph/")[2]) for iri in found) == sorted(names)
    assert len(names) > 20


def test_files_in_formats_that_are_no_input_are_passed_over_by_name(project: Place) -> None:
    others = [form for form in FORMATS if form not in INPUT_FORMATS]
    for form in others:
        (project.folder / f"data/a.{form.key}").write_bytes(b"")
    (warning,) = [line for line in project.ckg("validate").stderr.splitlines() if "passed over" in line]
    assert f"data/a.{min(form.key for form in others)}" in warning
