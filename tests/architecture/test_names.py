"""No public class and no module has the name of another thing: a stack trace and an editor's tab say which it is."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from ckg.model import vocabulary

NAMESPACES = {value for name, value in vars(vocabulary).items() if name.endswith("_NS")}
SRC = Path(__file__).parents[2] / "src" / "ckg"
MODULES = [path for path in sorted(SRC.rglob("*.py")) if not path.stem.startswith("__")]


UNITS = ("_BYTES", "_CHARS", "_LINES", "_ROWS", "_QUADS", "_TRIPLES")


def constants(path: Path) -> Iterator[tuple[str, ast.expr]]:
    """Yield the constants of a module with what is written behind them."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            yield node.target.id, node.value
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                both = target, node.value
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    pairs = zip(target.elts, node.value.elts, strict=True)
                else:
                    pairs = iter([both])
                yield from ((name.id, value) for name, value in pairs if isinstance(name, ast.Name))


def is_number(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and type(value.value) in (int, float)


def is_kibibytes(value: ast.expr) -> bool:
    """Whether a number is written as a power of two that bytes are counted in."""
    if not (isinstance(value, ast.BinOp) and isinstance(value.op, ast.LShift)):
        return False
    return isinstance(value.right, ast.Constant) and value.right.value in (10, 20, 30)


def twice(names: dict[str, set[str]]) -> dict[str, set[str]]:
    return {name: places for name, places in names.items() if len(places) > 1}


def test_no_public_class_has_the_name_of_another() -> None:
    found: dict[str, set[str]] = defaultdict(set)
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].add(path.relative_to(SRC).as_posix())
    assert twice(found) == {}


def test_no_module_has_the_name_of_another() -> None:
    found: dict[str, set[str]] = defaultdict(set)
    for path in MODULES:
        found[path.stem].add(path.relative_to(SRC).as_posix())
    assert twice(found) == {}


def test_the_namespace_of_a_vocabulary_is_written_in_one_module() -> None:
    elsewhere = []
    for path in MODULES:
        if path.relative_to(SRC).as_posix() == "model/vocabulary.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and node.value in NAMESPACES:
                elsewhere.append(f"{path.relative_to(SRC)}:{node.lineno}")
    assert elsewhere == []


def test_a_bound_on_bytes_says_so_in_its_name() -> None:
    unnamed = [
        f"{path.relative_to(SRC)}: {name}"
        for path in MODULES
        for name, value in constants(path)
        if ("CHUNK" in name or "BLOCK" in name or is_kibibytes(value)) and not name.endswith(UNITS)
    ]
    assert unnamed == []


def test_a_time_says_its_unit_in_its_name() -> None:
    words = ("TIMEOUT", "INTERVAL", "WAIT", "PAUSE", "POLL", "SECONDS", "DEADLINE")
    unnamed = [
        f"{path.relative_to(SRC)}: {name}"
        for path in MODULES
        for name, value in constants(path)
        if is_number(value) and set(name.split("_")) & set(words) and not name.endswith(("_S", "_MS", "_NS"))
    ]
    assert unnamed == []
