"""The rooms of docs/architecture.md: who may import whom, and how large a module may grow."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src" / "ckg"
MODULES = sorted(SRC.rglob("*.py"))

SIBLINGS = {"build", "reason", "validate", "release", "query"}
ALLOWED = {
    "errors": set(),
    "process_jobs": {"errors"},
    "copying": set(),
    "allocator": set(),
    "model": {"model", "errors"},
    "formats": {"formats", "model", "errors"},
    "build": {"build", "formats", "model", "errors", "process_jobs", "copying", "allocator"},
    "reason": {"reason", "model", "errors", "process_jobs"},
    "validate": {"validate", "model", "errors", "process_jobs"},
    "release": {"release", "formats", "model", "errors", "process_jobs", "copying"},
    "query": {"query", "formats", "model", "errors"},
    "backends": {"backends", "query", "formats", "model", "errors", "allocator"},
    "pages": {"pages", "query", "release", "reason", "formats", "model", "errors"},
    "web": {
        "web",
        "agents",
        "client",
        "pages",
        "backends",
        "query",
        "release",
        "reason",
        "validate",
        "formats",
        "model",
        "errors",
    },
    "client": {"client", "pages", "query", "formats", "model", "errors"},
    "agents": {"agents", "client", "pipelines", "query", "model", "errors"},
    "project_places": {"build", "model", "errors"},
    "opening": {"project_places", "client", "web", "release", "model", "errors"},
    "pipelines": {"project_places", "build", "validate", "release", "model", "errors"},
    "export": {"export", "web", "pages", "release", "formats", "model", "errors"},
    "curate": {"curate", "build", "validate", "formats", "model", "errors"},
    "cli": {
        "cli",
        "curate",
        "export",
        "project_places",
        "agents",
        "opening",
        "pipelines",
        "web",
        "backends",
        "formats",
        "model",
        "errors",
        "process_jobs",
        *SIBLINGS,
    },
}
JOINERS = {"build/pipeline.py", "build/checks.py", "build/publish.py"}
ONLY_IN = {"flask": {"web"}, "pyshacl": {"validate"}, "owlrl": {"reason"}, "httptools": {"web/front/reading.py"}}


def room(path: Path) -> str:
    inside = path.relative_to(SRC)
    return inside.parts[0] if len(inside.parts) > 1 else inside.stem


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.update({node.module} if node.module != "ckg" else {f"ckg.{alias.name}" for alias in node.names})
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(SRC).as_posix())
def test_a_module_knows_only_the_rooms_it_may_know(path: Path) -> None:
    here = room(path)
    if here in ("__init__", "__main__"):
        return
    allowed = set(ALLOWED[here])
    if path.relative_to(SRC).as_posix() in JOINERS:
        allowed |= {"reason", "validate", "release", "pages"}
    ours = {name.split(".")[1] for name in imports(path) if name.startswith("ckg.")} - {"__version__"}
    assert ours <= allowed, f"{path} may not import {sorted(ours - allowed)}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(SRC).as_posix())
def test_an_engine_is_known_in_one_room_only(path: Path) -> None:
    inside = path.relative_to(SRC).as_posix()
    for engine, places in ONLY_IN.items():
        if engine in {name.split(".")[0] for name in imports(path)}:
            assert room(path) in places or inside in places, f"{inside} imports {engine}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(SRC).as_posix())
def test_a_module_has_one_job_and_500_lines_at_most(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 500
    assert path.stem != "utils"


def test_the_walk_sees_the_whole_package() -> None:
    assert len(MODULES) > 40
