"""The package knows the vocabulary of evidence, which it carries, and no term of the data set it is shipped with."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from ckg.model import evidence_terms
from ckg.pages.terms import LABELS

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "ckg"
CARRIED = PACKAGE / "evidence"
OURS = "https://w3id.org/ckg/"
SOURCES = sorted(
    path
    for path in PACKAGE.rglob("*")
    if path.suffix in {".py", ".html", ".js", ".css", ".txt", ".rq"} and "editor" not in path.parts
)
SUBJECT_WORDS = ("summit", "commitment", "corridor", "kazakh", "tokyo")
"""Words of the data set that no template, style or script of the core has a use for."""


def subjects(*folders: Path) -> set[str]:
    """Return the IRIs of ours that the Turtle files below folders describe."""
    files = [path for folder in folders for path in sorted(folder.rglob("*.ttl"))]
    quads = (quad for path in files for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE))
    return {quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)}


CORE = {iri for iri in subjects(CARRIED) if iri.startswith(OURS)}
PROJECTS = {iri for iri in subjects(ROOT / "ontology") if iri.startswith((f"{OURS}ontology#", f"{OURS}id/"))} - CORE
LOCAL_NAMES = sorted({re.split(r"[#/]", iri)[-1] for iri in PROJECTS if "#" in iri})


def named(text: str) -> list[str]:
    """Return the project's terms that a text names: with a prefix, as an attribute, as an IRI, or by a telling name."""
    found = set(re.findall(r"(?:\bckg:|\bCKG\.|\bEVIDENCE\.|ontology#)([A-Za-z]\w*)", text)) & set(LOCAL_NAMES)
    telling = {name for name in LOCAL_NAMES if re.search(r"[a-z][A-Z]", name)}
    found |= set(re.findall(r"\b[A-Za-z]+\b", text)) & telling
    found |= {iri for iri in re.findall(r"https://w3id\.org/ckg/id/[\w/-]+", text) if iri in PROJECTS}
    return sorted(found)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_file_of_the_package_names_a_term_of_the_shipped_ontology(path: Path) -> None:
    assert named(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "path",
    [path for path in SOURCES if path.suffix in {".html", ".css", ".js"}],
    ids=lambda path: path.relative_to(PACKAGE).as_posix(),
)
def test_no_template_or_style_speaks_of_the_shipped_subject(path: Path) -> None:
    text = path.read_text(encoding="utf-8").casefold()
    assert [word for word in SUBJECT_WORDS if word in text] == []


@pytest.mark.parametrize("text", ["EVIDENCE.Commitment", "whys['ckg:mode']", "hasParticipation", "ontology#status"])
def test_the_search_finds_a_term_however_it_is_named(text: str) -> None:
    assert named(text)


def test_the_search_knows_the_whole_ontology() -> None:
    assert len(LOCAL_NAMES) > 150
    assert len(SOURCES) > 200


def test_the_package_knows_exactly_the_terms_of_the_vocabulary_it_carries() -> None:
    terms = {iri.removeprefix(evidence_terms.NAMESPACE) for iri in CORE if iri.startswith(evidence_terms.NAMESPACE)}
    standings = {iri.removeprefix(evidence_terms.STANDINGS) for iri in CORE if "/standing/" in iri}
    assert terms == evidence_terms.TERMS
    assert standings == set(evidence_terms.STANDING_NAMES)
    assert LABELS


@pytest.mark.parametrize(
    ("carried", "published"), [("evidence.ttl", "evidence.ttl"), ("standing.ttl", "vocab/standing.ttl")]
)
def test_the_shipped_project_publishes_the_vocabulary_as_the_package_carries_it(carried: str, published: str) -> None:
    assert (CARRIED / carried).read_bytes() == (ROOT / "ontology" / published).read_bytes(), (
        f"copy src/ckg/evidence/{carried} to ontology/{published}"
    )


def test_the_carried_vocabulary_uses_no_term_of_ours_that_it_does_not_define() -> None:
    used = set()
    for path in sorted(CARRIED.glob("*.ttl")):
        for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE):
            nodes = (quad.subject, quad.predicate, quad.object)
            used |= {node.value for node in nodes if isinstance(node, ox.NamedNode) and "ontology#" in node.value}
    assert {iri for iri in used if iri.startswith(evidence_terms.NAMESPACE)} - CORE <= {evidence_terms.NAMESPACE}
