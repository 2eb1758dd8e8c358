"""What a careless edit of the shipped data does is told by `ckg validate` alone, with the file and what is wrong.

All edits are made in one copy of the project, which is checked once; each must be told of by itself. An edit is made in
the block of a subject, wherever that stands.
"""

from __future__ import annotations

import re
import shutil
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import outside
import pytest
from tests import histories

from ckg.build import checks, lint
from ckg.build.pipeline import Build
from ckg.build.quotations import check as check_quotations
from ckg.errors import CkgError
from ckg.model import config
from ckg.model.validation_options import ValidationOptions

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent


class CarelessEdit(NamedTuple):
    """In the block of `subject` the text `before` became `after`; what is told of it fits the pattern `told`."""

    subject: str
    before: str
    after: str
    told: str


EDITS = {
    name: CarelessEdit(**row)
    for name, row in tomllib.loads((HERE / "careless-edits.toml").read_text(encoding="utf-8")).items()
}
ADDED = {
    path: (HERE / "careless" / path.replace("/", "-")).read_text(encoding="utf-8")
    for path in ("data/careless.ttl", "ontology/careless.ttl")
}
TOLD_OF_ADDED = {
    "a share for a percentage": r"The number .*0.43.* stands in none of the words",
    "a query that names no term": r"ontology#binds2>, which is defined nowhere",
    "a file without its row": r"nothing is said about the graph .*graph/careless",
    "a class without a shape": r"no shape looks at ckg:Careless",
}


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> str:
    """Make every edit in one copy of the project and return all that is told of it."""
    folder = tmp_path_factory.mktemp("careless") / "project"
    folder.mkdir()
    files = dict(histories.read(ROOT)) | ADDED
    for name, edit in EDITS.items():
        _make(name, edit, files)
    histories.write(folder, files)
    shutil.copy(ROOT / "ckg.toml", folder)
    project = config.read(folder)
    build = Build(project, folder / "release")
    inputs = build.inputs()
    from ckg.validate import validate

    options = ValidationOptions.of(project, inputs.prefixes)
    report = validate(inputs.staging, folder / "report", options=options)
    messages = [replace(report, line_of=checks.line_finder(folder, project.base.iri)).text()]
    for judge in (
        lambda: lint.run(project, inputs, build.cache).raise_for_errors(),
        lambda: check_quotations(inputs.staging, outside.source_texts(), folder),
    ):
        with pytest.raises(CkgError) as error:
            judge()
        messages.append(str(error.value))
    return "\n".join(messages)


def _make(name: str, edit: CarelessEdit, files: dict[str, str]) -> None:
    for path, text in files.items():
        found = re.search(rf"^{re.escape(edit.subject)} (?:.*\n)*?.*\.$", text, re.MULTILINE)
        if path.startswith("data/") and found:
            assert edit.before in found[0], (
                f"{name}: {edit.subject} has no {edit.before!r} any more: choose another edit"
            )
            files[path] = text.replace(found[0], found[0].replace(edit.before, edit.after, 1), 1)
            return
    raise AssertionError(f"{name}: no file describes {edit.subject} any more: choose another edit")


TOLD = {name: edit.told for name, edit in EDITS.items()} | TOLD_OF_ADDED


@pytest.mark.parametrize("name", TOLD)
def test_a_careless_edit_is_told(told, name):
    if name == "words that are in no source text" and not outside.source_texts().is_dir():
        pytest.skip(f"the source texts are not at {outside.source_texts()} ($CKG_SOURCES)")
    assert re.search(TOLD[name], told)


def test_what_is_told_names_files_and_lines(told):
    named = re.findall(r"^  (?:file +)?(?:/\S*/)?data/\S+?\.ttl:\d+", told, re.MULTILINE)
    assert len(named) > 30
