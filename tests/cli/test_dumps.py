"""Every dump of the shipped data is read by every reader that knows the format, and says the same as the others."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from ckg.formats import DUMP_FORMATS, DatasetFormat, Format, InputFormat

from .command import Ckg

ROOT = Path(__file__).parents[2]
# What rapper calls a format, by our key; it knows no JSON-LD, and what it reads of TriG has no graphs.
RAPPER = {"ttl": "turtle", "nt": "ntriples", "nq": "nquads", "rdf": "rdfxml"}


@pytest.fixture(scope="session")
def dumps(shipped_releases: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every dump of the shipped data, as the command writes it."""
    folder = tmp_path_factory.mktemp("dumps")
    ckg = Ckg(folder)
    for form in DUMP_FORMATS:
        target = folder / f"all.{form.key}"
        ckg("dump", "--project", ROOT, "--releases", shipped_releases, "--format", form.key, "--output", target)
    return {form.key: folder / f"all.{form.key}" for form in DUMP_FORMATS}


def canonical(quads: Iterable[ox.Quad]) -> list[str]:
    """The quads of a document in canonical form (RDFC-1.0), so that equal lists mean isomorphic datasets."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(map(str, dataset))


def has_graphs(form: Format) -> bool:
    return isinstance(form, DatasetFormat)


@pytest.fixture(scope="session")
def expected(dumps: dict[str, Path]) -> dict[bool, list[str]]:
    """The canonical quads that all dumps without (False) and with (True) named graphs must have."""
    return {
        False: canonical(ox.parse(path=str(dumps["nt"]), format=ox.RdfFormat.N_TRIPLES)),
        True: canonical(ox.parse(path=str(dumps["nq"]), format=ox.RdfFormat.N_QUADS)),
    }


def test_the_same_statements_stand_in_the_dumps_with_and_without_graphs(dumps: dict[str, Path]) -> None:
    quads = ox.parse(path=str(dumps["nq"]), format=ox.RdfFormat.N_QUADS)
    default: set[ox.Quad] = set()
    named: set[ox.Quad] = set()
    for quad in quads:
        (default if quad.graph_name == ox.DefaultGraph() else named).add(ox.Quad(*quad.triple))
    assert default == named
    assert canonical(default) == canonical(ox.parse(path=str(dumps["nt"]), format=ox.RdfFormat.N_TRIPLES))
    assert len(default) > 10_000


@pytest.mark.parametrize("form", DUMP_FORMATS, ids=lambda form: form.key)
def test_our_own_reader_reads_the_same_graph(
    form: Format, dumps: dict[str, Path], expected: dict[bool, list[str]]
) -> None:
    assert isinstance(form, InputFormat)
    assert canonical(form.parse(io.BytesIO(dumps[form.key].read_bytes()), "x:")) == expected[has_graphs(form)]


# rdflib's own readers use what rdflib calls deprecated.
@pytest.mark.filterwarnings("ignore:(Dataset|ConjunctiveGraph).* is deprecated:DeprecationWarning")
@pytest.mark.parametrize("form", DUMP_FORMATS, ids=lambda form: form.key)
def test_rdflib_reads_the_same_graph(
    form: Format, dumps: dict[str, Path], expected: dict[bool, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Otherwise rdflib rewrites literals as it reads them, and is no witness for what stands in the file.
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    target = rdflib.Dataset() if has_graphs(form) else rdflib.Graph()
    target.parse(dumps[form.key], format=form.media_type)
    text = target.serialize(format="nquads" if has_graphs(form) else "nt", encoding="utf-8")
    read = ox.RdfFormat.N_QUADS if has_graphs(form) else ox.RdfFormat.N_TRIPLES
    assert canonical(ox.parse(text, format=read)) == expected[has_graphs(form)]


@pytest.mark.parametrize("form", [form for form in DUMP_FORMATS if form.key in RAPPER], ids=lambda form: form.key)
def test_rapper_reads_the_same_graph(form: Format, dumps: dict[str, Path], expected: dict[bool, list[str]]) -> None:
    rapper = shutil.which("rapper")
    if rapper is None:
        pytest.skip("rapper is not installed (Debian: raptor2-utils)")
    output = "nquads" if has_graphs(form) else "ntriples"
    done = subprocess.run(
        [rapper, "-q", "-i", RAPPER[form.key], "-o", output, dumps[form.key], "https://w3id.org/ckg/"],
        capture_output=True,
        check=True,
    )
    assert done.stderr == b""
    read = ox.RdfFormat.N_QUADS if has_graphs(form) else ox.RdfFormat.N_TRIPLES
    assert canonical(ox.parse(done.stdout, format=read)) == expected[has_graphs(form)]
