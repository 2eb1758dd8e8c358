"""`ckg verify`: what it prints for people and for programs, and its exit code."""

from __future__ import annotations

import json

from .command import Place


def test_a_sound_release_is_said_to_be_sound(published: Place) -> None:
    name = published.current()
    assert published.ckg("verify").stdout.startswith(f"release {name} is sound")
    said = json.loads(published.ckg("verify", name, "--quick", "--json").stdout)
    assert (said["sound"], said["problems"], said["quick"], said["release"]) == (True, [], True, name)


def test_a_damaged_release_is_named_by_file_with_what_to_do_and_build_makes_it_again(published: Place) -> None:
    path = published.releases / published.current() / "void.ttl"
    path.write_bytes(path.read_bytes()[:-1] + b"#")
    done = published.ckg("verify", "--json", code=1)
    assert json.loads(done.stdout)["problems"] == [{"file": "void.ttl", "message": "changed", "part": "files"}]
    assert "void.ttl: changed" in done.stderr
    assert "ckg build" in done.stderr
    assert "nothing had changed" not in published.ckg("build").stdout
    published.ckg("verify")
    assert "nothing had changed" in published.ckg("build").stdout


def test_a_ledger_that_has_lost_a_thing_is_told(published: Place) -> None:
    path = published.folder / "published.tsv"
    rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    lost = next(row for row in rows if row.startswith("id/"))
    path.write_text("".join(row for row in rows if row != lost), encoding="utf-8")
    done = published.ckg("verify", code=1)
    assert "published.tsv: it does not list <" in done.stderr
    assert lost.strip() in done.stderr


def test_a_release_that_is_not_there_cannot_be_checked(published: Place) -> None:
    assert "there is no release" in published.ckg("verify", "9", code=2).stderr
