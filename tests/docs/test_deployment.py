"""The systemd unit and the Dockerfile of docs/deployment.md: held against systemd, the project and the command."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest

from ckg.cli.main import ckg
from ckg.model.settings import SETTINGS

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
UNIT = re.findall(r"```ini\n(.*?)```", TEXT, re.DOTALL)[0]
DOCKERFILE = re.findall(r"```dockerfile\n(.*?)```", TEXT, re.DOTALL)[0]
STEPS = [line.split(None, 1) for line in DOCKERFILE.replace("\\\n", " ").splitlines() if line.strip()]
CKG = Path(sys.executable).with_name("ckg")


def test_systemd_has_nothing_to_say_against_the_unit(tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed (Debian: systemd)")
    unit = tmp_path / "ckg.service"
    unit.write_text(UNIT.replace("/srv/ckg/.venv/bin/ckg", str(CKG)))
    found = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    told = [line for line in found.stderr.splitlines() if "ckg.service" in line]
    assert (found.returncode, told) == (0, [])
    unit.write_text(unit.read_text().replace("RestartSec=", "RestatSec="))
    found = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    assert "RestatSec" in found.stderr, "it would notice a misspelt key"


def test_the_unit_starts_a_command_that_there_is(monkeypatch):
    (command,) = re.findall(r"^ExecStart=(.*)$", UNIT, re.MULTILINE)
    _assert_parses(shlex.split(command)[1:])


def test_the_container_starts_a_command_that_there_is_at_the_port_that_is_exposed():
    (command,) = (rest for word, rest in STEPS if word == "CMD")
    words = re.findall(r'"([^"]*)"', command)
    assert words[0] == "ckg"
    _assert_parses(words[1:])
    port = next(setting.default for setting in SETTINGS if setting.key == "serve.port")
    assert ["EXPOSE", str(port)] in STEPS


def _assert_parses(words: list[str]) -> None:
    """Have the command parse its words; it does nothing."""
    name, *rest = words
    command = ckg.get_command(click.Context(ckg), name)
    assert command is not None
    command.make_context(name, rest)


def test_every_step_of_the_dockerfile_is_one_and_uses_what_is_there():
    words = [word for word, _ in STEPS]
    assert set(words) <= {"FROM", "RUN", "WORKDIR", "COPY", "USER", "EXPOSE", "CMD"}
    assert (words[0], words[-1], words.count("CMD")) == ("FROM", "CMD", 1)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    least = tuple(map(int, re.findall(r"[0-9]+", project["requires-python"])))
    image = re.search(r"python:([0-9]+)\.([0-9]+)", DOCKERFILE)
    assert image is not None
    assert tuple(map(int, image.groups())) >= least
    named = re.findall(r"requirements/[a-z]+\.txt", DOCKERFILE)
    assert len(named) == 2
    assert all((ROOT / name).is_file() for name in named)
    users = [rest for word, rest in STEPS if word == "USER"]
    assert users == re.findall(r"useradd \S+ (\S+)", DOCKERFILE), "it does not run as root"
    for word, rest in STEPS:
        if word == "RUN":
            subprocess.run(["sh", "-n", "-c", rest], check=True)


def test_the_image_is_built_and_answers(tmp_path):
    if (
        shutil.which("docker") is None
        or subprocess.run(["docker", "info"], capture_output=True, check=False).returncode
    ):
        pytest.skip("no Docker daemon runs here")
    (tmp_path / "Dockerfile").write_text(DOCKERFILE)
    command = ["docker", "build", "--quiet", "--file", tmp_path / "Dockerfile", ROOT]
    image = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    run = ["docker", "run", "--rm", image, "ckg", "query", "ASK { ?s ?p ?o }"]
    assert "true" in subprocess.run(run, check=True, capture_output=True, text=True).stdout
