"""A release is served as operators do it: by a user who may only read, from anywhere, by several servers, uncached."""

from __future__ import annotations

import os
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
import sample
from tests import queries

from ckg.release.current import Releases

pytestmark = pytest.mark.gone_on  # each starts servers; the store with more tables is the harder to open

UNPRIVILEGED = ("setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs")
"""Root without any capability: it may no longer write what only can be read, and may unshare nothing.

Another user would often not reach the Python that runs the tests, which may lie in the home of root.
"""

TERMS = {
    "thing": f"<{sample.BASE}id/state/japan>",
    "class": f"<{sample.BASE}ontology#State>",
    "property": f"<{sample.BASE}ontology#in>",
    "graph": f"<{sample.BASE}graph/states>",
    "label": "Japan",
}


def at(address: str) -> queries.Ask:
    """Ask a server over HTTP."""

    def ask(text: str, wanted: str) -> tuple[int, bytes]:
        request = urllib.request.Request(
            f"{address}/sparql", data=urlencode({"query": text}).encode(), headers={"Accept": wanted}
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:
                return reply.status, reply.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    return ask


@pytest.fixture(scope="module")
def expected(app) -> dict[str, object]:
    """What an application in this process answers."""
    return queries.answers(queries.by(app.test_client()), TERMS)


@pytest.fixture
def copy(releases: Path, tmp_path: Path) -> Iterator[Path]:
    """A project with its releases, all of which can only be read."""
    project = Path(shutil.copytree(releases.parent, tmp_path / "project", ignore=shutil.ignore_patterns(".work")))
    for path in (project, *project.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield project
    for path in (project, *project.rglob("*")):
        path.chmod(0o755)


def forget(folder: Path) -> None:
    """Have the kernel drop what it holds of the files of a folder in memory; only what is on the disk can be."""
    for path in folder.iterdir():
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)


def state(folder: Path) -> dict[str, int]:
    return {path.relative_to(folder).as_posix(): path.stat().st_mtime_ns for path in sorted(folder.rglob("*"))}


def test_a_user_who_may_only_read_serves_a_release_that_no_cache_holds(serve, copy, expected, tmp_path):
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        pytest.skip("root cannot give up its privileges here: there is no setpriv")
    before = state(copy)
    forget(Releases(copy / "release").current().store)
    (own := tmp_path / "own").mkdir()
    address = serve(
        copy,
        copy / "release",
        before=UNPRIVILEGED if os.geteuid() == 0 else (),
        env={**os.environ, "TMPDIR": str(own), "HOME": "/nonexistent"},
        cwd="/",
    )
    assert queries.answers(at(address), TERMS) == expected
    assert state(copy) == before


def test_a_release_is_served_by_a_relative_path_and_through_a_symbolic_link(serve, releases, tmp_path, expected):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "link").symlink_to(releases.parent)
    address = serve(Path("link"), Path("link/release"), cwd=tmp_path / "deep")
    assert queries.answers(at(address), TERMS) == expected


def test_two_servers_of_one_release_answer_the_same(serve, releases, expected):
    first, second = (serve(releases.parent, releases) for _ in range(2))
    assert queries.answers(at(first), TERMS) == queries.answers(at(second), TERMS) == expected


def test_every_question_is_answered_as_the_first_one_of_a_server(serve, releases, expected):
    """What a worker has read before must not decide whether it can read."""
    from ckg.web import create_app

    for text in queries.FORTY[6:40:6]:
        app = create_app(releases, {"limits.workers": 1, "limits.spares": 0, "limits.cache": 0})
        try:
            assert queries.answers(queries.by(app.test_client()), TERMS, only=[text]) == {text: expected[text]}
        finally:
            app.extensions["ckg"].close()
