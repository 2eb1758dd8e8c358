"""`ckg validate --watch` checks again when a file has changed; without it, one check says all that is wrong."""

from __future__ import annotations

import hashlib
import subprocess
import threading
from pathlib import Path

import bridges
import pytest
from click.testing import CliRunner
from tests.cli.command import CKG, SECONDS

from ckg.cli.main import ckg

WAITING = "waiting for a change"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return bridges.write(tmp_path)


def validate(folder: Path, *options: str) -> tuple[int, str]:
    result = CliRunner().invoke(ckg, ["validate", "--project", str(folder), *options])
    return result.exit_code, result.output


def test_shapes_checks_and_quotations_are_told_in_one_run(folder):
    quotation = '<https://example.org/id/q> a ex:Bridge ; ex:state "sound" ; oa:hasSelector [ oa:exact "of wood" ] ;\n'
    sha256 = "ckg:sourceTextSha256 " + '"' + hashlib.sha256(bridges.TEXT.encode()).hexdigest() + '" .\n'
    prefixes = "@prefix ckg: <https://w3id.org/ckg/ontology#> .\n@prefix oa: <http://www.w3.org/ns/oa#> .\n"
    path = folder / "data/bridges.ttl"
    text = prefixes + bridges.DATA + quotation + sha256
    path.write_text(text)
    code, said = validate(folder, "--texts", str(folder / "texts"))
    assert code == 1
    assert "Give it a name." in said
    assert "ex:state 'sound', a text; the property leads to things" in said
    assert "'of wood'" in said
    assert f"data/bridges.ttl:{1 + text[: text.index(quotation)].count(chr(10))}" in said


def test_a_value_of_a_vocabulary_is_asked_for_with_the_values(folder):
    (folder / "data/bridges.ttl").write_text(
        bridges.DATA.replace("    ex:state", "    ex:near") + "\nbridge:x a ex:Bridge ."
    )
    _, said = validate(folder)
    assert "choose   state:broken, state:sound" in said


def test_a_shape_can_be_turned_into_a_warning(folder):
    (folder / "data/bridges.ttl").write_text(bridges.DATA + "\nbridge:x a ex:Bridge .\n")
    settings = folder / "ckg.toml"
    settings.write_text(bridges.TOML + '[check]\nshapes_as_warnings = ["Bridge"]\n')
    code, said = validate(folder)
    assert (code, "(2 Warning)" in said) == (0, True)
    settings.write_text(bridges.TOML + '[check]\nshapes_as_warnings = ["Brigde"]\n')
    result = CliRunner().invoke(ckg, ["validate", "--project", str(folder)])
    assert result.exception.hint == "Did you mean 'Bridge'?"


def test_a_change_is_checked_and_a_file_that_cannot_be_read_does_not_end_it(folder):
    watch = subprocess.Popen(
        [CKG, "validate", "--watch", "--project", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said: list[str] = []
    timer = threading.Timer(SECONDS, watch.kill)
    timer.start()

    def until(words: str) -> str:
        for line in watch.stdout:
            said.append(line)
            if words in line:
                return line
        raise AssertionError("".join(said))

    path = folder / "data/bridges.ttl"
    try:
        assert until(WAITING).startswith("no fault")
        path.write_text(bridges.DATA + "bridge:x a ")
        until("changed: bridges.ttl")
        until("Unexpected end")
        assert until(WAITING).startswith("faults")
        path.write_text(bridges.DATA)
        assert until(WAITING).startswith("no fault")
    finally:
        timer.cancel()
        watch.kill()
        watch.wait()
        watch.stdout.close()
