"""The stages up to the point where a build knows its inputs: staged graphs and prefixes."""

from __future__ import annotations

import functools
import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import ckg
from ckg.build import checks, contexts, declared_prefixes, graphs_index, project_files, shape_prefixes, sheets, staging
from ckg.build.fingerprints import Fingerprints
from ckg.build.progress import Progress
from ckg.build.stage_cache import StageCache, key
from ckg.build.tasks import Task, results
from ckg.errors import ProjectWarning, SourceSyntaxError
from ckg.model.config import Project
from ckg.model.prefixes import Prefixes
from ckg.model.staged import Role, Staging
from ckg.process_jobs import cores

_TOLD = 50  # files that cannot be read; what one fault of many files is, is clear by then
_WORTH_A_PROCESS_BYTES = 4 << 20  # bytes of source files; below, starting processes takes longer than the work


@dataclass(frozen=True, slots=True)
class Inputs:
    """What every later stage starts from.

    `digest` identifies the staged graphs, names and roles included; `warnings` is what there is to say of the files.
    """

    staging: Staging
    prefixes: Prefixes
    digest: str
    warnings: tuple[ProjectWarning, ...] = ()

    @property
    def processes(self) -> int:
        """How many processes the later stages may use; small projects are faster in one."""
        return cores() if self.staging.triples > 60_000 else 1


def prepare(project: Project, cache: StageCache, work: Path, progress: Progress) -> Inputs:
    """Parse what has changed since the last build and return the staged graphs of all files.

    `work` is the folder that remembers hashes of files between builds. Raises `ProjectError`, `SourceSyntaxError`.
    """
    files = project_files.find(project)
    found = files.sources
    if project.get("build.sheets"):
        schema = tuple(source for source in found if source.role is not Role.DATA)
        staged = _stage(project, schema, cache, work, progress)
        found += sheets.compiled(project, staged, declared_prefixes.declared(project, staged), work)
    staged = _stage(project, found, cache, work, progress)
    prefixes = declared_prefixes.declared(project, staged)
    return Inputs(staged, prefixes, digest(staged), () if project.guessed else files.warnings(project.folder))


def _stage(
    project: Project, found: tuple[project_files.SourceFile, ...], cache: StageCache, work: Path, progress: Progress
) -> Staging:
    fingerprints = Fingerprints(work / "fingerprints.json")
    stamp = code("build", "model")

    def needs(source: project_files.SourceFile) -> list[tuple[str, str]]:
        """Return the files that a source may refer to, with their fingerprints."""
        found = contexts.files(source) if source.format.refers_to_files else []
        return [(str(path), fingerprints.of(path)) for path in found]

    tasks = [
        Task(
            "file",
            key(
                stamp,
                source.base,
                source.graph,
                source.relative,
                source.role,
                fingerprints.of(source.path),
                needs(source),
            ),
            checks.stage,
            (source, project.base),
            source.path.stat().st_size,
            "bytes",
            source.relative,
        )
        for source in found
    ]
    merged_key = key(stamp, *(task.inputs for task in tasks))
    merged = cache.find("staged", merged_key)
    if merged is None:
        processes = cores() if sum(task.size for task in tasks) > _WORTH_A_PROCESS_BYTES else 1
        folders = results(tasks, cache, progress, processes=processes, again=True)
        _raise_for_broken(folders)
        progress.begin("merge", sum(task.size for task in tasks), "bytes")
        merged = cache.make("staged", merged_key, functools.partial(_merge, found, folders))
        progress.end("merge", "")
    else:
        for task in tasks:
            cache.keep(task.stage, task.inputs)
    fingerprints.save()
    return Staging(graphs_index.read(merged))


def _merge(found: tuple[project_files.SourceFile, ...], folders: list[Path], into: Path) -> None:
    pieces = [(source, staging.pieces(folder)) for source, folder in zip(found, folders, strict=True)]
    with TemporaryDirectory(dir=into) as folder:
        graphs_index.write(into, staging.merge([*pieces, *shape_prefixes.added(pieces, Path(folder))], into))


def _raise_for_broken(folders: list[Path]) -> None:
    """Raise `SourceSyntaxError` that tells of every file that cannot be read; nothing is kept of these."""
    found = [(folder, error) for folder in folders if (error := staging.broken(folder)) is not None]
    for folder, _ in found:
        shutil.rmtree(folder)
    if len(found) == 1:
        raise found[0][1]
    if found:
        rows = "".join(f"\n  {error}{f' {error.hint}' if error.hint else ''}" for _, error in found[:_TOLD])
        more = f"\n  and {len(found) - _TOLD} more" if len(found) > _TOLD else ""
        raise SourceSyntaxError(f"{len(found)} files cannot be read:{rows}{more}")


def digest(staged: Staging) -> str:
    """Return a hash of the names, roles, contents and files of staged graphs."""
    return key(*((graph.name, graph.role.value, graph.sha256, graph.sources) for graph in staged.graphs))


@functools.cache
def code(*packages: str) -> str:
    """Return a hash of the source code of packages of ours: a result made by other code is not used again."""
    root = Path(ckg.__file__).parent
    summary = hashlib.sha256(ckg.__version__.encode())
    for package in packages:
        for path in sorted((root / package).rglob("*.py")):
            if path.is_relative_to(root / "dataset"):  # code of the shipped project, which its own inputs stand for
                continue
            summary.update(path.read_bytes())
    return summary.hexdigest()
