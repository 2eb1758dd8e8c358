"""ckg.toml: what is wrong is named, with key, line and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from ckg.errors import ConfigError, ProjectError
from ckg.model import config
from ckg.model.settings import SETTINGS, Setting

GOOD = """\
[project]
name = "a"
title = "A"
base = "https://example.org/kg/"
version = "1.0"
license = "https://example.org/licence"
"""


def read(folder: Path, text: str) -> config.Project:
    (folder / "ckg.toml").write_text(text, encoding="utf-8")
    return config.read(folder)


def test_defaults_are_filled_in(tmp_path: Path) -> None:
    project = read(tmp_path, GOOD)
    assert project.get("limits.seconds") == 10.0
    assert project.release_root == tmp_path / "release"
    assert project.languages == ("en",)


def test_a_whole_number_is_good_where_a_number_is_asked(tmp_path: Path) -> None:
    assert read(tmp_path, GOOD + "[limits]\nseconds = 3\n").get("limits.seconds") == 3.0


def test_a_folder_without_ckg_toml_is_no_project(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"there is no ckg\.toml") as caught:
        config.read(tmp_path)
    assert "ckg init" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("text", "key", "line", "words"),
    [
        (GOOD.replace('base = "https://example.org/kg/"\n', ""), "project.base", None, "missing"),
        (GOOD + "colour = 1\n", "project.colour", 7, "unknown key"),
        (GOOD + "[limits]\nsecond = 1\n", "limits.second", 8, "unknown key"),
        (GOOD + "[limit]\n", "limit", 7, "unknown section"),
        (GOOD.replace('title = "A"', "title = 3"), "project.title", 3, "must be text"),
        (GOOD.replace('title = "A"', 'title = " "'), "project.title", 3, "must not be empty"),
        (GOOD + "[limits]\nseconds = -1\n", "limits.seconds", 8, "at least 0"),
        (GOOD + "[limits]\nworkers = true\n", "limits.workers", 8, "whole number"),
        (GOOD + '[reason]\nengine = "magic"\n', "reason.engine", 8, "one of none, rdfs, owl-rl"),
        (GOOD + '[reason]\nengine = "rdfs"\nimplementation = "owlrl"\n', "reason.implementation", 9, "owlrl"),
        (GOOD.replace("https://example.org/kg/", "example.org"), "project.base", 4, "is 'example.org'"),
        (GOOD.replace("https://example.org/kg/", "https://example.org/kg"), "project.base", 4, "kg'"),
        (GOOD.replace('"a"', '"a/b"'), "project.name", 2, "a/b"),
        (GOOD.replace("1.0", "../x"), "project.version", 5, "x"),
        (GOOD + 'bases = ["http://example.org/kg"]\n', "project.bases", 7, "http://example.org/kg"),
        (GOOD + 'bases = ["example.org/"]\n', "project.bases", 7, "example.org"),
        (GOOD + 'languages = ["en", 3]\n', "project.languages", 7, "list of texts"),
        (GOOD + '[serve]\nprefix = "kg/"\n', "serve.prefix", 8, "kg/"),
    ],
)
def test_a_wrong_key_is_named(tmp_path: Path, text: str, key: str, line: int | None, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, text)
    assert caught.value.key == key
    assert words in caught.value.message
    assert caught.value.place is not None
    assert caught.value.place.line == line
    assert caught.value.hint


def test_a_misspelt_key_gets_the_nearest_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, GOOD + "[limits]\nsecnds = 1\n")
    assert caught.value.hint == "Did you mean `limits.seconds`?"


def test_broken_toml_is_placed(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, GOOD + "x = = 1\n")
    assert caught.value.place is not None
    assert caught.value.place.line == 7


def test_every_setting_has_a_help_that_ends_as_a_sentence() -> None:
    assert all(setting.help.endswith(".") for setting in SETTINGS)


@pytest.mark.parametrize("setting", [setting for setting in SETTINGS if setting.type is float], ids=lambda s: s.key)
@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e400"])
def test_a_number_that_is_none_is_refused(setting: Setting, value: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="finite"):
        read(tmp_path, f"{GOOD}[{setting.section}]\n{setting.name} = {value}\n")


@pytest.mark.parametrize(
    ("old", "key", "new"),
    [
        ('names = "all"', "reason.same_as", 'same_as = "expand"'),
        ('names = "one"', "reason.same_as", 'same_as = "canonical"'),
        ("unnamed = true", "reason.anonymous_types", "anonymous_types = true"),
    ],
)
def test_a_key_of_an_earlier_version_is_refused_with_what_to_write_instead(tmp_path, old, key, new):
    with pytest.raises(ConfigError, match=key) as caught:
        read(tmp_path, GOOD + f"[reason]\n{old}\n")
    assert caught.value.hint == f"Write {new} instead."
    assert caught.value.place.line == 8
    read(tmp_path, GOOD + f"[reason]\n{new}\n")


@pytest.mark.parametrize(
    ("old", "new"),
    [("duckdb", 'engine = "owl-rl"'), ("owlrl", 'engine = "owl-rl" and implementation = "owlrl"')],
)
def test_a_value_of_an_earlier_version_is_refused_with_what_to_write_instead(tmp_path, old, new):
    with pytest.raises(ConfigError, match=r"reason\.engine") as caught:
        read(tmp_path, GOOD + f'[reason]\nengine = "{old}"\n')
    assert caught.value.hint == f"Write {new} instead."
