"""What goes where: results to standard output, progress to a terminal only, and nothing else."""

from __future__ import annotations

import os
import pty
import subprocess

from .command import CKG, SECONDS, Place


def test_a_build_is_quiet_when_piped(project: Place) -> None:
    done = project.ckg("build")
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 4


def test_a_build_shows_its_stages_on_a_terminal(project: Place) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen([CKG, "build"], cwd=project.folder, stdout=subprocess.PIPE, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                chunk = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            if not chunk:
                break
            shown += chunk
        assert process.wait(SECONDS) == 0
    os.close(ours)
    for stage in (b"validate", b"reason", b"evidence", b"publish"):
        assert stage in shown


def test_a_reader_that_has_seen_enough_is_no_error(published: Place) -> None:
    many = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    for arguments in (["dump"], ["query", many, "--format", "csv"]):
        with subprocess.Popen(
            [CKG, *arguments], cwd=published.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.read(1)
            process.stdout.close()
            told = process.stderr.read().decode()
            process.wait(SECONDS)
        assert told == ""
