"""The one place that knows the order of the stages and joins them."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path

from ckg.build import checks, graphs_index, publish, rates
from ckg.build.cache import StageCache, key
from ckg.build.inputs import Inputs, code, prepare
from ckg.build.judged import Judged
from ckg.build.outlook import Timed
from ckg.build.progress import Progress, Silent
from ckg.build.tasks import Task, guarded, results
from ckg.model.config import Project
from ckg.model.prefixes import Prefixes
from ckg.model.staged import Role, StagedGraph
from ckg.release import layout, pages_folder
from ckg.release.current import CURRENT, Releases
from ckg.release.layout import Release
from ckg.release.pages_folder import PagesFiles

WORK = ".work"
REJECTED = "rejected"
_NAMES = "names.json"


@dataclass(frozen=True, slots=True)
class Built:
    """What a build came to: the release that is now current, and whether it was there already."""

    release: Release
    unchanged: bool


@dataclass(frozen=True)
class Build:
    """A build of `project` into the folder of releases `root`.

    `texts` is a folder with the source texts that quotations are held against, or None.
    """

    project: Project
    root: Path
    texts: Path | None = None
    progress: Progress = Silent()  # noqa: RUF009 - it has no state

    @cached_property
    def cache(self) -> StageCache:
        """The results of stages, which lie beside the releases."""
        return StageCache(self.root / WORK)

    @cached_property
    def told(self) -> Progress:
        """The progress, and the memory of how fast the stages are."""
        return Timed(self.progress, rates.Rates(self.root / WORK / rates.NAME))

    def run(self) -> Built:
        """Make a release of the project and let it be the current one.

        Where nothing has changed since a release was made, that release is made current again. Raises whatever keeps
        the project from being published; the current release then stays as it is.
        """
        releases = Releases(self.root)
        with releases.building():
            inputs = self.inputs()
            pages = self._pages(inputs)
            judged = self.judge(inputs)
            name, _ = publish.release_name(self.project, judged, pages)
            there = any(release.id == name for release in releases.all())
            if not there:
                predecessor = releases.current() if (self.root / CURRENT).exists() else None
                with releases.making(name) as folder, guarded("publish"):
                    publish.fill(folder, self.project, judged, pages, predecessor, progress=self.told)
            release = releases.switch(name)
            self.cache.sweep()
        return Built(release, unchanged=there)

    def inputs(self) -> Inputs:
        """Stage every file of the project. Raises `ProjectError`, `SourceSyntaxError`, `StageFailed`."""
        with guarded("stage"):
            return prepare(self.project, self.cache, self.root / WORK, self.told)

    def _pages(self, inputs: Inputs) -> PagesFiles:
        """Return the files of the project's pages folder, checked where they have changed. Raises `ProjectError`."""
        found = pages_folder.read(self.project.folder)
        if not found.files:
            return found
        checked = key(code("build", "model", "pages", "query"), found.digest, sorted(inputs.prefixes.items()))
        result = self.cache.find("pages", checked) or self.cache.make(
            "pages", checked, partial(_check_pages, self.project.folder / layout.PAGES, inputs.prefixes)
        )
        return replace(found, names=tuple(json.loads((result / _NAMES).read_text(encoding="utf-8"))))

    def judge(self, inputs: Inputs) -> Judged:
        """Run the gate: validation, reasoning and the check of quotations, side by side.

        Raises `ShapesViolated`, `Inconsistent`, `QuotationNotFound`, or what keeps a stage from running.
        """
        threads = max(1, inputs.processes // 2)  # two stages use as many as they get, and get in each other's way
        tasks = [self._validation(inputs, threads), self._reasoning(inputs, threads), self._evidence(inputs)]
        report, closure, evidence = results(tasks, self.cache, self.told, processes=inputs.processes)
        return Judged(inputs, report, evidence, closure, graphs_index.read(closure)[0])

    def closure(self, inputs: Inputs) -> StagedGraph:
        """Return the inferred graph alone, whether the data conform or not. Raises `Inconsistent`."""
        (folder,) = results([self._reasoning(inputs)], self.cache, self.told, processes=1)
        return graphs_index.read(folder)[0]

    def _validation(self, inputs: Inputs, threads: int) -> Task:
        engine = str(self.project.get("validate.engine"))
        return Task(
            "validate",
            key(code("validate", "model"), inputs.digest, engine),
            checks.validate,
            (inputs.staging, engine, threads, self.root / REJECTED),
            sum(graph.triples for graph in inputs.staging.of(Role.DATA, Role.ONTOLOGY)),
            "triples",
        )

    def _reasoning(self, inputs: Inputs, threads: int | None = None) -> Task:
        given = self.project.get
        graph, engine = self.project.base.inferred_graph, given("reason.engine")
        published = {
            "expanded": given("reason.names") == "all",
            "unnamed": given("reason.unnamed"),
            "base": self.project.base.iri,
        }
        options = {"engine": engine, "memory_limit": f"{given('build.memory')}MB", "threads": threads}
        return Task(
            "reason",
            key(code("reason", "model"), inputs.digest, engine, graph, published),
            checks.reason,
            (inputs.staging, graph, published, options),
            sum(graph.triples for graph in inputs.staging.of(Role.DATA, Role.ONTOLOGY)),
            "triples",
        )

    def _evidence(self, inputs: Inputs) -> Task:
        texts = self.texts
        files = sorted(path for path in texts.rglob("*") if path.is_file()) if texts and texts.is_dir() else []
        seen = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
        return Task(
            "evidence",
            key(code("build", "model"), inputs.digest, texts, seen),
            checks.hold_against_texts,
            (inputs.staging, texts),
            sum(graph.triples for graph in inputs.staging.of(Role.DATA)),
            "triples",
        )


def _check_pages(folder: Path, prefixes: Prefixes, into: Path) -> None:
    (into / _NAMES).write_text(json.dumps(checks.pages(folder, prefixes)), encoding="utf-8")
