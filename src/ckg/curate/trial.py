"""Checking a change of files before it is made: the project as it would be, in a folder of its own."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace
from pathlib import Path

from ckg.build import checks, lint, project_files
from ckg.build.inputs import Inputs, prepare
from ckg.build.progress import Silent
from ckg.build.stage_cache import StageCache
from ckg.errors import ProjectWarning
from ckg.model.config import FILE_NAME, Project
from ckg.model.validation_options import ValidationOptions


@dataclass(frozen=True, slots=True)
class TrialResult:
    """What is wrong with the things that a change adds: paragraphs for a terminal; and what is only to be known."""

    faults: tuple[str, ...]
    remarks: tuple[str, ...]


def stage(project: Project, releases: Path) -> Inputs:
    """Stage the files of a project as they are; what has been parsed before is not parsed again."""
    work = releases / ".work"
    return prepare(project, StageCache(work), work, Silent())


def try_out(project: Project, releases: Path, files: Mapping[Path, str], subjects: Set[str]) -> TrialResult:
    """Check a project in which `files` have these texts; return what shapes and checks say of `subjects`.

    The files themselves are not touched. What is wrong elsewhere in the project is not told. Raises
    `SourceSyntaxError` where a text cannot be parsed.
    """
    from ckg.validate import validate  # noqa: PLC0415 - pyshacl is slow to import

    with _shadow(project, files) as shadow:
        inputs = stage(shadow, releases)
        options = ValidationOptions.of(shadow, inputs.prefixes)
        report = validate(inputs.staging, shadow.folder / ".report", options=options)
        ours = [
            result
            for result in report.results
            if _is_of(str(getattr(result.focus_node, "value", "")), subjects, result.files, files, project)
        ]
        lines = checks.line_finder(shadow.folder, shadow.base.iri)
        own = replace(report, results=tuple(ours), line_of=lines)
        violations = {id(result) for result in own.stopping}
        faults = [own.paragraph(result) for result in ours if id(result) in violations]
        remarks = [own.paragraph(result) for result in ours if id(result) not in violations]
        findings = lint.run(shadow, inputs, StageCache(releases / ".work"))
        changed = {shadow.folder / path.relative_to(project.folder) for path in files}
        faults += [_told(finding, shadow, project) for finding in findings.errors if _place(finding) in changed]
        remarks += [_told(finding, shadow, project) for finding in findings.warnings if _place(finding) in changed]
        return TrialResult(tuple(faults), tuple(remarks))


def write(files: Mapping[Path, str]) -> None:
    """Write texts into files, each in one step."""
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.new")
        try:
            beside.write_text(text, encoding="utf-8")
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)


@contextlib.contextmanager
def _shadow(project: Project, files: Mapping[Path, str]) -> Iterator[Project]:
    with tempfile.TemporaryDirectory(prefix="ckg-new-") as name:
        folder = Path(name)
        known = [source.path for source in project_files.find(project).sources]
        settings = project.folder / FILE_NAME
        for path in {*known, *([settings] if settings.is_file() else [])}:
            if path not in files and path.is_relative_to(project.folder):
                link = folder / path.relative_to(project.folder)
                link.parent.mkdir(parents=True, exist_ok=True)
                link.symlink_to(path)
        for path, text in files.items():
            target = folder / path.relative_to(project.folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        yield replace(project, folder=folder)


def _is_of(
    node: str, subjects: Set[str], files: tuple[str, ...], changed: Mapping[Path, str], project: Project
) -> bool:
    """Say whether a node is one of the subjects, or one without a name in a changed file."""
    if node in subjects:
        return True
    names = {path.relative_to(project.folder).as_posix() for path in changed}
    return "://" not in node and not node.startswith("urn:") and bool(names & set(files))


def _place(finding: ProjectWarning) -> Path | None:
    return finding.place.file if finding.place else None


def _told(finding: ProjectWarning, shadow: Project, project: Project) -> str:
    return f"{finding}\n  {finding.hint}".replace(str(shadow.folder), str(project.folder))
