"""`ckg export --archive FILE` and `ckg verify FILE`: one file for keeping, checked without a network."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from ckg.build import source_list
from ckg.cli.main import ckg
from ckg.errors import CkgError
from ckg.export import preservation
from ckg.model.config import read
from ckg.release.layout import Release


@pytest.fixture
def archive(release: Release, exported: Path, tmp_path: Path) -> Path:
    project = release.folder.parents[1]
    preservation.pack(release, exported, project, source_list.listed(read(project)), tmp_path / "kept.zip")
    return tmp_path / "kept.zip"


def verify(path: Path) -> tuple[int, str]:
    """Return the exit code of `ckg verify` and what it says."""
    done = CliRunner().invoke(ckg, ["verify", str(path)])
    if isinstance(done.exception, CkgError):
        return done.exception.exit_code, f"{done.output}{done.exception}"
    return done.exit_code, done.output


def test_an_archive_holds_site_dumps_sources_and_checksums_as_a_bag(release: Release, archive: Path) -> None:
    assert verify(archive) == (0, "archive kept.zip is sound: every file is as it was written\n")
    with zipfile.ZipFile(archive) as bag:
        head = f"small-{release.id}/"
        names = {name.removeprefix(head) for name in bag.namelist()}
        assert {"README.txt", "bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"} <= names
        assert {"data/site/index.html", "data/site/dump/small.nt", "data/project/data/places.ttl"} <= names
        assert {"data/project/ckg.toml", "data/project/ontology/o.ttl"} <= names
        rows = [line.split("  ", 1) for line in bag.read(f"{head}manifest-sha256.txt").decode().splitlines()]
        assert {path for _, path in rows} == {name for name in names if name.startswith("data/")}
        assert all(hashlib.sha256(bag.read(head + path)).hexdigest() == digest for digest, path in rows)
        crate = json.loads(bag.read(f"{head}data/ro-crate-metadata.json"))
        parts = {row["@id"] for row in crate["@graph"]}
        assert {"./", "ro-crate-metadata.json", "site/dump/small.nt"} <= parts
        assert "Open data/site/index.html in any browser" in bag.read(f"{head}README.txt").decode()


def test_the_same_release_gives_the_same_archive(release: Release, exported: Path, archive: Path) -> None:
    project = release.folder.parents[1]
    again = archive.with_name("again.zip")
    preservation.pack(release, exported, project, source_list.listed(read(project)), again)
    assert again.read_bytes() == archive.read_bytes()


def written_anew(path: Path, change: Callable[[dict[str, bytes]], object]) -> None:
    """Write an archive with other entries."""
    with zipfile.ZipFile(path) as old:
        entries = {name: old.read(name) for name in old.namelist()}
    change(entries)
    with zipfile.ZipFile(path, "w") as new:
        for name, content in entries.items():
            new.writestr(name, content)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            lambda at: lambda e: e.update({at("data/site/index.html"): b"x"}),
            "data/site/index.html: its SHA-256 is another",
        ),
        (lambda at: lambda e: e.pop(at("data/project/ckg.toml")), "data/project/ckg.toml: it is missing"),
        (lambda at: lambda e: e.update({at("data/more.txt"): b"x"}), "data/more.txt: it is not listed"),
        (lambda at: lambda e: e.update({at("../../etc/passwd"): b"x"}), "no archive may have such a path"),
        (lambda at: lambda e: e.update({at("README.txt"): b"x"}), "README.txt: its SHA-256 is another"),
    ],
)
def test_what_happened_to_an_archive_is_found(
    release: Release, archive: Path, change: Callable[[object], Callable[[dict[str, bytes]], object]], told: str
) -> None:
    written_anew(archive, change(lambda path: f"small-{release.id}/{path}"))
    code, said = verify(archive)
    assert code == 1
    assert told in said


def test_a_file_that_is_no_archive_or_is_cut_off_is_said_to_be_none(archive: Path) -> None:
    (archive.parent / "letter.zip").write_text("Dear reader")
    assert verify(archive.parent / "letter.zip")[0] == 2
    archive.write_bytes(archive.read_bytes()[:-5_000])
    code, said = verify(archive)
    assert code == 2
    assert "cannot be read as a ZIP file" in said


def test_sources_that_are_not_those_of_the_release_are_not_packed(release: Release, tmp_path: Path) -> None:
    project = release.folder.parents[1]
    other = tmp_path / "other"
    for name in source_list.listed(read(project)):
        (other / name).parent.mkdir(parents=True, exist_ok=True)
        (other / name).write_bytes((project / name).read_bytes())
    places = other / "data" / "places.ttl"
    places.write_text(places.read_text().replace('"Tokyo"', '"Edo"'))
    command = ["export", "--archive", str(tmp_path / "a.zip"), "--project", str(other)]
    done = CliRunner().invoke(ckg, [*command, "--releases", str(release.folder.parent)])
    assert "are not those that release" in str(done.exception)
    assert not (tmp_path / "a.zip").exists()
