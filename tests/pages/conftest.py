"""The shipped data set behind a test client, and small projects of other people's making."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from shared_folder import shared_folder

from ckg.web.app import create_app

CONFIG = """
[project]
name = "other"
title = "Somebody else's project"
base = "https://other.example/kg/"
version = "1.0"
issued = 2026-01-02
license = "https://creativecommons.org/licenses/by/4.0/"
languages = ["en", "ja"]

[limits]
workers = 1
spares = 0

[check]
undefined_terms = "off"
undescribed_things = "off"
"""


@pytest.fixture(scope="session")
def app(shipped_each_way: Path) -> Iterator[Flask]:
    """The application that serves the shipped data set, on a store by each of the two histories."""
    app = create_app(shipped_each_way, {"limits.workers": 1, "limits.spares": 0})
    yield app
    app.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client that asks as a browser does."""
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT"] = "text/html"
    return client


@pytest.fixture
def page(client: FlaskClient) -> Callable[..., str]:
    """Return the text of a page, which must be there."""

    def get(path: str, **headers: str) -> str:
        answer = client.get(path, headers=headers)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:300])
        return answer.text

    return get


@pytest.fixture(scope="session")
def other_project(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Build a project that was laid out by somebody else, once for all test processes; return its releases.

    `pages` is a pages folder that it has.
    """

    def build(name: str, files: dict[str, str], pages: Path | None = None) -> Path:
        with shared_folder(tmp_path_factory, f"other-{name}") as (folder, first):
            if first:
                _write(folder, files)
                if pages is not None:
                    shutil.copytree(pages, folder / "pages", dirs_exist_ok=True)
                from ckg.build.pipeline import Build
                from ckg.model import config

                Build(config.read(folder), folder / "release").run()
        return folder / "release"

    return build


def _write(folder: Path, files: dict[str, str]) -> None:
    (folder / "ckg.toml").write_text(CONFIG, encoding="utf-8")
    for name in ("data", "ontology", "shapes"):
        (folder / name).mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


@pytest.fixture
def serve() -> Iterator[Callable[[Path], FlaskClient]]:
    """Return a browser-like client for a folder of releases."""
    opened: list[Flask] = []

    def start(releases: Path) -> FlaskClient:
        app = create_app(releases, {"limits.workers": 1, "limits.spares": 0})
        opened.append(app)
        client = app.test_client()
        client.environ_base["HTTP_ACCEPT"] = "text/html"
        return client

    yield start
    for app in opened:
        app.close()
