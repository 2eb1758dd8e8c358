"""The screened engine on generated summits, conforming and broken in every way the generator knows, and on ours."""

import json
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from ckg.build.pipeline import Build
from ckg.build.progress import Silent
from ckg.model.config import read
from ckg.validate import validate

ROOT = Path(__file__).resolve().parents[2]
_spec = spec_from_file_location("summit_generator", ROOT / "benchmarks" / "generate.py")
generate = module_from_spec(_spec)
sys.modules[_spec.name] = generate  # where dataclasses look their module up
_spec.loader.exec_module(generate)


def staged(project: Path, releases: Path):
    return Build(read(project), releases, progress=Silent()).inputs().staging


def both(staging, folder: Path):
    return [validate(staging, folder / engine, engine=engine) for engine in ("screened", "pyshacl")]


@pytest.mark.parametrize("violations", [0.0, 0.1])
def test_the_engines_agree_on_generated_summits(tmp_path, violations):
    broken = generate.write(tmp_path / "project", triples=3000, seed=7, violations=violations, axioms=1, files=2)
    screened, reference = both(staged(tmp_path / "project", tmp_path / "releases"), tmp_path)
    assert screened.results == reference.results
    assert screened.turtle.read_bytes() == reference.turtle.read_bytes()
    assert len(screened.stopping) >= sum(broken.values())
    assert screened.conforms is (not broken)


def test_every_way_of_breaking_a_record_is_found(tmp_path):
    """Every record of every kind is broken, so that each way occurs; each broken node is in the report."""
    broken = generate.write(tmp_path / "project", triples=3000, seed=3, violations=1.0, axioms=1, files=1)
    ways = {f"{kind}: {way}" for kind, found in generate.BREAKAGES.items() for way in found}
    assert set(broken) == ways
    report = validate(staged(tmp_path / "project", tmp_path / "releases"), tmp_path / "report")
    files = set(report.json.read_text(encoding="utf-8").split('"'))
    for kind in generate.BREAKAGES:
        assert any(f"/id/{kind}/gen-" in text for text in files), kind


def test_everything_but_little_is_decided_in_bulk(tmp_path):
    generate.write(tmp_path / "project", triples=3000, seed=7, violations=0.0, axioms=1, files=1)
    report = validate(staged(tmp_path / "project", tmp_path / "releases"), tmp_path / "report")
    assert report.conforms
    # These ask with paths and open predicates, which the prefilter does not read: pyshacl evaluates them.
    by_pyshacl = {f"https://w3id.org/ckg/shapes#{name}" for name in ("PrimarySource", "Commitment", "NumberInWords")}
    assert {entry.shape for entry in report.plan if entry.way != "screened"} == by_pyshacl
    undecided = {entry.shape for entry in report.plan if entry.candidates} - by_pyshacl
    assert undecided == {f"https://w3id.org/ckg/shapes#{name}" for name in ("Conflict", "Conversion")}


def test_the_engines_agree_on_the_shipped_data(tmp_path):
    screened, reference = both(staged(ROOT, tmp_path / "releases"), tmp_path)
    assert screened.results == reference.results
    assert screened.conforms


def test_the_generator_gives_the_same_bytes_for_the_same_seed(tmp_path):
    written = []
    for name in ("one", "two"):
        generate.write(tmp_path / name, triples=3000, seed=5, violations=0.1, axioms=2, files=2)
        files = sorted(path for path in (tmp_path / name).rglob("*") if path.is_file())
        written.append([(path.relative_to(tmp_path / name), path.read_bytes()) for path in files])
    assert written[0] == written[1]
    assert json.loads((tmp_path / "one" / "expected.json").read_text(encoding="utf-8"))["broken"]
