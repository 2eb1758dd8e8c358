"""What some tests read that is not part of the project: the W3C's test suites, and the texts that the data quote.

Nothing of it is needed: a module whose suite is absent is skipped, with the reason and how to get it. It is looked for
when tests are collected or run, never when a module is imported.
"""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def suite(name: str) -> Path:
    """Return the folder of a W3C test suite (`sparql11`, `shacl`, `owl2rl`): in `$CKG_SUITES`, or beside us."""
    return Path(os.environ.get("CKG_SUITES") or ROOT.parent / "shared" / "suites") / name


def need_suite(name: str, module: str) -> Path:
    """Return the folder of a suite, or skip the module that asks for it, saying so."""
    folder = suite(name)
    if not folder.is_dir():
        pytest.skip(
            f"{module}: the W3C test suite `{name}` is not at {folder}; CONTRIBUTING.md says how to get it",
            allow_module_level=True,
        )
    return folder


def source_texts() -> Path:
    """Return the folder of the texts that the shipped data quote: `$CKG_SOURCES`, else beside the project."""
    return Path(os.environ.get("CKG_SOURCES") or ROOT.parent / "shared" / "sources")


def need_source_texts() -> Path:
    """Return the folder of the source texts, or skip the test that asks for it."""
    folder = source_texts()
    if not folder.is_dir():
        pytest.skip(f"the source texts are not at {folder} ($CKG_SOURCES)")
    return folder


def jena() -> Path:
    """Return the folder with the jars of Apache Jena's command-line tools: `$CKG_JENA`, or beside us."""
    return Path(os.environ.get("CKG_JENA") or ROOT.parent / "jena")


def need_jena() -> str:
    """Return the class path of Apache Jena, or skip the test that asks for it, saying how to get it."""
    folder = jena()
    if shutil.which("java") is None:
        pytest.skip("there is no Java here")
    if not any(folder.glob("jena-cmds-*.jar")):
        pom = ROOT / "tests" / "standards" / "jena" / "pom.xml"
        pytest.skip(
            f"Apache Jena is not at {folder} ($CKG_JENA); to get it: "
            f"mvn -f {pom} dependency:copy-dependencies -DoutputDirectory={folder}"
        )
    return str(folder / "*")


def need_module(name: str) -> None:
    """Skip the test that asks for a package which is not installed, saying how to get it."""
    if find_spec(name) is None:
        pytest.skip(f"`{name}` is not installed; to get it: pip install {name}")


def need_suite_here(name: str) -> None:
    """Skip the test that asks for a suite which is absent."""
    if not suite(name).is_dir():
        pytest.skip(f"the W3C test suite `{name}` is not at {suite(name)}; CONTRIBUTING.md says how to get it")
