"""A release put into a SPARQL endpoint: loaded beside what is served, held against the release, then switched to.

Where all releases share a data set, each graph is first loaded under a name of its own, and one update moves them to
their places, says which release is there, and drops what the release before had: one transaction for an engine that has
such. For one that has none, the update begins by saying that no release is there, so that `ckg serve` refuses to answer
meanwhile. Where each release has a data set, that says so when it is whole. Whatever ends a push, it may be repeated:
what is there and right is not sent again.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import quote, unquote

import pyoxigraph as ox

from ckg.backends.release import ReleaseData
from ckg.backends.sparql_endpoint.data_sets import FusekiDataSets
from ckg.backends.sparql_endpoint.dialects import SERVICE_PREFIX, STATE_GRAPH
from ckg.backends.sparql_endpoint.endpoint import (
    BLANK_NODES,
    GENERATION,
    PUSHED_AT,
    RELEASE,
    SERVED,
    Endpoint,
    EndpointRefused,
    ReleaseState,
    solutions,
)
from ckg.backends.sparql_endpoint.endpoint_settings import EndpointSettings
from ckg.backends.sparql_endpoint.endpoint_writer import EndpointWriter
from ckg.backends.sparql_endpoint.loading import GraphSums, GraphToLoad, graphs_to_load
from ckg.backends.sparql_endpoint.spooled_body import SpooledBody
from ckg.errors import EndpointUnusable, EngineAway, QueryError

LOADING_PREFIX: Final = f"{SERVICE_PREFIX}loading:"
"""What the name of a graph begins with that is being loaded; the release and the graph's own name follow."""

_OWN: Final = f"{SERVICE_PREFIX}own"
_GRAPH: Final = f"{SERVICE_PREFIX}graph"
_BEGUN_AT: Final = f"{SERVICE_PREFIX}begunAt"
_DEFAULT: Final = f"{SERVICE_PREFIX}default"
_SHOWN: Final = 5
_LOOK_S: Final = 60.0
_BATCH_MAX_BYTES: Final = 64 << 20


@dataclass
class PushReport:
    """What a push did, or, `dry`, would do: graphs and triples sent, graphs that were there, and what was removed."""

    release: str
    endpoint: str
    dry: bool = False
    sent_graphs: int = 0
    sent_triples: int = 0
    kept_graphs: int = 0
    graphs: int = 0
    triples: int = 0
    switched: bool = False
    before: str = ""
    removed: list[str] = field(default_factory=list)
    seconds: float = 0.0


class _Batch:
    """Graphs that are sent together, as N-Quads; of the `dirty` ones something is there."""

    def __init__(self) -> None:
        self.quads = SpooledBody()
        self.graphs: list[tuple[str, str, GraphSums]] = []
        self.dirty: list[str] = []

    def add(self, name: str, shown: str, graph: GraphToLoad, *, is_dirty: bool) -> None:
        graph.as_quads(name, self.quads)
        self.graphs.append((name, shown, graph.sums))
        self.dirty += [name] if is_dirty else []


class Push:
    """One push of a release to an endpoint; `tell` hears of each graph. `close` it."""

    def __init__(self, settings: EndpointSettings, data: ReleaseData, tell: Callable[[str], None]) -> None:
        if not settings.update or not settings.graph_store or settings.dialect.name == "qlever":
            raise EndpointUnusable(f"{settings.dialect.name} is not loaded over HTTP: build its index from the dumps")
        self._settings = settings
        self._data = data
        self._tell = tell
        self._endpoint = Endpoint(settings, data.release)
        self._writer = EndpointWriter(self._endpoint)
        self._union = settings.dialect.union_graph
        self._sets = FusekiDataSets(self._endpoint) if self._makes_data_sets else None

    @property
    def _makes_data_sets(self) -> bool:
        return self._settings.has_data_set_each and self._settings.dialect.has_data_sets

    def close(self) -> None:
        """Close the connections."""
        self._endpoint.close()

    def run(self, *, dry: bool, keep_hours: float) -> PushReport:
        """Load, verify and switch; `keep_hours` is how long what other pushes left stays.

        Raises `EndpointUnusable` where the endpoint refuses something, holds what is not ours, or has other statements
        than it was sent, `EngineAway` where it does not answer. What is served stays as it was then.
        """
        began = time.monotonic()
        report = PushReport(self._data.release, self._endpoint.address, dry)
        try:
            self._run(report, keep_hours)
        except EndpointRefused as error:
            raise EndpointUnusable(f"{self._endpoint.address}: {error}") from None
        report.seconds = time.monotonic() - began
        return report

    def _run(self, report: PushReport, keep_hours: float) -> None:
        if self._sets is not None and self._data.release not in self._sets.names():
            if report.dry:
                self._say_all(report)
                return
            self._sets.make(self._data.release)
        state = self._endpoint.state(time.monotonic() + _LOOK_S)
        report.before = state.release if state is not None else ""
        there = self._writer.graph_counts()
        own = self._own_graphs()
        self._refuse_strangers(there, own)
        is_served = state is not None and state.release == self._data.release
        if is_served and self._is_whole(report, there):
            report.removed = [] if report.dry else self._remove_old(keep_hours)
            return
        if not report.dry:
            self._begin(is_served=is_served)
        placed, blank = self._load(report, there)
        if report.dry:
            return
        self._switch(placed, own, blank, is_mended=is_served)
        report.switched = True
        self._check_places(placed)
        report.removed = self._remove_old(keep_hours)

    def _say_all(self, report: PushReport) -> None:
        for graph in graphs_to_load(self._data.store):
            report.graphs += 1
            report.triples += graph.sums.count
        report.sent_graphs, report.sent_triples = report.graphs, report.triples

    def _own_graphs(self) -> set[str]:
        """Return the names of graphs that pushes have made in their places."""
        return {iri for (iri,) in self._rows(f"SELECT ?g {{ GRAPH <{STATE_GRAPH}> {{ <{_OWN}> <{_GRAPH}> ?g }} }}")}

    def _rows(self, text: str) -> list[tuple[str, ...]]:
        answer, file = self._endpoint.ask(text, deadline=time.monotonic() + _LOOK_S, max_bytes=1 << 26)
        return [tuple("" if term is None else term.value for term in row) for row in solutions(answer, file)]

    def _refuse_strangers(self, there: Mapping[str, int], own: set[str]) -> None:
        """Refuse a data set with graphs that no push has made: they would be found by queries."""
        if self._union:
            return  # its default graph is not used, and the named graphs are listed with every query
        others = sorted(name for name in there if not name.startswith(SERVICE_PREFIX) and name not in own)
        if not own and self._writer.count(""):
            others.insert(0, "the default graph")
        if others:
            shown = ", ".join(others[:_SHOWN]) + (f" and {len(others) - _SHOWN} more" if len(others) > _SHOWN else "")
            raise EndpointUnusable(
                f"{self._endpoint.address} has statements that are of no release: {shown}",
                hint="Give the release a data set of its own, or drop these graphs first.",
            )

    def _is_whole(self, report: PushReport, there: Mapping[str, int]) -> bool:
        """Say whether the release that is served is all there, statement by statement."""
        graphs = triples = 0
        for graph in graphs_to_load(self._data.store):
            place = self._place(graph)
            count = there.get(place, 0) if place else self._writer.count("")
            if count != graph.sums.count or self._writer.sums(place) != graph.sums:
                self._tell(f"{graph.name or 'the default graph'} is not what it was")
                return False
            graphs += 1
            triples += graph.sums.count
        report.graphs, report.triples, report.kept_graphs = graphs, triples, graphs
        return True

    def _begin(self, *, is_served: bool) -> None:
        """Take note of when this push began; a data set of its own is not served while it is mended."""
        loading = f"{LOADING_PREFIX}{self._data.release}"
        text = f"INSERT DATA {{ GRAPH <{STATE_GRAPH}> {{ <{loading}> <{_BEGUN_AT}> {_text(_now())} }} }}"
        if self._settings.has_data_set_each:
            graphs = ", ".join(f"<{name}>" for name in self._names())
            text += f" ; INSERT DATA {{ GRAPH <{STATE_GRAPH}> {{ <{_OWN}> <{_GRAPH}> {graphs} }} }}"
            if is_served:
                text = f"DELETE WHERE {{ GRAPH <{STATE_GRAPH}> {{ <{SERVED}> ?p ?o }} }} ; {text}"
        self._writer.update(text)

    def _names(self) -> list[str]:
        reader = ox.Store.read_only(str(self._data.store))
        return [_DEFAULT, *sorted(g.value for g in reader.named_graphs() if isinstance(g, ox.NamedNode))]

    def _place(self, graph: GraphToLoad) -> str:
        """Return the name under which a graph is served, empty for the default graph."""
        return graph.name or self._union

    def _loaded_as(self, graph: GraphToLoad) -> str:
        """Return the name under which a graph is loaded."""
        if self._settings.has_data_set_each:
            return self._place(graph)
        return f"{LOADING_PREFIX}{quote(self._data.release, safe='')}:{quote(graph.name, safe='')}"

    def _load(self, report: PushReport, there: Mapping[str, int]) -> tuple[dict[str, tuple[str, GraphSums]], int]:
        """Load every graph that is not there; return, by the name it is loaded under, its place and what it holds."""
        placed: dict[str, tuple[str, GraphSums]] = {}
        blank_nodes = 0
        batch = _Batch()
        for graph in graphs_to_load(self._data.store):
            name = self._loaded_as(graph)
            shown = graph.name or "the default graph"
            report.graphs += 1
            report.triples += graph.sums.count
            blank_nodes += graph.blank_nodes
            placed[name] = (self._place(graph), graph.sums)
            count = there.get(name, 0) if name else self._writer.count("")
            if count == graph.sums.count and self._writer.sums(name) == graph.sums:
                report.kept_graphs += 1
                continue
            report.sent_graphs += 1
            report.sent_triples += graph.sums.count
            self._tell(f"{shown}: {graph.sums.count} triples")
            if report.dry:
                continue
            if not self._settings.dialect.takes_quads:
                self._writer.put(name, graph.statements)
                self._check(name, shown, graph.sums)
                continue
            batch.add(name, shown, graph, is_dirty=count > 0)
            if batch.quads.size > _BATCH_MAX_BYTES:
                self._send(batch)
                batch = _Batch()
        self._send(batch)
        return placed, blank_nodes

    def _send(self, batch: _Batch) -> None:
        """Send several graphs at once; what of them is there in part goes first."""
        if not batch.graphs:
            return
        if batch.dirty:
            self._writer.update(" ;\n".join(f"DROP SILENT {_target(name)}" for name in batch.dirty))
        self._writer.add(batch.quads)
        for name, shown, sums in batch.graphs:
            self._check(name, shown, sums)

    def _check(self, name: str, shown: str, sums: GraphSums) -> None:
        found = self._writer.sums(name)
        if found != sums:
            raise EndpointUnusable(
                f"{shown} is not what was sent: the release has {sums}, the endpoint {found}",
                hint="Nothing is switched. Does something else write there, or does the engine rewrite statements?",
            )

    def _switch(
        self, placed: Mapping[str, tuple[str, GraphSums]], own: set[str], blank_nodes: int, *, is_mended: bool
    ) -> None:
        """Have the release served, in one update."""
        begin = [f"DELETE WHERE {{ GRAPH <{STATE_GRAPH}> {{ <{SERVED}> ?p ?o }} }}"]
        steps: list[str] = []
        if not self._settings.has_data_set_each:
            names = {place or _DEFAULT for place, _ in placed.values()}
            graphs = ", ".join(f"<{name}>" for name in sorted(names))
            # On its own and before: an engine without transactions that is ended in the middle knows what is ours.
            self._writer.update(f"INSERT DATA {{ GRAPH <{STATE_GRAPH}> {{ <{_OWN}> <{_GRAPH}> {graphs} }} }}")
            gone = sorted(own - names - {_DEFAULT})
            steps += [f"DROP SILENT GRAPH <{name}>" for name in gone]
            for name, (place, sums) in placed.items():
                # MOVE would say the same; Jena 5.6 loses statements by it, because it reads the index that it writes.
                to = f"GRAPH <{place}> {{ ?s ?p ?o }}" if place else "?s ?p ?o"
                steps.append(f"DROP SILENT {_target(place)}")
                if sums.count:
                    steps.append(f"INSERT {{ {to} }} WHERE {{ GRAPH <{name}> {{ ?s ?p ?o }} }}")
                    steps.append(f"DROP SILENT GRAPH <{name}>")
            if gone:
                rows = " . ".join(f"<{_OWN}> <{_GRAPH}> <{name}>" for name in gone)
                steps.append(f"DELETE DATA {{ GRAPH <{STATE_GRAPH}> {{ {rows} }} }}")
        # Copies of a data set are one loading, behind whatever spreads queries over them; a mended one is another.
        is_one_of_copies = self._settings.has_data_set_each and not is_mended
        generation = self._data.release if is_one_of_copies else uuid.uuid4().hex
        said = ReleaseState(self._data.release, generation, blank_nodes > 0, _now())
        loading = f"{LOADING_PREFIX}{self._data.release}"
        steps.append(f"DELETE WHERE {{ GRAPH <{STATE_GRAPH}> {{ <{loading}> <{_BEGUN_AT}> ?when }} }}")
        steps.append(
            f"INSERT DATA {{ GRAPH <{STATE_GRAPH}> {{ <{SERVED}> <{RELEASE}> {_text(said.release)} ; "
            f"<{GENERATION}> {_text(said.generation)} ; <{BLANK_NODES}> {_text(str(blank_nodes))} ; "
            f"<{PUSHED_AT}> {_text(said.pushed_at)} }} }}"
        )
        self._writer.update(" ;\n".join([*begin, *steps]))

    def _check_places(self, placed: Mapping[str, tuple[str, GraphSums]]) -> None:
        """Hold the graphs in their places against the release once more; nothing is served where they differ."""
        if self._settings.has_data_set_each:
            return  # they are where they were loaded
        for place, sums in placed.values():
            found = self._writer.sums(place)
            if found != sums:
                self._writer.update(f"DELETE WHERE {{ GRAPH <{STATE_GRAPH}> {{ <{SERVED}> ?p ?o }} }}")
                raise EndpointUnusable(
                    f"{place or 'the default graph'} has {found} after the switch, and not {sums}",
                    hint="No release is served there now; push again.",
                )

    def _remove_old(self, keep_hours: float) -> list[str]:
        """Remove what pushes of other releases left, once it is old enough; return what it was."""
        before = (datetime.now(UTC) - timedelta(hours=keep_hours)).isoformat(timespec="seconds")
        if self._sets is not None:
            return self._remove_data_sets(self._sets, before)
        if self._settings.has_data_set_each:
            return []
        begun = self._rows(f"SELECT ?l ?t {{ GRAPH <{STATE_GRAPH}> {{ ?l <{_BEGUN_AT}> ?t }} }}")
        removed = []
        there = self._writer.graph_counts()
        for loading in sorted({loading for loading, _ in begun}):
            release = loading.removeprefix(LOADING_PREFIX)
            if release == self._data.release or max(when for name, when in begun if name == loading) > before:
                continue
            names = [name for name in there if name.startswith(f"{LOADING_PREFIX}{quote(release, safe='')}:")]
            steps = [f"DROP SILENT GRAPH <{name}>" for name in names]
            steps.append(f"DELETE WHERE {{ GRAPH <{STATE_GRAPH}> {{ <{loading}> <{_BEGUN_AT}> ?when }} }}")
            self._writer.update(" ;\n".join(steps))
            removed.append(unquote(release))
        return removed

    def _remove_data_sets(self, sets: FusekiDataSets, before: str) -> list[str]:
        removed = []
        for name in sets.names():
            if name != self._data.release and self._is_old(name, before):
                sets.remove(name)
                removed.append(name)
        return removed

    def _is_old(self, name: str, before: str) -> bool:
        """Say whether a data set is that of a release, and was pushed, or begun, before a time."""
        other = Endpoint(self._settings, name)
        try:
            state = other.state(time.monotonic() + _LOOK_S)
            if state is not None:
                return state.release == name and bool(state.pushed_at) and state.pushed_at <= before
            text = f"SELECT ?t {{ GRAPH <{STATE_GRAPH}> {{ <{LOADING_PREFIX}{name}> <{_BEGUN_AT}> ?t }} }}"
            times = self._times(other, text)
            return bool(times) and max(times) <= before
        except (EngineAway, QueryError, EndpointRefused):
            return False
        finally:
            other.close()

    def _times(self, endpoint: Endpoint, text: str) -> Sequence[str]:
        rows = solutions(*endpoint.ask(text, deadline=time.monotonic() + _LOOK_S, max_bytes=1 << 20))
        return [row["t"].value for row in rows]


def _target(graph: str) -> str:
    return f"GRAPH <{graph}>" if graph else "DEFAULT"


def _text(value: str) -> str:
    return str(ox.Literal(value))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
