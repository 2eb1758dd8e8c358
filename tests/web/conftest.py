"""Releases made once for all workers, the application on them, and a live server."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient
from shared_folder import shared_folder
from tests import histories

sys.path.insert(0, str(Path(__file__).parent))

import anybody
import hostile_data
import make_release
import sample

from ckg.web import create_app


@pytest.fixture(scope="session", params=histories.BOTH)
def releases(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """The folder of releases of the sample project, which withdrew things; its store has each of the two histories."""
    with shared_folder(tmp_path_factory, f"web-sample {request.param}") as (folder, first):
        if first:
            files = sample.files(withdrawn=False)
            # The first release lacks so much that the second is loaded anew, though it has a predecessor.
            make_release.build(make_release.project(folder / "project", sample.files_of_the_first(), "0.9"))
            project = make_release.project(folder / "project", files, "1.0")
            if request.param == histories.AT_ONCE:
                make_release.build(project)
            else:
                histories.go_on(project, files, sample.EDITS, make_release.build)
            histories.check(project / "release", request.param)
    return folder / "project" / "release"


@pytest.fixture(scope="session")
def app(releases: Path) -> Iterator[Flask]:
    made = create_app(releases)
    yield made
    made.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of the application on a release of hostile data."""
    data = ox.serialize(hostile_data.quads(), format=ox.RdfFormat.N_TRIPLES).decode()
    project = make_release.project(tmp_path_factory.mktemp("hostile"), {"data/hostile.nt": data})
    make_release.build(project)
    made = create_app(project / "release")
    yield made.test_client()
    made.close()


@pytest.fixture(scope="session")
def anybodys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of the application on a folder in the style of other people."""
    project = make_release.project(tmp_path_factory.mktemp("anybody"), anybody.files())
    config = project / "ckg.toml"
    config.write_text(config.read_text().partition("[reason]")[0])  # the fast engines
    make_release.build(project)
    settings = {"limits.workers": 1, "limits.spares": 0, "serve.picture_hosts": ["pictures.example"]}
    made = create_app(project / "release", settings)
    yield made.test_client()
    made.close()


Serve = Callable[..., str]


@pytest.fixture(scope="session")
def serve() -> Iterator[Serve]:
    """Start `ckg serve` on a folder of releases; returns its address without a final slash.

    `before` are words before the command, `more` what else `subprocess.Popen` takes.
    """
    running: list[subprocess.Popen[str]] = []

    def start(project: Path, root: Path, log: Path | None = None, *, before: Sequence[str] = (), **more: Any) -> str:
        command = [
            *before,
            sys.executable,
            "-c",
            "from ckg.cli.main import main; main()",
            "serve",
            "--no-build",
            "--port",
            "0",
        ]
        command += ["--project", str(project), "--releases", str(root)]
        errors = log.open("w") if log else None
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, **more)
        if errors is not None:
            errors.close()
        running.append(process)
        assert process.stdout is not None
        for line in process.stdout:
            found = re.search(r"http://\S+?(?=/\s|/$)", line)
            if found:
                _wait(found[0])
                return found[0]
        raise AssertionError(f"ckg serve ended with {process.wait()}")

    yield start
    for process in running:
        process.terminate()
    for process in running:
        process.wait(timeout=30)
        if process.stdout:
            process.stdout.close()


def _wait(address: str) -> None:
    subprocess.run(
        [
            "curl",
            "-sf",
            "--retry",
            "50",
            "--retry-connrefused",
            "--retry-delay",
            "0",
            "-o",
            "/dev/null",
            f"{address}/healthz",
        ],
        check=True,
        timeout=60,
    )


@pytest.fixture(scope="session")
def live(serve: Serve, releases: Path) -> str:
    """The address of a server on the sample project."""
    return serve(releases.parent, releases)


@pytest.fixture(scope="session")
def graph_of() -> Callable[[object], set[tuple[str, str, str]]]:
    """Parse an answer in Turtle: IRIs bare, literals and blank nodes as N-Triples has them."""

    def read(answer: object) -> set[tuple[str, str, str]]:
        quads = ox.parse(answer.data, format=ox.RdfFormat.TURTLE)  # type: ignore[attr-defined]
        return {(_bare(quad.subject), quad.predicate.value, _bare(quad.object)) for quad in quads}

    return read


def _bare(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)
