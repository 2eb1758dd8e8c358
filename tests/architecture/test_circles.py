"""No two modules import each other, not even inside a function or for typing."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

SRC = Path(__file__).parents[2] / "src"
MODULES = {
    ".".join(path.relative_to(SRC).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(SRC.rglob("*.py"))
}


def imported(name: str, path: Path) -> set[str]:
    """Return the modules of ours that a module imports, wherever in it, and the packages entered on the way."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {part if part in MODULES else node.module for part in names}
    entered = {
        ".".join(parts[:end]) for parts in (module.split(".") for module in found) for end in range(1, len(parts))
    }
    return {module for module in found | entered if module in MODULES and not f"{name}.".startswith(f"{module}.")}


def test_no_modules_import_each_other() -> None:
    graph = {name: imported(name, path) for name, path in MODULES.items()}
    assert sum(map(len, graph.values())) > 500
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        raise AssertionError("imports go round: " + " <- ".join(error.args[1])) from None
