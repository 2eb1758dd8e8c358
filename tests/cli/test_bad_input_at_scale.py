"""Bad input of great size ends in a clear error or in a right build, in bounded memory; the old release stays.

The bounds on time and memory are generous: they are there to catch what grows without end.
"""

from __future__ import annotations

import gzip
import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from .command import Ckg, Done, Place
from .test_interrupted import nothing_half_made

PREFIXES = "@prefix ex: <https://example.org/x/> .\n@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
RDF_XML = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="https://example.org/x/">\n'
    "<rdf:Description><x:p>"
)
RDF_XML_END = "</x:p></rdf:Description></rdf:RDF>"
JSON_LD = '{"@context": {"p": "https://example.org/x/p"},\n "p": '
MEMORY = 3 << 30


def bounded() -> None:
    """Let every process of the build have so much address space that only what grows without end meets the bound."""
    resource.setrlimit(resource.RLIMIT_AS, (4 * MEMORY, 4 * MEMORY))


def put(place: Place, name: str, *parts: str | Iterable[str]) -> Path:
    path = place.folder / "data" / name
    with path.open("w", encoding="utf-8") as file:
        for part in parts:
            file.writelines([part] if isinstance(part, str) else part)
    return path


def refused(place: Place, *told: str, code: int = 2) -> Done:
    """Run a build that must fail, saying all that; the release stays and nothing is left half made."""
    before = place.current()
    done = place.ckg("build", code=code, preexec_fn=bounded)
    for part in told:
        assert part in done.stderr
    assert len(done.stderr) < 2_000
    assert done.stdout == ""
    assert place.current() == before
    assert nothing_half_made(place.releases)
    return done


def built(place: Place) -> str:
    return place.ckg("build", preexec_fn=bounded).stdout


@pytest.mark.parametrize("suffix", ["nt", "ttl"])
def test_a_broken_line_at_triple_900_000_is_named(suffix: str, published: Place) -> None:
    row = '<https://example.org/x/s> <https://example.org/x/p> "%d" .\n'
    path = put(
        published,
        f"big.{suffix}",
        (row % number for number in range(900_000)),
        "<https://example.org/x/a> <https://example.org/x/b> .\n",
        (row % number for number in range(100_000)),
    )
    refused(published, f"{path}:900001:", "because of its suffix")


def test_a_compressed_file_that_was_cut_off_is_named(published: Place) -> None:
    row = b'<https://example.org/x/s> <https://example.org/x/p> "%d" .\n'
    whole = gzip.compress(b"".join(row % number for number in range(1_000_000)), 1)
    path = published.folder / "data" / "cut.nt.gz"
    path.write_bytes(whole[: len(whole) // 2])
    refused(published, f"{path}: ", "damaged or cut off", "compress it again")


LONG = "word " * 10_000_000
TOO_LONG: dict[str, tuple[str, list[str], str]] = {
    "a literal": ("a.ttl", [PREFIXES, "\n\nex:a ex:p '", LONG, "' .\n"], ":5: "),
    "an IRI": (
        "a.nt",
        ["<a:b> <a:b> <a:b> .\n<https://example.org/", LONG.replace(" ", "-"), "> <a:b> <a:c> ."],
        ":2: ",
    ),
    "a string that does not end": ("a.ttl", [PREFIXES, 'ex:a ex:p """', LONG], ":3: "),
    "a literal in JSON-LD": ("a.jsonld", [JSON_LD, f'"{LONG}"}}'], ":"),
    "a literal in RDF/XML": ("a.rdf", [RDF_XML, LONG, RDF_XML_END], ": "),
    "a literal in N-Quads": ("a.nq", ["<a:b> <a:b> '", LONG, "' <a:g> ."], ":1"),
}


@pytest.mark.parametrize("what", TOO_LONG)
def test_what_is_50_megabytes_long_is_refused(what: str, published: Place) -> None:
    name, parts, line = TOO_LONG[what]
    if what == "a literal in N-Quads":
        parts = [part.replace("'", '"') for part in parts]
    path = put(published, name, *parts)
    refused(published, f"{path}{line}", "longer than 16 MB", "link to it")


def test_a_small_file_that_unpacks_to_a_giant_is_refused(published: Place) -> None:
    path = published.folder / "data" / "bomb.nt.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(b'<a:a> <a:b> "')
        for _ in range(200):
            file.write(b"x" * 1_000_000)
    refused(published, f"{path}:1: ", "longer than 16 MB")


def test_literals_of_several_megabytes_are_published_as_they_are(published: Place) -> None:
    put(published, "long.ttl", PREFIXES, "ex:a ex:p '", "y" * 3_000_000, "' .\nex:b ex:p '", "z" * 5_000_000, "' .\n")
    built(published)
    lengths = published.ckg("query", "SELECT (STRLEN(?o) AS ?n) { ?s <https://example.org/x/p> ?o } ORDER BY ?n").stdout
    assert "3000000" in lengths
    assert "5000000" in lengths


def test_garbage_without_a_line_end_is_refused_in_a_few_words(published: Place) -> None:
    path = put(published, "garbage.nt", "%$ garbage " * 5_000_000)
    refused(published, f"{path}:1:1: ")


DEEP = 100_000
NESTED: dict[str, tuple[str, list[str], str]] = {
    "JSON-LD": ("deep.jsonld", [JSON_LD, '{"p": ' * DEEP, '"1"', "}" * DEEP, "}"], ":2:"),
    "JSON-LD, less deep": ("deep.jsonld", [JSON_LD, '{"p": ' * 4_000, '"1"', "}" * 4_000, "}"], ":2:"),
    "JSON-LD lists": ("deep.jsonld", [JSON_LD, '{"@list": [' * 4_000, '"1"', "]}" * 4_000, "}"], ":2:"),
    "RDF/XML": (
        "deep.rdf",
        [RDF_XML, "<rdf:Description><x:p>" * DEEP, "</x:p></rdf:Description>" * DEEP, RDF_XML_END],
        ":2:",
    ),
}


@pytest.mark.parametrize("what", NESTED)
def test_what_is_nested_beyond_measure_is_refused_with_its_place(what: str, published: Place) -> None:
    name, parts, place = NESTED[what]
    path = put(published, name, *parts)
    refused(published, f"{path}{place}", "nested more than 500 levels deep")


@pytest.mark.parametrize("name", ["deep.nt", "deep.ttl"])
def test_triple_terms_nested_so_deep_that_the_parser_dies_are_refused(name: str, published: Place) -> None:
    path = put(published, name, "<a:a> <a:p> ", "<<( <a:a> <a:p> " * DEEP, "<a:b>", " )>>" * DEEP, " .\n")
    refused(published, f"{path}: ", "triple terms", "rdf:Statement")


def test_a_triple_term_is_refused_by_its_file_and_line(published: Place) -> None:
    path = put(published, "star.ttl", PREFIXES, "ex:a ex:p ex:b {| ex:said ex:c |} .\n")
    refused(published, f"{path}:3: ", "RDF 1.2", "rdf:Statement")


def test_words_in_pointed_brackets_are_no_triple_terms(published: Place) -> None:
    put(published, "words.ttl", PREFIXES, (f"ex:a{n} ex:p ' <<( a b c )>> << d' .\n" for n in range(6_000)))
    assert "6,0" in built(published)


def test_a_tall_tower_in_a_comment_is_no_nesting(published: Place) -> None:
    put(published, "comment.rdf", "<!-- ", "<a> " * 2_000, "-->\n", RDF_XML, "1", RDF_XML_END)
    built(published)


def test_brackets_in_strings_are_no_nesting(published: Place) -> None:
    put(published, "strings.jsonld", JSON_LD, '"', '[{\\"' * 1_000, '\\\\"}')
    built(published)


def test_blank_nodes_nested_10_000_deep_are_published(published: Place) -> None:
    put(published, "deep.ttl", PREFIXES, "ex:a ex:p ", "[ ex:p " * 10_000, "1", " ]" * 10_000, " .\n")
    assert "10,0" in built(published)


def test_a_list_of_8_000_members_is_published(published: Place) -> None:
    put(published, "list.ttl", PREFIXES, "ex:a ex:p ( ", (f"{n} " for n in range(8_000)), ") .\n")
    assert "16,0" in built(published)


def test_half_a_million_prefixes_are_read(published: Place) -> None:
    names = (f"@prefix p{n}: <https://example.org/p{n}/> .\n" for n in range(500_000))
    put(published, "prefixes.ttl", names, "p1:a p2:b p3:c .\n")
    built(published)


def test_a_storm_of_blank_nodes_is_stopped_by_its_last_broken_line_in_bounded_memory(published: Place) -> None:
    path = put(published, "storm.ttl", PREFIXES, "[] ex:p [] .\n" * 500_000, "[] ex:p\n")
    refused(published, f"{path}:500004:")


def test_20_000_different_things_are_no_harder_than_20_000_things(published: Place) -> None:
    members = (f"ex:c{n} " for n in range(20_000))
    put(published, "different.ttl", PREFIXES, "[] a owl:AllDifferent ; owl:members ( ", members, ") .\n")
    built(published)


def test_a_list_of_disjoint_classes_that_is_too_long_to_compare_is_refused(published: Place) -> None:
    members = (f"ex:c{n} " for n in range(5_000))
    put(published, "disjoint.ttl", PREFIXES, "[] a owl:AllDisjointClasses ; owl:members ( ", members, ") .\n")
    refused(published, "a list of 5,000 members", "superclasses")


def few_files() -> None:
    """Let a process have 200 files open."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (200, 200))


@pytest.mark.parametrize("folder", ["data", "ontology"])
def test_there_may_be_more_files_than_a_process_may_open(folder: str, published: Place) -> None:
    for number in range(400):
        published.write(f"{folder}/many/f{number}.nt", f'<https://example.org/x/{number}> <a:p> "{number}" .\n')
    done = published.ckg("build", preexec_fn=few_files)
    assert "437 asserted" in done.stdout or "438 asserted" in done.stdout


@pytest.fixture
def on_small_disk(project: Place, tmp_path: Path) -> Iterator[Callable[[int], Place]]:
    """Publish the project on a disk, and leave so many bytes free."""
    mount = shutil.which("mount")
    if os.geteuid() != 0 or mount is None:
        pytest.skip("only root may mount a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    done = subprocess.run([mount, "-t", "tmpfs", "-o", "size=200m", "tmpfs", disk], capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {done.stderr!r}")

    def publish(free: int) -> Place:
        project.change("ckg.toml", "[project]", f'[build]\nrelease = "{disk}"\n\n[project]')
        place = Place(project.folder, Ckg(project.folder))
        place.ckg("build")
        room = os.statvfs(disk)
        (disk / "filler").write_bytes(bytes(max(0, room.f_bavail * room.f_bsize - free)))
        return place

    yield publish
    subprocess.run(["umount", "--lazy", disk], check=True)


@pytest.mark.parametrize("megabytes", [1, 8])
def test_a_disk_that_fills_during_a_large_build_leaves_the_old_release(
    megabytes: int, on_small_disk: Callable[[int], Place]
) -> None:
    place = on_small_disk(megabytes << 20)
    row = '<https://example.org/x/s%d> <https://example.org/x/p> "some words and %d" .\n'
    put(place, "large.nt", (row % (n, n) for n in range(30_000)))
    before = place.current()
    done = place.ckg("build", code=2)
    assert "no space left" in done.stderr.lower() or "disk is full" in done.stderr  # as SQLite says it
    assert "release is untouched" in done.stderr or "othing was published" in done.stderr
    assert place.current() == before
    assert "Springfield" in place.labels()
