"""Run the W3C's test suites and write docs/conformance.md: how many cases of each pass, and which do not, and why.

    python docs/make_conformance.py            # writes the page; about ten minutes
    python docs/make_conformance.py --print    # prints it
    python docs/make_conformance.py --ledgers  # takes over a ledger that has changed; the cases are those of the page

The suites are those that the tests run (CONTRIBUTING.md says how to get them). What a case is expected to do stands in
the ledgers of the tests; a case that does otherwise fails its test, and then no page is written.
"""

from __future__ import annotations

import argparse
import importlib.util
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "conformance.md"
SHACL = "tests/validate/test_w3c_suite.py"
OWL = "tests/reason/test_w3c_owl2rl.py"
SPARQL = "tests/sparql/test_w3c_evaluation.py"
PROTOCOL = "tests/sparql/test_w3c_protocol.py"


class Suite(NamedTuple):
    """Cases of a suite: the function of a test file that runs them, and a word that their names have."""

    title: str
    file: str
    function: str
    having: str = ""
    ledger: str = ""


SUITES = (
    Suite("SPARQL 1.1 Query: evaluation, and results in CSV, TSV and JSON", SPARQL, "test_evaluation", "", "sparql"),
    Suite("SPARQL 1.1 Query: syntax", SPARQL, "test_syntax"),
    Suite("SPARQL 1.1 Protocol: queries", PROTOCOL, "test_protocol"),
    Suite("SPARQL 1.1 Protocol: updates, which are all refused", PROTOCOL, "test_updates_are_refused"),
    Suite("SHACL Core and SHACL-SPARQL, engine `screened`", SHACL, "test_the_engine_reports", "screened", "shacl"),
    Suite("SHACL Core and SHACL-SPARQL, engine `pyshacl`", SHACL, "test_the_engine_reports", "pyshacl", "shacl"),
    Suite("OWL 2 RL: what must follow", OWL, "test_what_must_follow_does", "", "owl"),
    Suite("OWL 2 RL: what must not follow", OWL, "test_what_must_not_follow_does_not"),
)


def main() -> None:
    """Run the suites and write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--print", action="store_true", help="print the page instead of writing it")
    parser.add_argument("--ledgers", action="store_true", help="run nothing, take the cases from the page")
    options = parser.parse_args()
    text = page(written() if options.ledgers else counted(), ledgers())
    if options.print:
        print(text, end="")
    else:
        PAGE.write_text(text, encoding="utf-8")


def counted() -> dict[Suite, int]:
    """Run the suites; return how many cases each has."""
    cases = run(sorted({suite.file for suite in SUITES}))
    return {suite: _of(suite, cases) for suite in SUITES}


def written() -> dict[Suite, int]:
    """Return how many cases each suite has, as the page says."""
    text = PAGE.read_text(encoding="utf-8")
    rows = {suite: re.search(rf"^\| {re.escape(suite.title)} \| (\d+) \|", text, re.MULTILINE) for suite in SUITES}
    return {suite: int(row[1]) for suite, row in rows.items() if row}


def run(files: list[str]) -> dict[str, list[str]]:
    """Run test files; return the names of their cases, file by file. Ends the program where one does not pass."""
    cases = {}
    for file in files:
        with tempfile.NamedTemporaryFile(suffix=".xml") as report:
            command = [
                sys.executable,
                "-m",
                "pytest",
                "-q",
                file,
                f"--junitxml={report.name}",
                "-p",
                "no:cacheprovider",
            ]
            subprocess.run(command, cwd=ROOT, check=False)  # noqa: S603 - of ours
            tests = list(ElementTree.parse(report.name).iter("testcase"))  # noqa: S314 - written a moment ago
        wrong = [test.get("name") for test in tests if len(test)]
        if wrong or not tests:
            sys.exit(f"{file}: {len(wrong)} cases failed or were skipped, so there is nothing to write: {wrong[:5]}")
        cases[file] = [str(test.get("name")) for test in tests]
    return cases


def _of(suite: Suite, cases: Mapping[str, list[str]]) -> int:
    names = [name for name in cases[suite.file] if name.startswith(suite.function + "[") or name == suite.function]
    if suite.having:
        names = [name for name in cases[suite.file] if name.startswith(suite.function) and suite.having in name]
    if not names:
        sys.exit(f"{suite.file} has no cases of {suite.function}")
    return len(names)


def ledgers() -> dict[str, dict[str, str]]:
    """Return, for each specification, the cases that do not pass, each with its reason."""
    sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]
    rows = tomllib.loads((ROOT / "tests" / "sparql" / "ledger.toml").read_text(encoding="utf-8"))
    return {
        "sparql": {name: f"{row['kind']}: {row['reason']}" for name, row in rows.items()},
        "shacl": dict(_module(SHACL).LEDGER),
        "owl": dict(_module(OWL).BEYOND_THE_RULES),
    }


def _module(file: str) -> object:
    spec = importlib.util.spec_from_file_location(Path(file).stem, ROOT / file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def page(counts: Mapping[Suite, int], wrong: Mapping[str, Mapping[str, str]]) -> str:
    """Return the page as Markdown."""
    lines = [
        "# Conformance",
        "",
        "How many cases of the W3C's test suites pass, as `python docs/make_conformance.py` found by running them.",
        "A case that is not listed below and fails, or is listed and passes, fails the tests of this project.",
        "",
        "| suite | cases | pass | do not |",
        "|---|---:|---:|---:|",
    ]
    for suite, cases in counts.items():
        deviating = len(wrong.get(suite.ledger, ()))
        lines.append(f"| {suite.title} | {cases} | {cases - deviating} | {deviating} |")
    titles = {"sparql": "SPARQL", "shacl": "SHACL", "owl": "OWL 2 RL"}
    for key, title in titles.items():
        lines += ["", f"## {title}: what does not pass, and why", "", "| case | reason |", "|---|---|"]
        lines += [f"| {name} | {' '.join(reason.split())} |" for name, reason in sorted(wrong[key].items())]
    lines += [
        "",
        "In the ledger of SPARQL, `lexical` are right values written in another form, `deviation` another answer",
        "than the standard's, `refused` 400 with the reason; [endpoint.md](endpoint.md) says what that means for",
        "readers. [validation.md](validation.md) and [reasoning.md](reasoning.md) say what else was held against what.",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
