"""Change the code in one small place at a time and see whether the fast tests of that place notice.

    .venv/bin/python benchmarks/mutation.py [--sample 40] [--seed 1] [--minutes 30] [--jobs 2] [PACKAGE ...]

Works on a copy of the project in a temporary folder. A change is a comparison, a boolean, a number, a piece of SQL, a
returned value or a call that is left out. Prints a line of JSON for each change, and at last a table of how many were
noticed. What is left out of the tests, because it takes long, is in `TESTS`.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

ROOT = Path(__file__).parents[1]
COPIED = ("src", "tests", "pages", "data", "ontology", "shapes", "docs", "pyproject.toml", "ckg.toml", "published.tsv")
TESTS = {
    "validate/prefilter": [
        "tests/validate/test_three_valued_logic.py",
        "tests/validate/test_value_tests.py",
        "tests/validate/test_sparql_screening.py",
        "tests/validate/test_gate.py",
        "tests/validate/test_w3c_suite.py",
        "-k=not pyshacl and not shacl-shacl",
    ],
    "model": ["src/ckg/model", "tests/model"],
    "query/guard": ["src/ckg/query/guard", "tests/query/test_guard.py", "tests/query/test_guard_w3c.py"],
    "release": [
        "tests/release",
        "-k=not going_on and not goes_on and not gone_on and not eight_steps and not shipped_release and not much_that "
        "and not rdflib_reads and not read_in_processes",
    ],
}
TIMEOUT_S = 600

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
SQL = [("IS NOT DISTINCT FROM", "="), ("IS DISTINCT FROM", "<>"), (" AND ", " OR "), (" OR ", " AND "),
       ("NOT EXISTS", "EXISTS"), (" >= ", " > "), (" <= ", " < "), (" < ", " <= "), (" > ", " >= "), (" = ", " <> "),
       ("IS NOT NULL", "IS NULL"), ("IS NULL", "IS NOT NULL"), ("TRUE", "FALSE"), ("FALSE", "TRUE"),
       ("UNION ALL", "UNION"), ("LEFT JOIN", "JOIN"), ("DISTINCT ", "")]  # fmt: skip
Change = Callable[[ast.AST], None]


def changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    """Yield what may be changed in one node: a name, and a function that changes the node in place."""
    match node:
        case ast.Compare(ops=[operator, *_]) if type(operator) in COMPARISONS:
            other = COMPARISONS[type(operator)]
            yield f"{type(operator).__name__} -> {other.__name__}", lambda found: found.ops.__setitem__(0, other())
        case ast.BoolOp(op=operator):
            other_op = ast.Or if isinstance(operator, ast.And) else ast.And
            yield f"{type(operator).__name__} -> {other_op.__name__}", lambda found: setattr(found, "op", other_op())
        case ast.Constant(value=bool(value)):
            yield f"{value} -> {not value}", lambda found: setattr(found, "value", not value)
        case ast.Constant(value=int(value)):
            yield f"{value} -> {value + 1}", lambda found: setattr(found, "value", value + 1)
        case ast.Constant(value=str(text)):
            for old, new in SQL:
                if old in text:
                    sql = text.replace(old, new, 1)
                    yield f"{old!r} -> {new!r}", lambda found, sql=sql: setattr(found, "value", sql)
        case ast.If(test=test) | ast.IfExp(test=test):
            yield "if not", lambda found: setattr(found, "test", ast.UnaryOp(ast.Not(), test))
        case ast.Return(value=ast.expr() as value) if not (isinstance(value, ast.Constant) and value.value is None):
            yield "return None", lambda found: setattr(found, "value", ast.Constant(None))
        case ast.Expr(value=ast.Call()):
            yield "call left out", lambda found: setattr(found, "value", ast.Constant(None))
        case ast.BinOp(op=ast.Add() | ast.Sub() as operator):
            sign = ast.Sub if isinstance(operator, ast.Add) else ast.Add
            yield f"{type(operator).__name__} -> {sign.__name__}", lambda found: setattr(found, "op", sign())


def places(path: Path) -> Iterator[tuple[int, int, str]]:
    """Yield everything that can be changed in a module: the number of its node, of the change there, and its name."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for at, node in enumerate(ast.walk(tree)):
        if not (isinstance(node, ast.Constant) and id(node) in docstrings):
            for which, (kind, _) in enumerate(changes(node)):
                yield at, which, kind


def changed(path: Path, at: int, which: int) -> tuple[int, str]:
    """Return the line of a change in a module, and the changed source."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    node = list(ast.walk(tree))[at]
    list(changes(node))[which][1](node)
    return getattr(node, "lineno", 0), ast.unparse(ast.fix_missing_locations(tree))


def noticed_by(project: Path, package: str, module: str, source: str) -> str:
    """Run the tests that are called like the module first, as they find most, then all of its package."""
    own = Path("tests", package, f"test_{Path(module).stem}.py")
    options = [argument for argument in TESTS[package] if argument.startswith("-")]
    outcome = noticed(project, module, source, [str(own), *options]) if (project / own).exists() else "survived"
    return noticed(project, module, source, TESTS[package]) if outcome == "survived" else outcome


def noticed(copy_of_project: Path, module: str, source: str, tests: list[str]) -> str:
    """Run the tests on a changed module; return `killed` and by what test, `timeout` or `survived`."""
    path = copy_of_project / module
    original = path.read_text(encoding="utf-8")
    path.write_text(source, encoding="utf-8")
    environment = os.environ | {
        "PYTHONPATH": str(copy_of_project / "src"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "CKG_SUITES": os.environ.get("CKG_SUITES", str(ROOT / "../shared/suites")),
        "CKG_SOURCES": os.environ.get("CKG_SOURCES", str(ROOT / "../shared/sources")),
    }
    command = [sys.executable, "-m", "pytest", "-xq", "-p", "no:cacheprovider", "--hypothesis-seed=1", *tests]
    try:
        run = subprocess.run(
            command,
            cwd=copy_of_project,
            env=environment,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "timeout"
    finally:
        path.write_text(original, encoding="utf-8")
    if run.returncode == 0:
        return "survived"
    failed = re.search(r"^(?:FAILED|ERROR) (\S+)", run.stdout, re.MULTILINE)
    return f"killed by {failed[1] if failed else run.stdout[-200:]}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", default=list(TESTS), help=", ".join(TESTS))
    parser.add_argument("--sample", type=int, default=40, help="changes of each package")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=30, help="no change is begun after these")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    chosen = random.Random(options.seed)
    work = []
    for package in options.packages:
        found = [
            (package, path.relative_to(ROOT).as_posix(), *place)
            for path in sorted((ROOT / "src" / "ckg" / package).rglob("*.py"))
            for place in places(path)
        ]
        print(f"{package}: {len(found)} changes are possible", file=sys.stderr)
        work += chosen.sample(found, min(options.sample, len(found)))
    chosen.shuffle(work)  # what there is no time for is missing everywhere alike
    end = time.monotonic() + options.minutes * 60
    scores: Counter[tuple[str, str]] = Counter()
    with tempfile.TemporaryDirectory(prefix="ckg-mutation-") as folder, ThreadPoolExecutor(options.jobs) as threads:
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(options.jobs):
            project = Path(folder) / str(number)
            project.mkdir()
            for name in COPIED:
                source = ROOT / name
                (shutil.copytree if source.is_dir() else shutil.copy)(source, project / name)
            copies.put(project)
        for package in options.packages:
            module = f"src/ckg/{package}/__init__.py"
            unchanged = noticed(project, module, (ROOT / module).read_text(encoding="utf-8"), TESTS[package])
            if unchanged != "survived":
                sys.exit(f"{package}: its tests fail without any change: {unchanged}")

        def judge(package: str, module: str, at: int, which: int, kind: str) -> None:
            project = copies.get()
            try:
                if time.monotonic() < end:
                    line, source = changed(project / module, at, which)
                    outcome = noticed_by(project, package, module, source)
                    scores[package, outcome.split()[0]] += 1
                    print(json.dumps({"module": module, "line": line, "change": kind, "outcome": outcome}), flush=True)
            finally:
                copies.put(project)

        for done in [threads.submit(judge, *place) for place in work]:
            done.result()
    print(f"{'package':20} {'noticed':>8} {'of':>5}", file=sys.stderr)
    for package in options.packages:
        survived = scores[package, "survived"]
        total = sum(count for (name, _), count in scores.items() if name == package)
        print(f"{package:20} {total - survived:8} {total:5}", file=sys.stderr)


if __name__ == "__main__":
    main()
