"""From judged inputs to the files of a release: graphs, dumps, store, search index, catalogue, manifest."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

from ckg import allocator
from ckg.build import graphs_index
from ckg.build.gate_result import GateResult
from ckg.build.inputs import code
from ckg.build.progress import Progress
from ckg.build.stage_cache import copy_tree, key
from ckg.build.tasks import Shown
from ckg.copying import copy
from ckg.model.config import Project
from ckg.model.iris import Base
from ckg.model.staged import Role, StagedGraph, Staging
from ckg.model.validation_options import ValidationOptions
from ckg.process_jobs import Job, ResultOf, run
from ckg.release import catalogue, description, dumps, layout, manifest, store, withdrawn
from ckg.release.counts import Counts
from ckg.release.layout import ProjectMetadata, Release
from ckg.release.pages_folder import PagesFiles
from ckg.release.search import index

_WAYS_OF_REASONING = ("engine", "implementation", "contradictions", "on_demand", "same_as", "anonymous_types")


def release_name(project: Project, judged: GateResult, gone: bytes, pages: PagesFiles) -> tuple[str, str]:
    """Return the name of the release that would be made, and the hash of everything that it depends on.

    `gone` is what its withdrawn.json will hold: all of the ledger that it depends on.

    The name is the version and the beginning of the hash; two builds of the same inputs have the same name.
    """
    about = ProjectMetadata.of(project, judged.inputs.prefixes)
    evidence = (judged.evidence / layout.EVIDENCE).read_bytes()
    ways = [project.get(f"reason.{name}") for name in _WAYS_OF_REASONING]
    ways.append(ValidationOptions.of(project, judged.inputs.prefixes))
    said = sorted(asdict(about).items(), key=str)
    rest = (judged.rules, judged.changes)
    inputs = key(code("."), judged.inputs.digest, said, evidence, ways, gone, pages.digest, *rest)
    return f"{project.version}-{inputs[:12]}", inputs


def fill(
    folder: Path,
    project: Project,
    judged: GateResult,
    *,
    gone: bytes,
    pages: PagesFiles,
    predecessor: Release | None,
    progress: Progress,
    anew: bool = False,
) -> None:
    """Write everything that belongs to the release into an empty folder, the manifest last. Raises `StageFailed`.

    `gone` is what withdrawn.json holds, `predecessor` the release whose store may be gone on from; with `anew` the
    store is loaded all the same.
    """
    name, inputs = release_name(project, judged, gone, pages)
    about = ProjectMetadata.of(project, judged.inputs.prefixes)
    about.write(folder / layout.PROJECT)
    staging = _place_graphs(folder, judged)
    for result in (judged.report, judged.evidence, judged.closure):
        copy_tree(result, folder, leave=(graphs_index.NAME, judged.inferred.path.name))
    withdrawn.write(gone, folder)
    pages.copy(folder)
    if judged.changes:
        (folder / layout.ONTOLOGY_CHANGES).write_bytes(judged.changes)
    (folder / layout.DUMPS).mkdir()
    jobs = _parts(folder, staging, about, predecessor, names=pages.names, anew=anew)
    shown = Shown({job.name: ("publish", staging.triples, "triples") for job in jobs}, progress)
    results = run(jobs, processes=judged.inputs.processes, done=shown.done, reported=shown.reported)
    progress.begin("finish", staging.triples, "triples")
    made = dumps.finish(results.values(), folder / layout.DUMPS)
    held = results[dumps.OF_UNION].counts
    catalogue.write(about, staging, made, held, folder)
    union = results[dumps.UNION].path
    described = folder / layout.DESCRIPTION
    description.write(folder / layout.STORE, folder / layout.VOID, Base(about.base), about.prefixes, described)
    stored = store.describe(results["store"], folder / layout.STORE, staging, union, described)
    manifest.write(
        folder,
        release=name,
        inputs=inputs,
        staging=staging,
        counts=_counts(staging, held),
        store=stored.record,
        known={dump.path: dump.sha256 for dump in made if not dump.omitted},
    )
    progress.end("finish", f"{len(made)} dumps")


def _place_graphs(folder: Path, judged: GateResult) -> Staging:
    """Put the staged graphs into the release, numbered in the order of their names."""
    target = folder / layout.GRAPHS
    target.mkdir()
    placed: list[StagedGraph] = []
    for number, graph in enumerate(judged.inputs.staging.published.with_graphs([judged.inferred]).graphs):
        path = target / f"{number:04d}.nq"
        copy(graph.path, path)
        placed.append(replace(graph, path=path))
    return Staging(tuple(placed))


def _parts(
    folder: Path,
    staging: Staging,
    about: ProjectMetadata,
    predecessor: Release | None,
    *,
    names: tuple[str, ...],
    anew: bool,
) -> list[Job]:
    """Return the jobs that make dumps, store and search index.

    Those that take longest come first, so that the last ones are short: then all processes end at about the same time.
    """
    base = Base(about.base)
    union = ResultOf(dumps.UNION)
    first, second, *others = dumps.jobs(staging, folder / layout.DUMPS, about.name, prefixes=about.prefixes, base=base)
    naming = index.Naming(names, about.languages[0])
    stored = (staging, union, folder / layout.STORE, None if anew else predecessor)
    return [
        first,
        Job("store", store.build, stored, allocator.environment()),
        second,
        Job("search index", index.build, (union, folder / layout.SEARCH, staging, base, naming)),
        *others,
    ]


def _counts(staging: Staging, held: Counts) -> dict[str, int]:
    published = [role for role in Role if role is not Role.CONTEXT]
    by_role = {role.value: sum(graph.triples for graph in staging.of(role)) for role in published}
    return {
        "triples": held.triples,
        "entities": held.entities,
        "classes": len(held.classes),
        "properties": len(held.properties),
        "graphs": len(staging.graphs),
        **by_role,
    }
