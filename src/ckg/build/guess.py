"""A project made of files without a ckg.toml: what it is called, where its IRIs are, what each file is for.

Everything is read off the files themselves, and said, so that people can correct it. Nothing is written.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ckg.build import file_survey, project_files
from ckg.build.file_survey import FileSurvey, Header
from ckg.errors import ProjectError
from ckg.model.config import Project
from ckg.model.prefixes import WELL_KNOWN, Prefixes
from ckg.model.settings import REQUIRED, SETTINGS
from ckg.model.staged import Role

NO_BASE = "https://example.org/"
"""The base of data without IRIs of their own, with the name of the project behind it."""

_MOST_LANGUAGES = 12
_OF_MOST = 0.8  # of the subjects below a base; the rest may lie beside
_WORTH_A_BASE = 0.05  # of all subjects


@dataclass(frozen=True, slots=True)
class GuessedProject:
    """A project as it was guessed: what was guessed, in words, one row each, and the files that were passed over."""

    project: Project
    rows: tuple[tuple[str, str], ...]
    passed_over: tuple[Path, ...] = ()


@dataclass(slots=True)
class _Files:
    """The files that a guess is made from, with their roles, and those that are no RDF.

    `whole` says that they are all files of RDF in `folder`, so that a folder may stand for its files.
    """

    folder: Path
    surveys: dict[Path, FileSurvey] = field(default_factory=dict)
    roles: dict[Path, Role] = field(default_factory=dict)
    passed_over: list[Path] = field(default_factory=list)
    whole: bool = False

    def of(self, *roles: Role) -> list[FileSurvey]:
        return [survey for path, survey in self.surveys.items() if self.roles[path] in roles]


def guess(paths: Sequence[Path]) -> GuessedProject:
    """Return the project that files and folders make, without a ckg.toml.

    Raises `ProjectError` where a path is not there, or where nothing in it is RDF.
    """
    files = _read(paths)
    if not files.of(Role.DATA, Role.ONTOLOGY):
        raise ProjectError(
            f"there is no RDF to publish in {', '.join(map(str, paths))}",
            hint=f"Files of RDF end in {project_files.known_suffixes()}.",
        )
    described = files.of(Role.DATA) or files.of(Role.ONTOLOGY)
    header = _header(files.of(Role.ONTOLOGY, Role.DATA))
    of_what = paths[0].resolve() if len(paths) == 1 else files.folder
    stem = of_what.name if of_what.is_dir() else project_files.without_suffixes(of_what).name
    name = re.sub(r"[^A-Za-z0-9]+", "-", stem).strip("-") or "data"
    subjects = {iri for survey in described for iri in survey.subjects}
    found = base(subjects)
    title = (header and header.title) or re.sub(r"[-_]+", " ", stem).strip().capitalize() or name
    languages = _languages(described)
    values: dict[str, Any] = {
        setting.key: "" if setting.default is REQUIRED else setting.default for setting in SETTINGS
    }
    values |= {
        "project.name": name,
        "project.title": title,
        "project.description": (header and header.description) or "",
        "project.base": found or f"{NO_BASE}{name}/",
        "project.bases": _further_bases(subjects, found),
        "project.version": _version(header),
        "project.license": (header and header.license) or "",
        "project.languages": languages,
        "build.relative_iris": "file",
        "reason.engine": "none",
        "reason.contradictions": "report",
    }
    # Nobody has said yet what the data should be like: what looks wrong is told, and refuses nothing.
    values |= {setting.key: "warning" for setting in SETTINGS if setting.section == "check" and setting.choices}
    entries = {role: _entries(files, role) for role in project_files.ROLES}
    values |= {f"build.{role.value}": listed for role, listed in entries.items()}
    rows = [
        ("title", title + (f"  (<{header.iri}>)" if header and header.title else "  (the name of the files)")),
        ("base", values["project.base"] + ("" if found else "  (made up: the data have no IRIs of one site)")),
        *([("bases", ", ".join(values["project.bases"]))] if values["project.bases"] else []),
        *((role.value, ", ".join(_shown(listed))) for role, listed in entries.items() if listed),
        ("labels", _labels(files.of(Role.DATA, Role.ONTOLOGY))),
        ("languages", ", ".join(languages)),
        ("licence", values["project.license"] or "not said"),
        ("reasoning", "none"),
    ]
    project = Project(files.folder, values, guessed=True)
    return GuessedProject(project, tuple(rows), tuple(files.passed_over))


def _read(paths: Sequence[Path]) -> _Files:
    whole = [path.resolve() for path in paths]
    for path in whole:
        if not path.exists():
            raise ProjectError(f"{path} is not there", hint="Name files or folders of RDF.")
    folders = [path if path.is_dir() else path.parent for path in whole]
    files = _Files(Path(os.path.commonpath(folders)))
    for path in whole:
        left_out = [path / name for name in ("release", *project_files.OTHER_FOLDERS, *project_files.OTHER_FILES)]
        for file in project_files.walk(path, left_out) if path.is_dir() else [path]:
            _take(files, file, named=not path.is_dir())
    read = all(path in files.surveys for path in files.passed_over if project_files.format_of(path))
    files.whole = len(whole) == 1 and whole[0].is_dir() and read
    return files


def _take(files: _Files, path: Path, *, named: bool) -> None:
    """Read a file, or pass it over; one that was `named` must be RDF."""
    form = project_files.format_of(path)
    if form is None:
        if named:
            raise ProjectError(f"{path} is no RDF by its suffix", hint=f"Known: {project_files.known_suffixes()}.")
        if not project_files.is_text(path):
            files.passed_over.append(path)
        return
    survey = file_survey.survey(path, form, files.folder)
    if survey is None and not named:
        files.passed_over.append(path)
        return
    files.surveys[path] = survey or FileSurvey()
    first = path.relative_to(files.folder).parts[0] if path.is_relative_to(files.folder) else ""
    by_folder = next((role for role in project_files.ROLES if role.value == first), None)
    files.roles[path] = by_folder or files.surveys[path].role


def _header(surveys: Iterable[FileSurvey]) -> Header | None:
    """Return what the files say of the whole: the only thing of its kind that has a title, of the most telling kind."""
    headers = [header for survey in surveys for header in survey.headers.values()]
    for kind in file_survey.HEADERS:
        titled = {header.iri: header for header in headers if header.kind == kind and header.title}
        if len(titled) == 1:
            return next(iter(titled.values()))
    return None


def base(subjects: Iterable[str]) -> str | None:
    """Return the base that most subjects have in common, None where they have none of the web.

    >>> base({"http://a.example/kos/1", "http://a.example/kos/2#x", "http://b.example/"})
    'http://a.example/kos/'
    >>> base({"http://a.example/id/1", "http://a.example/id/2"})
    'http://a.example/'
    """
    by_site: dict[str, list[list[str]]] = {}
    for iri in subjects:
        parts = urlsplit(iri)
        if parts.scheme in ("http", "https") and parts.netloc and not iri.startswith(file_survey.PLACEHOLDER):
            by_site.setdefault(f"{parts.scheme}://{parts.netloc}/", []).append(parts.path.split("/")[1:-1])
    if not by_site:
        return None
    site, folders = max(sorted(by_site.items()), key=lambda item: len(item[1]))
    prefix: list[str] = []
    while True:
        following = Counter(folder[len(prefix)] for folder in folders if len(folder) > len(prefix))
        first, times = following.most_common(1)[0] if following else ("", 0)
        if times < _OF_MOST * len(folders) or not re.fullmatch(r"[A-Za-z0-9._~%-]+", first):
            break
        prefix.append(first)
        folders = [folder for folder in folders if folder[: len(prefix)] == prefix]
    if prefix and prefix[-1] == "id":  # things are at `id/` below a base
        prefix.pop()
    return site + "".join(f"{part}/" for part in prefix)


def _further_bases(subjects: Iterable[str], first: str | None) -> list[str]:
    """Return other sites that many subjects lie at, the first base's site under the other scheme included."""
    rest = {iri for iri in subjects if first and not iri.startswith(first)}
    bases: list[str] = []
    total = sum(1 for _ in subjects)
    while (further := base(rest)) is not None:
        inside = {iri for iri in rest if iri.startswith(further)}
        if len(inside) < max(2, _WORTH_A_BASE * total):
            break
        bases.append(further)
        rest -= inside
    return bases


def _version(header: Header | None) -> str:
    said = header.version.replace("-", ".") if header else ""  # a day is a version, and a hyphen ends one
    return said if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._]*", said) else "0"


def _languages(surveys: Iterable[FileSurvey]) -> list[str]:
    counted: Counter[str] = Counter()
    for survey in surveys:
        counted.update(survey.languages)
    ordered = sorted(counted, key=lambda tag: (-counted[tag], tag != "en", tag))
    return ordered[:_MOST_LANGUAGES] or ["en"]


def _labels(surveys: Iterable[FileSurvey]) -> str:
    counted: Counter[str] = Counter()
    for survey in surveys:
        counted.update(survey.labels)
    short = Prefixes(WELL_KNOWN)
    named = [f"{short.curie(iri) or f'<{iri}>'} ({times:,})" for iri, times in counted.most_common(3)]
    return ", ".join(named) or "none: things are called by their IRIs"


def _entries(files: _Files, role: Role) -> list[str]:
    """Return the files of a role as ckg.toml lists them: a folder stands for its files where all have this role."""
    entries: list[str] = []

    def enter(folder: Path, members: Mapping[Path, Role]) -> None:
        if set(members.values()) == {role}:
            entries.append(os.path.relpath(folder, files.folder))
            return
        below: dict[Path, dict[Path, Role]] = {}
        for path, found in members.items():
            inside = path.relative_to(folder).parts
            if len(inside) > 1:
                below.setdefault(folder / inside[0], {})[path] = found
            elif found is role:
                entries.append(os.path.relpath(path, files.folder))
        for inner, inner_members in below.items():
            enter(inner, inner_members)

    if role in files.roles.values():
        if files.whole:
            enter(files.folder, files.roles)
        else:
            entries.extend(os.path.relpath(path, files.folder) for path, found in files.roles.items() if found is role)
    return sorted(entries)


def _shown(entries: Sequence[str]) -> list[str]:
    return [*entries[:5], *([f"and {len(entries) - 5:,} more"] if len(entries) > 5 else [])]
