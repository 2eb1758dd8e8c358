"""Real clients, as people use them, on a live server."""

from __future__ import annotations

import json
import shutil
import subprocess
import urllib.request

import pyoxigraph as ox
import pytest
import rdflib

LABEL = rdflib.Literal("日本", lang="ja")


def run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


@pytest.mark.parametrize("form", ["turtle", "xml", "nt"])
def test_rdflib_parses_the_address_of_a_thing(live, form):
    graph = rdflib.Graph().parse(f"{live}/id/state/japan", format=form)
    assert LABEL in set(graph.objects())


def test_rdflib_finds_the_format_out_by_itself(live):
    assert LABEL in set(rdflib.Graph().parse(f"{live}/id/state/japan").objects())


def test_curl_follows_to_turtle_as_a_person_types_it(live):
    text = run("curl", "-sSfL", f"{live}/id/state/japan")
    assert list(ox.parse(text, format=ox.RdfFormat.TURTLE))


def test_curl_gets_the_format_it_names(live):
    text = run("curl", "-sSfL", "-H", "Accept: application/ld+json", f"{live}/id/city/Актау")
    assert any(node["@id"].endswith("Актау") for node in json.loads(text)["@graph"])


def test_curl_resumes_a_dump(live, tmp_path):
    whole = tmp_path / "whole.nt"
    part = tmp_path / "part.nt"
    run("curl", "-sSf", "-o", str(whole), f"{live}/dump/small.nt")
    part.write_bytes(whole.read_bytes()[:1000])
    run("curl", "-sSf", "-C", "-", "-o", str(part), f"{live}/dump/small.nt")
    assert part.read_bytes() == whole.read_bytes()


def test_the_checksums_fit_the_dumps_that_curl_fetches(live, tmp_path):
    sums = run("curl", "-sSf", f"{live}/dump/SHA256SUMS")
    for line in sums.splitlines():
        run("curl", "-sSf", "-o", str(tmp_path / line.split()[1]), f"{live}/dump/{line.split()[1]}")
    (tmp_path / "SHA256SUMS").write_text(sums)
    checked = subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout
    assert checked.stdout.count(": OK") == len(sums.splitlines()) >= 6


@pytest.mark.skipif(shutil.which("rapper") is None, reason="rapper (raptor2-utils) is not installed")
@pytest.mark.parametrize(("syntax", "suffix"), [("turtle", "ttl"), ("rdfxml", "rdf"), ("ntriples", "nt")])
def test_rapper_reads_documents(live, syntax, suffix):
    text = run("rapper", "-q", "-i", syntax, "-o", "ntriples", f"{live}/doc/state/japan.{suffix}")
    assert "\\u65E5\\u672C" in text or "日本" in text


@pytest.mark.skipif(shutil.which("rapper") is None, reason="rapper (raptor2-utils) is not installed")
def test_rapper_follows_the_address_of_a_thing_and_guesses(live):
    assert "ntriples" not in run("rapper", "-q", "-g", "-o", "ntriples", f"{live}/id/state/japan").lower()


def test_urllib_without_any_header_is_answered(live):
    with urllib.request.urlopen(f"{live}/id/state/japan", timeout=30) as answer:
        assert answer.url.endswith("/doc/state/japan")
        assert answer.headers["Content-Type"].startswith("text/turtle")


def test_an_iri_written_as_people_do_is_found_by_the_live_server(live):
    for path in ("id/city/Актау", "id/city/%D0%90%D0%BA%D1%82%D0%B0%D1%83", "doc/odd/%28x%29", "id/odd/a%2Fb"):
        assert "rdfs:label" in run("curl", "-sSfL", f"{live}/{path}")
