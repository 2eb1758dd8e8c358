"""A law: whatever is edited, builds that go on from each other come to what one build of the last files comes to.

`CKG_HISTORIES` is the number of examples: set it to 1000 for a long run by hand. There are few otherwise, because each
is several builds and two servers.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from tests import histories, queries

from ckg.build.pipeline import Build
from ckg.model.config import read
from ckg.release import store
from ckg.release.layout import Release
from ckg.web import create_app

NUMBER = int(os.environ.get("CKG_HISTORIES", "3"))

BASE = "https://law.example/"
CONFIG = f"""
[project]
name = "law"
title = "A project for a law"
base = "{BASE}"
version = "1"
issued = 2026-01-02
license = "https://creativecommons.org/licenses/by/4.0/"
languages = ["en", "ja"]
[check]  # the texts come and go without regard to what they name
undefined_terms = "off"
undescribed_things = "off"
"""
PREFIXES = f"""
@prefix o: <{BASE}ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@base <{BASE}> .
"""
AXIOMS = [
    "o:to a owl:SymmetricProperty .",
    "o:Place rdfs:subClassOf o:Region .",
    "o:to rdfs:range o:Region .",
    "o:to owl:inverseOf o:from .",
]
TERMS = {
    "thing": f"<{BASE}id/n/0>",
    "class": f"<{BASE}ontology#Place>",
    "property": f"<{BASE}ontology#to>",
    "graph": f"<{BASE}graph/a>",
    "label": "name 0",
}
PAGES = [
    "/",
    "/doc/n/0",
    "/doc/n/0.ttl",
    "/doc/n/0.trig",
    "/doc/n/1.jsonld",
    "/ontology",
    "/browse",
    "/search?q=name",
    "/void.nt",
    "/sitemap.xml",
]
THINGS = 24
KEPT = 2
KEPT_FILE = "data/kept.ttl"
"""The first things are never removed: the pages and the queries are about them."""

Lines = dict[str, tuple[str, ...]]
"""The statements of a project by the path of their file."""


def first_files() -> Lines:
    """Return what a project begins with: an ontology, one file that stays, and two that do not."""
    data: Lines = {}
    for path, things in {
        KEPT_FILE: range(KEPT),
        "data/a.ttl": range(KEPT, 12),
        "data/b.ttl": range(12, THINGS),
    }.items():
        lines = [f'<id/n/{things[0]}> o:part [ rdfs:label "nested" ; o:part [ o:count {len(things)} ] ] .']
        for n in things:
            lines += [f"<id/n/{n}> a o:Place .", f'<id/n/{n}> rdfs:label "name {n}"@en .']
            lines += [f"<id/n/{n}> o:to <id/n/{(n * 5 + 1) % THINGS}> .", f"<id/n/{n}> o:count 0{n} ."]
        data[path] = tuple(lines)
    ontology = (
        "<ontology> a owl:Ontology .",
        'o:Place a owl:Class ; rdfs:label "place"@en .',
        'o:Region a owl:Class ; rdfs:label "region"@en .',
        'o:to a owl:ObjectProperty ; rdfs:label "to"@en .',
        'o:from a owl:ObjectProperty ; rdfs:label "from"@en .',
    )
    return {**data, "ontology/o.ttl": ontology}


def relabel(files: Lines, thing: int, text: str) -> Lines:
    mark = f"<id/n/{thing}> rdfs:label"
    new = f'{mark} "{text}"@en .'
    return {path: tuple(new if line.startswith(mark) else line for line in lines) for path, lines in files.items()}


def add(files: Lines, path: str, line: str) -> Lines:
    return {**files, path: (*files.get(path, ()), line)}


def remove(files: Lines, number: int) -> Lines:
    path = sorted(files)[number % len(files)]
    at = number % max(1, len(files[path]))
    return files if path in (KEPT_FILE, "ontology/o.ttl") else {**files, path: files[path][:at] + files[path][at + 1 :]}


def remove_thing(files: Lines, thing: int) -> Lines:
    name = f"<id/n/{thing}>"
    gone = {path: tuple(line for line in lines if name not in line) for path, lines in files.items()}
    return {**gone, KEPT_FILE: files[KEPT_FILE]}


def take_away(files: Lines, path: str) -> Lines:
    return {name: lines for name, lines in files.items() if name != path}


def rename(files: Lines, path: str, to: str) -> Lines:
    return {to if name == path else name: lines for name, lines in files.items()}


def turn(files: Lines, axiom: str) -> Lines:
    lines = files["ontology/o.ttl"]
    kept = tuple(line for line in lines if line != axiom)
    return {**files, "ontology/o.ttl": kept if axiom in lines else (*lines, axiom)}


_THING = st.integers(0, THINGS - 1)
_REMOVABLE = st.integers(KEPT, THINGS - 1)
_TEXT = st.text("aé日 x0", min_size=1, max_size=8).map(str.strip).filter(bool)
_PATHS = st.sampled_from(["data/a.ttl", "data/b.ttl", "data/c.ttl", "data/deep/d.ttl"])
_LINE = st.one_of(
    st.builds("<id/n/{}> o:to <id/n/{}> .".format, _THING, _THING),
    st.builds('<id/n/{}> o:note "{}"@ja .'.format, _THING, _TEXT),
    st.builds('<id/n/{}> o:part [ rdfs:label "{}" ] .'.format, _THING, _TEXT),
    st.builds("<id/more/{0}> a o:Place ; rdfs:label '{1}' .".format, _THING, _TEXT),
)
EDIT = st.one_of(
    st.tuples(st.just(relabel), st.tuples(_THING, _TEXT)),
    st.tuples(st.just(add), st.tuples(_PATHS, _LINE)),
    st.tuples(st.just(remove), st.tuples(st.integers(0, 200))),
    st.tuples(st.just(remove_thing), st.tuples(_REMOVABLE)),
    st.tuples(st.just(take_away), st.tuples(_PATHS)),
    st.tuples(st.just(rename), st.tuples(_PATHS, st.just("data/renamed.ttl"))),
    st.tuples(st.just(turn), st.tuples(st.sampled_from(AXIOMS))),
)
HISTORY = st.lists(st.lists(EDIT, min_size=1, max_size=4), min_size=1, max_size=3)


def project(folder: Path, files: Lines) -> Path:
    """Let a project folder have these statements; a file without any is not there."""
    for name in ("data", "ontology", "shapes"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "ckg.toml").write_text(CONFIG, encoding="utf-8")
    histories.write(folder, {path: "\n".join([PREFIXES, *lines, ""]) for path, lines in files.items() if lines})
    return folder


def build(folder: Path) -> Release:
    return Build(read(folder), folder / "release").run().release


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that was built once; every history begins with it."""
    folder = project(tmp_path_factory.mktemp("first") / "project", first_files())
    build(folder)
    return folder


@contextmanager
def client(releases: Path) -> Iterator[FlaskClient]:
    quiet = {"limits.workers": 1, "limits.spares": 0, "limits.budget_seconds": 0.0, "limits.budget_errors": 0}
    app = create_app(releases, quiet)
    try:
        yield app.test_client()
    finally:
        app.close()


def served(releases: Path) -> dict[str, object]:
    """Return the answers to the forty queries and the pages, by what was asked."""
    with client(releases) as asked:
        pages = {path: asked.get(path, headers={"Accept": "text/html, */*;q=0.1"}) for path in PAGES}
        assert {path: page.status_code for path, page in pages.items()} == dict.fromkeys(PAGES, 200)
        return {**queries.answers(queries.by(asked), TERMS), **{path: page.data for path, page in pages.items()}}


@settings(
    max_examples=NUMBER,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],  # to shrink takes minutes, and a history is short enough to be read
    suppress_health_check=list(HealthCheck),
)
@given(history=HISTORY)
@example(history=[[(turn, (AXIOMS[0],))], [(rename, ("data/a.ttl", "data/renamed.ttl"))], [(remove_thing, (5,))]])
def test_what_is_served_and_published_does_not_depend_on_the_history(first, tmp_path_factory, monkeypatch, history):
    # A project so small differs by more than one in twenty statements with every edit; each is to be gone on from.
    monkeypatch.setattr(store, "_LARGEST_SHARE", 1)
    folder = tmp_path_factory.mktemp("history")
    edited = Path(shutil.copytree(first, folder / "edited"))
    files = first_files()
    for edits in history:
        for edit, arguments in edits:
            files = edit(files, *arguments)
        gone_on = build(project(edited, files))
    clean = Path(shutil.copytree(edited, folder / "clean", ignore=shutil.ignore_patterns("release")))
    at_once = build(clean)

    assert gone_on.id == at_once.id
    assert histories.steps(at_once) == 0
    assert histories.different(gone_on, at_once) == []
    one, other = served(edited / "release"), served(clean / "release")
    assert {asked: (one[asked], other[asked]) for asked in other if one[asked] != other[asked]} == {}
    shutil.rmtree(folder)
