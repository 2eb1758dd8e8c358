"""A release, opened."""

from __future__ import annotations

import datetime

import pytest

from ckg import formats
from ckg.errors import NoRelease, ReleaseError
from ckg.model import config
from ckg.release.layout import ProjectMetadata, Release

TOML = """
[project]
name = "shop"
title = "A shop"
base = "https://example.org/shop/"
version = "2.0"
issued = 2026-11-23
license = "https://example.org/licence"
languages = ["ja", "en"]
examples = ["id/a"]
"""


@pytest.fixture
def release(tmp_path) -> Release:
    (tmp_path / "ckg.toml").write_text(TOML, encoding="utf-8")
    folder = tmp_path / "2.0-abc"
    (folder / "dumps").mkdir(parents=True)
    ProjectMetadata.of(config.read(tmp_path), {"ex": "https://example.org/"}).write(folder / "project.json")
    for name in ("extra.txt", "shop-shapes.ttl", "shop.nq", "shop.ttl", "SHA256SUMS"):
        (folder / "dumps" / name).touch()
    return Release(folder)


def test_it_says_what_the_project_file_said(release):
    about = release.about
    assert (about.name, about.title, about.version) == ("shop", "A shop", "2.0")
    assert (about.issued, about.languages, about.examples) == ("2026-11-23", ("ja", "en"), ("id/a",))
    assert datetime.date.fromisoformat(about.issued)
    assert release.base.thing("a") == "https://example.org/shop/id/a"
    assert release.prefixes.curie("https://example.org/a") == "ex:a"
    assert release.id == "2.0-abc"


def test_the_dumps_come_in_the_order_of_the_format_table(release):
    assert list(release.dumps) == ["shop.ttl", "shop.nq", "SHA256SUMS", "extra.txt", "shop-shapes.ttl"]
    assert release.dump(formats.TURTLE) == release.dumps["shop.ttl"]


def test_a_folder_that_is_not_there_is_no_release(tmp_path):
    with pytest.raises(NoRelease, match="none"):
        Release(tmp_path / "none")


def test_a_project_file_that_lacks_something_is_named_with_what_it_lacks(release):
    (release.folder / "project.json").write_text('{"name": "shop"}')
    with pytest.raises(ReleaseError, match=r"project\.json lacks title"):
        _ = Release(release.folder).about
