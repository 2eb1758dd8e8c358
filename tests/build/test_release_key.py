"""Two builds have the same name only if they have the same bytes: every setting is in the name, or changes no byte."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ckg.build.gate_result import GateResult
from ckg.build.inputs import Inputs
from ckg.build.publish import release_name
from ckg.model import config
from ckg.model.prefixes import Prefixes
from ckg.model.settings import SETTINGS, Setting
from ckg.model.staged import Role, StagedGraph, Staging
from ckg.release.pages_folder import PagesFiles

CHANGES_NO_BYTE = {
    "build.release": "where releases lie",
    "build.keep": "how many of the earlier releases are left",
    "build.memory": "when the bulk engine spills",
    "new.kinds": "what `ckg new` offers",
    **{
        row.key: "whether there is a release at all"
        for row in SETTINGS
        if row.section == "check" and row.name != "shapes_as_warnings"
    },
    "build.texts": "what is found there is in evidence.json, which is in the name",
    "build.quoted_percent": "whether there is a release at all",
    "build.previous_ontology": "what is different from there is in the name",
    "reason.most_inferred": "whether there is a release at all",
    **dict.fromkeys(("spark.master", "spark.folder", "spark.properties"), "where Spark runs"),
    **dict.fromkeys(
        ("build.ontology", "build.data", "build.shapes", "build.context", "build.sheets", "build.relative_iris"),
        "what the files say is in the hash of the inputs",
    ),
}
"""Settings that no byte of a release depends on, with the reason; `serve`, `limits` and `backend` are for serving."""


@pytest.fixture
def project(tmp_path: Path) -> config.Project:
    (tmp_path / "ckg.toml").write_text(
        '[project]\nname = "a"\ntitle = "A"\nbase = "https://example.org/"\nversion = "1"\nlicense = "https://example.org/l"\n'
    )
    return config.read(tmp_path)


@pytest.fixture
def judged(tmp_path: Path) -> GateResult:
    (tmp_path / "evidence.json").write_text("{}")
    graph = StagedGraph("https://example.org/graph/inferred", Role.INFERRED, tmp_path / "inferred.nq", "", 0, ())
    return GateResult(Inputs(Staging(()), Prefixes({}), "digest"), tmp_path, tmp_path, tmp_path, graph, "rules")


def name(project: config.Project, judged: GateResult) -> tuple[str, str]:
    return release_name(project, judged, b"{}", PagesFiles((), ""))


def another(setting: Setting, value: Any) -> Any:
    if setting.choices:
        return next(choice for choice in setting.choices if choice != value)
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, list):
        return [*value, "https://example.org/x"]
    if setting.key == "project.issued":
        return datetime.date(2026, 1, 1)
    return f"{value}x/"


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.key)
def test_a_setting_is_in_the_name_of_a_release_or_changes_no_byte(setting, project, judged) -> None:
    changed = project.with_value(setting.key, another(setting, project.get(setting.key)))
    same = name(changed, judged) == name(project, judged)
    assert same is (setting.section in ("serve", "limits", "backend") or setting.key in CHANGES_NO_BYTE)


def test_the_projects_own_rules_are_in_the_name(project, judged) -> None:
    assert name(project, replace(judged, rules="others")) != name(project, judged)


def test_what_is_different_from_the_ontology_before_is_in_the_name(project, judged) -> None:
    assert name(project, replace(judged, changes=b"others")) != name(project, judged)


def test_the_list_names_settings_that_exist() -> None:
    assert set(CHANGES_NO_BYTE) <= {setting.key for setting in SETTINGS}
