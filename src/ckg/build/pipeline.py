"""The one place that knows the order of the stages and joins them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path

from ckg.build import base_change, checks, data_addresses, extras, graphs_index, lint, ontology_changes, shape_places
from ckg.build.data_addresses import DataAddresses
from ckg.build.fingerprints import Fingerprints
from ckg.build.gate_result import GateResult
from ckg.build.inputs import Inputs, code, prepare
from ckg.build.progress import Progress, Silent
from ckg.build.stage_cache import StageCache, key
from ckg.build.tasks import Task, guarded, results
from ckg.errors import (
    ConfigError,
    PartsDisagree,
    ProjectWarning,
    ReleaseError,
    SourceLocation,
    StatementError,
)
from ckg.model.config import FILE_NAME, Project, line_of
from ckg.model.prefixes import Prefixes
from ckg.model.staged import Role, StagedGraph
from ckg.model.validation_options import ValidationOptions
from ckg.reason.spark.cluster import Cluster
from ckg.release import history, layout, ledger, manifest, owner, pages_folder, things, verification, withdrawn
from ckg.release.current import Releases
from ckg.release.dumps import PUBLISHED
from ckg.release.layout import Release
from ckg.release.ledger import Ledger
from ckg.release.owner import Owner
from ckg.release.pages_folder import PagesFiles
from ckg.release.things import Things

WORK = ".work"
REJECTED = "rejected"
_NAMES = "names.json"
_MOST_INFERRED = 1_000_000
_MOST_INFERRED_TIMES = 10


@dataclass(frozen=True, slots=True)
class Built:
    """What a build came to: the release that is now current, and whether it was there already.

    `warnings` is what the people of the project should know, `removed` the names of older releases that went,
    `addresses` where the subjects of the data lie.
    """

    release: Release
    unchanged: bool
    addresses: DataAddresses
    warnings: tuple[ProjectWarning, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Build:
    """A build of `project` into the folder of releases `root`.

    `texts` is a folder with the source texts that quotations are held against, or None. With `adopt` the folder of
    releases and the ledger may have belonged to a project of another name or base.
    """

    project: Project
    root: Path
    texts: Path | None = None
    progress: Progress = Silent()  # noqa: RUF009 - it has no state
    adopt: bool = False

    @cached_property
    def cache(self) -> StageCache:
        """The results of stages, which lie beside the releases."""
        return StageCache(self.root / WORK)

    def run(self) -> Built:
        """Make a release of the project and let it be the current one.

        Where nothing has changed since a release was made, that release is made current again; where one of its files
        has changed, it is made anew. No release becomes current whose parts do not agree (`release.verify`). Raises
        whatever keeps the project from being published; the current release then stays as it is.
        """
        extras.require()
        releases = Releases(self.root)
        owner.check_name(releases, self.project, adopt=self.adopt)  # before anything is written there
        with releases.building():
            latest = releases.latest()
            known, warnings = history.known(self.project, latest)
            inputs = self.inputs()
            warnings += self._base_warnings(releases, known, inputs)
            pages = self._pages(inputs)
            addresses = data_addresses.survey(self.project, inputs, self.cache)
            warnings += addresses.warnings
            judged = self.judge(inputs)
            warnings += self._of_shapes(judged)
            findings = lint.run(self.project, inputs, self.cache)
            findings.raise_for_errors()
            warnings += findings.warnings
            there = self._things(judged)
            gone = withdrawn.encode(known.withdrawn(there), self.project.base)
            from ckg.build import publish  # noqa: PLC0415 - `ckg validate` publishes nothing, and starts sooner

            name, _ = publish.release_name(self.project, judged, gone, pages)
            is_there = any(release.id == name and _is_sound(release) for release in releases.all())
            if not is_there:
                self._make(releases, name, judged, gone, pages)
            warnings += history.record(self.project, there, known)
            owner.record(releases, self.project)
            release = releases.switch(name)
            removed = releases.prune(int(self.project.get("build.keep")))
            self.cache.sweep()
        return Built(release, is_there, addresses, warnings, removed)

    def _base_warnings(self, releases: Releases, known: Ledger, inputs: Inputs) -> tuple[ProjectWarning, ...]:
        """Refuse another base than before, or with `adopt` say what it means. Raises `ReleaseError`."""
        before = owner.read(releases)
        now = Owner.of(self.project)
        old = before.base if before and before.base != now.base else known.base
        if old in ("", now.base):
            return ()
        subjects, in_new, in_old = base_change.below(inputs, now.base, old)
        means = (
            f"the base of the IRIs was {old} and is {now.base}: {subjects - in_new:,} of {subjects:,} subjects of the "
            f"data are not below the new base ({in_old:,} are below the old one), and what is not below it has no "
            "address here and no place in the sitemap"
        )
        settings = self.project.folder / FILE_NAME
        place = SourceLocation(settings, line_of(settings, "project.base"))
        if self.adopt:
            return (
                ProjectWarning(means, place, "Addresses below the old base have to be redirected by who serves them."),
            )
        raise ReleaseError(
            means,
            place=place,
            hint=f"Put the old base back; or, where the site has moved, let the data name the new one and build with "
            f"`ckg build --adopt`: {self.root} and {ledger.NAME} then go over to the new base.",
        )

    def _of_shapes(self, judged: GateResult) -> tuple[ProjectWarning, ...]:
        """Return a warning for each thing in the shapes that is not evaluated."""
        staging = judged.inputs.staging
        report = judged.report / layout.REPORT_JSON
        return tuple(shape_places.of_report(self.project.folder, staging, self.project.base.iri, report))

    def _things(self, judged: GateResult) -> Things:
        """Return the things that the release will have."""
        base = self.project.base
        graphs = judged.inputs.staging.with_graphs([judged.inferred]).of(*PUBLISHED)
        stamp = key(code("release", "model"), base.iri, *((graph.name, graph.sha256) for graph in graphs))

        def find(into: Path) -> None:
            found = things.of([(graph.path, graph.name) for graph in graphs], base)
            ledger.write(into / ledger.NAME, Ledger().after(found, base, ""))

        kept = ledger.read(self.cache.make("things", stamp, find) / ledger.NAME, base)
        assert kept is not None
        return Things(kept.plain | kept.rows.keys(), kept.rows)

    def _make(self, releases: Releases, name: str, judged: GateResult, gone: bytes, pages: PagesFiles) -> None:
        predecessor = next(iter(releases.served()), None)
        try:
            self._attempt(releases, name, judged, gone, pages, predecessor=predecessor, anew=False)
        except PartsDisagree:
            if predecessor is None:
                raise
            # What is wrong may have been taken over from the release before.
            self._attempt(releases, name, judged, gone, pages, predecessor=predecessor, anew=True)

    def _attempt(
        self,
        releases: Releases,
        name: str,
        judged: GateResult,
        gone: bytes,
        pages: PagesFiles,
        *,
        predecessor: Release | None,
        anew: bool,
    ) -> None:
        from ckg.build import publish  # noqa: PLC0415 - see above

        with releases.making(name) as folder, guarded("publish"):
            publish.fill(
                folder,
                self.project,
                judged,
                gone=gone,
                pages=pages,
                predecessor=predecessor,
                progress=self.progress,
                anew=anew,
            )
            triples = judged.inputs.staging.triples
            self.progress.begin("verify", triples, "triples")
            found = verification.verify(Release(folder), name=name, quick=True)
            self.progress.end("verify", "")
            found.raise_for_problems(
                f"The current release is untouched. Build again; if the same is said, delete {self.root / WORK} "
                "and look whether the disk is sound."
            )

    def inputs(self) -> Inputs:
        """Stage every file. Raises `ExtraMissing`, `ProjectError`, `SourceSyntaxError`, `StageFailed`."""
        extras.require()
        with guarded("stage"):
            return prepare(self.project, self.cache, self.root / WORK, self.progress)

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

    def judge(self, inputs: Inputs) -> GateResult:
        """Run the gate: validation, reasoning and the check of quotations, side by side.

        Raises `ShapesViolated`, `Inconsistent`, `QuotationNotFound`, or what keeps a stage from running.
        """
        threads = max(1, inputs.processes // 2)  # two stages use as many as they get, and get in each other's way
        tasks = [self._validation(inputs, threads), self._reasoning(inputs, threads), self._evidence(inputs)]
        report, closure, evidence = self._results(tasks, inputs, inputs.processes)
        own_rules = key(*checks.rules(self.project.folder, inputs.prefixes))
        changes = ontology_changes.find(self.project, inputs, self.cache, self.root / WORK)
        return GateResult(inputs, report, evidence, closure, graphs_index.read(closure)[0], own_rules, changes)

    def closure(self, inputs: Inputs) -> StagedGraph:
        """Return the inferred graph alone, whether the data conform or not. Raises `Inconsistent`."""
        (folder,) = self._results([self._reasoning(inputs)], inputs, 1)
        return graphs_index.read(folder)[0]

    def _results(self, tasks: list[Task], inputs: Inputs, processes: int) -> list[Path]:
        """Return the folders of some results; an error about a statement gets its file and line."""
        try:
            return results(tasks, self.cache, self.progress, processes=processes)
        except StatementError as error:
            raise shape_places.placed(error, self.project.folder, inputs.staging, self.project.base.iri) from error

    def _validation(self, inputs: Inputs, threads: int) -> Task:
        options = ValidationOptions.of(self.project, inputs.prefixes)
        base = self.project.base.iri
        return Task(
            "validate",
            key(code("validate", "model"), inputs.digest, options),
            checks.validate,
            (inputs.staging, options, threads, self.root / REJECTED, self.project.folder, base),
            sum(graph.triples for graph in inputs.staging.of(Role.DATA, Role.ONTOLOGY)),
            "triples",
        )

    def _reasoning(self, inputs: Inputs, threads: int | None = None) -> Task:
        given = self.project.get
        graph = self.project.base.inferred_graph
        published = {
            "expanded": given("reason.same_as") == "expand",
            "anonymous_types": given("reason.anonymous_types"),
            "base": self.project.base.iri,
        }
        rules = checks.rules(self.project.folder, inputs.prefixes)
        memory = f"{given('build.memory')}MB"
        ways = {
            "engine": given("reason.implementation"),
            "profile": given("reason.engine"),
            "contradictions": given("reason.contradictions"),
            "on_demand": _iris(given("reason.on_demand"), inputs.prefixes, self.project.folder / FILE_NAME),
        }
        reasoned = sum(graph.triples for graph in inputs.staging.of(Role.DATA, Role.ONTOLOGY, Role.CONTEXT))
        most = given("reason.most_inferred") or max(_MOST_INFERRED, _MOST_INFERRED_TIMES * reasoned)
        options = {**ways, "most_inferred": most, "memory_limit": memory, "threads": threads, "own_rules": rules}
        options["cluster"] = self._cluster()
        return Task(
            "reason",
            key(code("reason", "model"), inputs.digest, ways, graph, published, *rules),
            checks.reason,
            (inputs.staging, graph, published, options),
            sum(graph.triples for graph in inputs.staging.of(Role.DATA, Role.ONTOLOGY)),
            "triples",
        )

    def _cluster(self) -> Cluster:
        """Return where Spark runs, if it is asked for."""
        master, folder, properties = (self.project.get(f"spark.{name}") for name in ("master", "folder", "properties"))
        options = dict(row.split("=", 1) for row in properties)
        return Cluster(master, self.project.folder / folder if folder else None, options)

    def _evidence(self, inputs: Inputs) -> Task:
        texts = self.texts
        files = sorted(path for path in texts.rglob("*") if path.is_file()) if texts and texts.is_dir() else []
        fingerprints = Fingerprints(self.root / WORK / "texts.json")
        seen = [(str(path), fingerprints.of(path)) for path in files]
        fingerprints.save()
        quoted_percent = self.project.get("build.quoted_percent")
        return Task(
            "evidence",
            key(code("build", "model"), inputs.digest, texts, seen, quoted_percent),
            checks.check_quotations,
            (inputs.staging, texts, quoted_percent),
            sum(graph.triples for graph in inputs.staging.of(Role.DATA)),
            "triples",
        )


def _is_sound(release: Release) -> bool:
    """Whether every file of a release is the one that was made."""
    try:
        manifest.verify(release, deep=True)
    except (ReleaseError, KeyError, TypeError, ValueError):
        return False
    return True


def _iris(names: Sequence[str], prefixes: Prefixes, settings: Path) -> tuple[str, ...]:
    """Return the terms that `reason.on_demand` names, as tokens. Raises `ConfigError` for an unknown prefix."""
    found = []
    for name in names:
        iri = name if "://" in name else prefixes.expand(name)
        if iri is None:
            raise ConfigError(
                f"`reason.on_demand` names {name!r}, whose prefix is not declared",
                key="reason.on_demand",
                place=SourceLocation(settings, line_of(settings, "reason.on_demand")),
                hint="Write the whole IRI.",
            )
        found.append(f"<{iri}>")
    return tuple(found)


def _check_pages(folder: Path, prefixes: Prefixes, into: Path) -> None:
    (into / _NAMES).write_text(json.dumps(checks.pages(folder, prefixes)), encoding="utf-8")
