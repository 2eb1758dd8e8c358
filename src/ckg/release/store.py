"""The Oxigraph store of a release: built once from the staged graphs, then only read.

The default graph holds the union of ontology, data and inferred statements physically, so that a query needs no union;
every graph, the shapes included, is there as a named graph too.
"""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import RdfFormat, Store, parse

from ckg.errors import StageFailed
from ckg.jobs import report
from ckg.model.staged import Staging
from ckg.release.dumps import Dump
from ckg.release.writing import naming


def build(staging: Staging, triples: Dump, into: Path) -> None:
    """Build the store in the folder `into` (which must not exist yet).

    `triples` is the result of `dumps.union`. Afterwards the store is compacted and flushed, ready for
    `Store.read_only`. Raises `StageFailed`.
    """
    if into.exists():
        raise StageFailed(f"{into} exists already", hint="A store is built once; build the release again.")
    with naming(into):
        store = Store(into)
        # Staged files were parsed and checked when they were written: no need to check every IRI again.
        # `bulk_load` of a file gives blank nodes new names, other ones for each file and each build; parsing keeps
        # them: a node is the same one in the union and in its graph, and is called as in the dumps. It is as fast.
        for graph in staging.graphs:
            store.bulk_extend(parse(path=graph.path, format=RdfFormat.N_QUADS, lenient=True))
            report(graph.triples // 2)
        store.bulk_extend(parse(path=triples.path, format=RdfFormat.N_TRIPLES, lenient=True))
        store.optimize()
        store.flush()
