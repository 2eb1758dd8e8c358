"""`ckg export DIR`: the whole site as files, which a plain file server shows below any path."""

from __future__ import annotations

import hashlib
import re
import shutil
import urllib.request
from pathlib import Path
from urllib.parse import urldefrag, urljoin

import pytest
from click.testing import CliRunner

from ckg.cli.main import ckg
from ckg.errors import ReleaseError
from ckg.export import checksums, html_links, site_files
from ckg.export.file_names import file_of
from ckg.pages import querying
from ckg.release.layout import Release
from ckg.web.app import create_app

SUFFIXES = ("ttl", "nt", "nq", "trig", "rdf", "jsonld", "n3")


def get(address: str) -> tuple[str, bytes]:
    with urllib.request.urlopen(address, timeout=20) as answer:
        return answer.headers.get_content_type(), answer.read()


def options(release: Release, *, single_files: bool = False) -> site_files.ExportOptions:
    return site_files.options_for(release, None, None, single_files=single_files)


def test_every_link_of_an_export_leads_on_below_any_path(file_server: str) -> None:
    waiting, seen, pages = [file_server], {file_server}, 0
    while waiting:
        here = waiting.pop()
        kind, body = get(here)
        if kind != "text/html":
            continue
        pages += 1
        for link in html_links.addresses(body.decode()):
            target = urldefrag(urljoin(here, link))[0]
            if target.startswith("http://127.0.0.1"):
                assert target.startswith(file_server), f"{here} leads out of the export, to {target}"
                if target not in seen:
                    seen.add(target)
                    waiting.append(target)
    assert pages > 30
    kinds = {target.rpartition(".")[2] for target in seen}
    assert {*SUFFIXES, "html", "css", "js"} <= kinds


def test_a_document_has_in_every_format_the_bytes_that_the_server_answers(release: Release, exported: Path) -> None:
    app = create_app(release.folder, {"limits.workers": 1, "limits.spares": 0})
    try:
        client = app.test_client()
        for address in ("/doc/state/japan", "/doc/city/%D0%90%D0%BA%D1%82%D0%B0%D1%83", "/ontology", "/void"):
            for suffix in SUFFIXES:
                answer = client.get(f"{address}.{suffix}")
                assert answer.status_code == 200
                assert (exported / file_of(f"{address}.{suffix}")).read_bytes() == answer.data, (address, suffix)
    finally:
        app.close()


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("id/state/japan", "Japan"),
        ("id/city/%D0%90%D0%BA%D1%82%D0%B0%D1%83", "Aktau"),
        ("id/odd", "Also a folder"),
        ("id/odd/a/b", "No slash in its name"),
        ("note/one", "A note"),
        ("ontology", "An ontology"),
    ],
)
def test_an_iri_leads_to_its_page_where_nothing_is_negotiated(file_server: str, path: str, name: str) -> None:
    _, body = get(f"{file_server}{path}/")
    page = body.decode()
    assert 'rel="alternate"' in page
    assert 'type="text/turtle"' in page
    target = re.search(r'http-equiv="refresh" content="0; url=([^"]*)"', page)
    assert target is not None
    assert f"<h1>{name}</h1>" in get(urljoin(f"{file_server}{path}/", target[1]))[1].decode()


def test_every_thing_has_a_page_of_its_own_whatever_it_is_called(release: Release, exported: Path) -> None:
    sitemap = (exported / "sitemap.xml").read_text()
    addresses = re.findall(r"<loc>https://data.example/kg/([^<]*)</loc>", sitemap)
    files = {urllib.parse.unquote(address) for address in addresses}
    assert len(files) == len(addresses) >= 13
    pages = [(exported / file).read_text() for file in files]
    names = {"A slash in its name", "No slash in its name", "A colon", "A query in its IRI", "Below it", "An index"}
    assert all(sum(f"<h1>{name}</h1>" in page for page in pages) == 1 for name in names)


def test_two_exports_of_a_release_have_the_same_bytes(release: Release, exported: Path, tmp_path: Path) -> None:
    done = site_files.export(release, tmp_path / "again", options(release))
    assert done.digest == hashlib.sha256((exported / checksums.NAME).read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def few(release: Release, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return an export with one file for each document, made without a query engine, and what the command said."""
    target = tmp_path_factory.mktemp("export") / "few"
    with pytest.MonkeyPatch.context() as patch:
        for module in (querying, site_files):
            patch.setattr(module, "has_engine", lambda: False)
        project = release.folder.parents[1]
        command = ["export", str(target), "--project", str(project), "--single-file-documents"]
        done = CliRunner().invoke(ckg, command)
    assert done.exit_code == 0, done.output
    return target, done.output


def test_large_data_sets_have_one_file_for_each_document(few: tuple[Path, str], exported: Path) -> None:
    folder, _ = few
    files = set(checksums.read(folder))
    assert "doc/state/japan.html" in files
    assert "dump/small.ttl" in files
    assert not [file for file in files if file.startswith(("doc/", "id/", "about/")) and not file.endswith(".html")]
    assert 'href="../../dump/index.html"' in (folder / "doc/state/japan.html").read_text()
    assert not list(checksums.problems(folder))
    assert len(files) < len(checksums.read(exported)) / 2


def test_without_a_query_engine_an_export_has_the_ready_answers_and_says_what_is_missing(few: tuple[Path, str]) -> None:
    folder, said = few
    assert "the query engine for browsers was not built into this package" in said
    assert not (folder / "_data").exists()
    page = (folder / "sparql.html").read_text()
    assert '<form class="sparql"' not in page
    assert "It has the results of the example queries only" in page
    ready = re.search(r'href="(sparql/[0-9a-f]+\.html)"', page)
    assert ready is not None
    assert "Aktau" in (folder / ready[1]).read_text()


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda folder: (folder / "doc/state/japan.ttl").write_text("x"), "doc/state/japan.ttl: its SHA-256"),
        (lambda folder: (folder / "doc/state/japan.nt").unlink(), "doc/state/japan.nt: it is missing"),
        (lambda folder: (folder / "extra.html").write_text("x"), "extra.html: it is not listed"),
        (lambda folder: _unlisted(folder, "doc/state/japan.nt"), "link to doc/state/japan.nt leads nowhere"),
    ],
)
def test_what_happened_to_an_export_is_found(exported: Path, tmp_path: Path, harm: object, told: str) -> None:
    shutil.copytree(exported, tmp_path / "copy")
    assert callable(harm)
    harm(tmp_path / "copy")
    done = CliRunner().invoke(ckg, ["export", "--verify", str(tmp_path / "copy")])
    assert told in str(done.exception)


def test_an_export_that_is_as_it_was_written_is_said_to_be_so(exported: Path) -> None:
    done = CliRunner().invoke(ckg, ["export", "--verify", str(exported)])
    assert done.exit_code == 0
    assert "files are as they were written, and every link leads on" in done.output


def _unlisted(folder: Path, name: str) -> None:
    """Take a file away and out of the list."""
    (folder / name).unlink()
    rows = (folder / checksums.NAME).read_text().splitlines(keepends=True)
    (folder / checksums.NAME).write_text("".join(row for row in rows if not row.endswith(f"  {name}\n")))


def test_a_folder_that_holds_something_else_is_left_alone(release: Release, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "a.txt").write_text("mine")
    with pytest.raises(ReleaseError, match="not empty"):
        site_files.export(release, tmp_path / "letters", options(release))
    assert [path.name for path in tmp_path.iterdir()] == ["letters"]
    assert (tmp_path / "letters" / "a.txt").read_text() == "mine"


def test_an_address_that_is_none_and_a_language_without_labels_are_refused(release: Release) -> None:
    with pytest.raises(ReleaseError, match="no address"):
        site_files.options_for(release, "somewhere", None, single_files=False)
    with pytest.raises(ReleaseError, match="no labels in 'xx'"):
        site_files.options_for(release, None, "xx", single_files=False)
