"""The folder of releases, from the command line: whose it is, what is served, what a change left behind."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .command import Ckg, Place


@pytest.mark.parametrize("arguments", [("build",), ("serve", "--port", "0"), ("serve", "--build", "--port", "0")])
def test_outside_of_a_project_nothing_is_published_over_somebody_elses_site(
    arguments: tuple[str, ...], published: Place, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "nowhere"
    elsewhere.mkdir()
    before = published.current()
    done = Ckg(elsewhere)(*arguments, "--releases", published.releases, code=2)
    assert "`example`" in done.stderr
    assert "--project" in done.stderr
    assert published.current() == before
    assert len(list(published.releases.glob("0.1.0-*"))) == 1


def test_the_shipped_data_are_not_published_among_other_things(ckg: Ckg, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").touch()
    for command in (("build",), ("serve", "--port", "0")):
        done = ckg(*command, "--releases", "photos", code=2)
        assert "a.jpg" in done.stderr
        assert "--project" in done.stderr
    assert [path.name for path in (tmp_path / "photos").iterdir()] == ["a.jpg"]


COMMANDS = [
    ("query", "ASK {}"),
    ("dump",),
    ("stats",),
    ("explain", "ex:a", "a", "ex:B"),
    ("releases",),
    ("releases", "--verify"),
    ("releases", "--prune"),
    ("diff", "0.1.0"),
    ("serve", "--no-build", "--port", "0"),
]


def test_where_the_current_release_is_gone_every_command_says_what_to_do_and_a_build_mends_it(published: Place) -> None:
    name = published.current()
    (published.releases / "current").write_text("0.0.9-000000000000\n")
    for command in COMMANDS:
        done = published.ckg(*command, code=2)
        assert "0.0.9-000000000000" in done.stderr
        assert "`ckg build`" in done.stderr
        assert f"`ckg releases --use NAME`: {name}" in done.stderr
    shutil.rmtree(published.releases / name)
    published.ckg("build")
    assert published.current() == name


def test_a_build_and_a_validation_warn_of_what_a_change_left_behind(project: Place) -> None:
    project.change("ontology/terms.ttl", "ex:Promise a", "ex:Pledge a")
    for command, code in (("validate", 0), ("build", 0)):
        done = project.ckg(command, code=code)
        assert "warning: " in done.stderr
        assert "shapes/promises.ttl:" in done.stderr
        assert "ontology#Promise>, which is defined nowhere" in done.stderr
        assert "warning" not in done.stdout


def test_a_difference_of_settings_is_told(published: Place) -> None:
    before = published.current()
    published.change("ckg.toml", '"An example"', '"Another title"')
    published.change("ckg.toml", 'languages = ["en"]', 'languages = ["en", "ja"]')
    published.ckg("build")
    lines = published.ckg("diff", before).stdout.splitlines()
    assert lines[0] == "no statement is different"
    assert {"title: An example -> Another title", "languages: en -> en, ja"} <= set(lines)


def test_releases_are_pruned_when_asked(published: Place) -> None:
    for before, after in (("0.1.0", "0.2.1"), ("0.2.1", "0.2.2")):
        published.change("ckg.toml", f'version = "{before}"', f'version = "{after}"')
        published.ckg("build")
    assert "nothing to delete" in published.ckg("releases", "--prune").stdout
    published.write("ckg.toml", (published.folder / "ckg.toml").read_text() + "\n[build]\nkeep = 2\n")
    assert "release 0.1.0-" in published.ckg("releases", "--prune").stdout
    assert len(published.ckg("releases").stdout.splitlines()) == 2
