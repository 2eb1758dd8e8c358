"""What a project has published before: its ledger, read when a build begins and brought up to date when it ends."""

from __future__ import annotations

from pathlib import Path

import ckg
from ckg.errors import ProjectWarning, ReleaseError, SourceLocation
from ckg.formats import N_TRIPLES
from ckg.model.config import Project
from ckg.release import ledger, manifest, withdrawn
from ckg.release.layout import Release
from ckg.release.ledger import Ledger
from ckg.release.things import Things


def known(project: Project, predecessor: Release | None) -> tuple[Ledger, tuple[ProjectWarning, ...]]:
    """Return the ledger of a project, and what there is to say about it.

    A project that has none, because it is new or was published before there were ledgers, takes over what its
    predecessor, the release served until now, has and lists as withdrawn. Raises `ProjectError`.
    """
    if project.guessed:
        return Ledger(), ()
    path = project.folder / ledger.NAME
    found = ledger.read(path, project.base)
    if found is not None:
        return found, ()
    if predecessor is None:
        return Ledger(), ()
    try:
        manifest.verify(predecessor, deep=False)
    except ReleaseError as error:
        return Ledger(), (
            ProjectWarning(
                f"{ledger.NAME}, the list of everything ever published, is not there, and {error}",
                SourceLocation(path),
                "So what earlier releases had, and this one has not, answers 404 instead of 410. If the list is lost, "
                "take it back from version control and build again.",
            ),
        )
    if predecessor.about.base != project.base.iri:
        return Ledger(), ()
    gone = withdrawn.read(predecessor.withdrawn)
    taken = ledger.of_release(predecessor.dump(N_TRIPLES), gone, predecessor.base, predecessor.about.version)
    warning = ProjectWarning(
        f"{ledger.NAME}, the list of everything ever published, was not there; it begins with what the release "
        f"{predecessor.id} has ({len(taken.plain | taken.rows.keys() - gone.keys()):,} things) and lists as withdrawn "
        f"({len(gone):,})",
        SourceLocation(path),
        "Put the file under version control. If it was there and is lost, take it back from there and build again.",
    )
    return taken, (warning,)


def record(project: Project, there: Things, before: Ledger) -> tuple[ProjectWarning, ...]:
    """Bring the ledger of a project up to date after a release with these things; return what there is to say.

    The file is read again, because another build may have written it meanwhile. The data set that an installed package
    carries is never written to, nor is a folder without a ckg.toml. A folder that cannot be written is a warning: the
    release itself is right.
    """
    path = project.folder / ledger.NAME
    if project.guessed or project.folder.is_relative_to(Path(ckg.__file__).parent):
        return ()
    now = ledger.read(path, project.base) or before
    try:
        ledger.write(path, now.after(there, project.base, project.version))
    except OSError as error:
        return (
            ProjectWarning(
                f"the list of everything ever published cannot be written: {error.strerror or error}",
                SourceLocation(path),
                "Let this user write there and build again. Until then things that are new in this release, if they "
                "are taken out again, answer 404 instead of 410.",
            ),
        )
    return ()
