"""Ten folders in the styles of other people, each built once for all test processes."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from shared_folder import shared_folder

from ckg.build.pipeline import Build, Built
from ckg.model import config
from ckg.web.app import Application, create_app

HERE = Path(__file__).parent


@dataclass
class Site:
    """A folder that is published: its releases, and a client that asks as a browser does."""

    folder: Path
    app: Application
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def get(self, address: str, accept: str = "text/html") -> str:
        answer = self.client.get(address, headers={"Accept": accept}, follow_redirects=True)
        assert answer.status_code == 200, (address, answer.status_code, answer.text[:300])
        return str(answer.text)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Site]]:
    """Return what serves one of the ten folders by its name."""
    opened: dict[str, Site] = {}

    def serve(name: str) -> Site:
        if name not in opened:
            opened[name] = published(tmp_path_factory, name)
        return opened[name]

    yield serve
    for each in opened.values():
        each.app.close()


def published(tmp_path_factory: pytest.TempPathFactory, name: str) -> Site:
    """Return one of the ten folders, built by the first test process that asks for it."""
    with shared_folder(tmp_path_factory, f"folder-{name}") as (folder, first):
        if first:
            shutil.copytree(HERE / name, folder, dirs_exist_ok=True)
            build(folder)
    return Site(folder, create_app(folder / "release", {"limits.workers": 1, "limits.spares": 0}))


def build(folder: Path) -> Built:
    """Build a folder as `ckg build` does."""
    return Build(config.read(folder), folder / "release").run()
