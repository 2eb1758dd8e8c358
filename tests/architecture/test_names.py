"""No public class and no module has the name of another thing: a stack trace and an editor's tab say which it is."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

from ckg.model import vocabulary

NAMESPACES = {value for name, value in vars(vocabulary).items() if name.endswith("_NS")}
SRC = Path(__file__).parents[2] / "src" / "ckg"
MODULES = [path for path in sorted(SRC.rglob("*.py")) if not path.stem.startswith("__")]

TWICE = {
    # A page's view model or a row of it is called after what it shows.
    "Part": "a part of a source, of an address, of a dump: none leaves its module",
    "Text": "a text of a source, and one of the project's pages",
    "ResultRow": "a row of the report's page, and one of the search page",
    "Report": "the page of the report, and the report",
    "Thing": "what a page shows, and what the search index holds of it",
    "Problem": "what a page or an answer says is wrong, and what `ckg verify` finds",
    "Found": "what a query gave to a page, and what the index found",
    # One thing under two protocols, so that a package need not import the other.
    "QuadSource": "what gives quads, as `model` and as `backends` need it",
    "Front": "the server, and what a connection needs of it",
    "Application": "the Flask application, and what the front asks of any",
    # A mapping or a sequence of what the word says, used in one package only.
    "Rows": "rows of a page's query, and rows of a constraint",
    "Statements": "statements about a thing, and a sum of those of a file",
}
"""Class names that two modules have, with what they are."""

TWICE_A_MODULE = {
    "evaluator": "the protocol, and the engine's",
    "lookup": "the protocol, and the engine's",
    "diff": "the command is called like what it runs",
    "explain": "the command is called like what it runs",
    "verify": "the command is called like what it runs",
    "sources": "files of a project; the page of sources",
    "statements": "groups of statements to be written; statements on a page",
    "config": "of a project; of its pages folder",
    "vocabulary": "properties with names; the page of a vocabulary",
    "languages": "of a page; of a request",
    "problem": "its page; its answer",
    "reader": "what a view needs of a reader; the reading side of the index",
    "site": "what pages need; how a release fills it",
    "static_files": "of pages; their routes",
    "limits": "of queries; of connections",
}


def twice(names: dict[str, set[str]]) -> dict[str, set[str]]:
    return {name: places for name, places in names.items() if len(places) > 1}


def test_no_public_class_has_the_name_of_another() -> None:
    found: dict[str, set[str]] = defaultdict(set)
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].add(path.relative_to(SRC).as_posix())
    again = twice(found)
    assert {name: places for name, places in again.items() if name not in TWICE} == {}
    assert set(TWICE) <= set(again), "take out of the list what has a name of its own now"


def test_no_module_has_the_name_of_another() -> None:
    found: dict[str, set[str]] = defaultdict(set)
    for path in MODULES:
        found[path.stem].add(path.relative_to(SRC).as_posix())
    again = twice(found)
    assert {name: places for name, places in again.items() if name not in TWICE_A_MODULE} == {}
    assert set(TWICE_A_MODULE) <= set(again), "take out of the list what has a name of its own now"


def test_the_namespace_of_a_vocabulary_is_written_in_one_module() -> None:
    elsewhere = []
    for path in MODULES:
        if path.relative_to(SRC).as_posix() == "model/vocabulary.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and node.value in NAMESPACES:
                elsewhere.append(f"{path.relative_to(SRC)}:{node.lineno}")
    assert elsewhere == []
