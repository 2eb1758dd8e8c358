"""Every command has help and stands in the reference; what is not a command is said to be none."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

import click
import pytest

import ckg.cli
from ckg.cli.main import COMMANDS

from .command import Ckg

ROOT = Path(__file__).parents[2]
# Modules of the command line that are no commands.
PARTS = {"main", "options", "progress_bars", "progress_display", "rebuilding"}


def command(name: str) -> click.Command:
    found = importlib.import_module(f"ckg.cli.{name}").command
    assert isinstance(found, click.Command)
    return found


def test_every_module_of_the_command_line_is_a_listed_command_and_the_other_way_round() -> None:
    modules = {module.name for module in pkgutil.iter_modules(ckg.cli.__path__)}
    assert modules - PARTS == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_explains_itself(name: str, ckg: Ckg) -> None:
    text = ckg(name, "--help").stdout
    assert text.startswith(f"Usage: ckg {name}")
    assert ckg(name, "-h").stdout == text


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_and_each_of_its_options_say_what_they_do(name: str) -> None:
    found = command(name)
    assert found.help
    without = [p.name for p in found.params if isinstance(p, click.Option) and not p.help]
    assert without == []


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_stands_in_the_reference(name: str) -> None:
    assert f"\n### ckg {name}\n" in (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")


def test_the_commands_are_listed_with_what_they_do(ckg: Ckg) -> None:
    text = " ".join(ckg("--help").stdout.split())
    for name, what in COMMANDS.items():
        assert f"{name} {what}" in text


@pytest.mark.parametrize("arguments", [("publish",), ("build", "--fast"), ("releases", "--back", "--verify")])
def test_wrong_usage_ends_with_2_and_says_where_help_is(arguments: tuple[str, ...], ckg: Ckg) -> None:
    done = ckg(*arguments, code=2)
    assert "Error: " in done.stderr
    assert "--help" in done.stderr
    assert done.stdout == ""


def test_the_version_names_the_engines(ckg: Ckg) -> None:
    lines = ckg("version").stdout.splitlines()
    assert lines[0].startswith("ckg ")
    assert {"rdflib", "pyshacl", "pyoxigraph", "duckdb"} <= {line.split()[0] for line in lines}
