"""docs/conformance.md is what its command writes: every case that the ledgers name is there, and no other."""

import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import outside

ROOT = Path(__file__).parents[2]


def test_the_page_names_what_the_ledgers_name():
    for suite in ("shacl", "owl2rl"):
        outside.need_suite_here(suite)
    spec = spec_from_file_location("make_conformance", ROOT / "docs" / "make_conformance.py")
    command = module_from_spec(spec)
    spec.loader.exec_module(command)
    written = command.PAGE.read_text(encoding="utf-8")
    counts = {
        suite: int(re.search(rf"^\| {re.escape(suite.title)} \| (\d+) \|", written, re.MULTILINE)[1])
        for suite in command.SUITES
    }
    assert command.page(counts, command.ledgers()) == written, "renew it with: python docs/make_conformance.py"
