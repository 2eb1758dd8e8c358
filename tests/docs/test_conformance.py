"""docs/conformance.md is what its command writes: every case that the ledgers name is there, and no other."""

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
    page = command.PAGE.read_text(encoding="utf-8")
    assert command.page(command.written(), command.ledgers()) == page, "renew it: docs/make_conformance.py --ledgers"
