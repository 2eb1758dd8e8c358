"""A build says how many subjects lie outside of the project's bases, and which the pages of the site would hide."""

from __future__ import annotations

from ckg.build import data_addresses
from ckg.build.pipeline import Build

DATA = """@prefix : <https://example.org/ontology#> .
<id/a> a :Bridge . <id/b> a :Bridge . [] a :Bridge .
<http://example.org/id/c> a :Bridge .
<https://vocabulary.example/terms#Bridge> a :Term .
"""


def survey(project, *, bases="", **files):
    made = project(**{"data/a.ttl": DATA, **files})
    toml = made.folder / "ckg.toml"
    if bases:
        toml.write_text(toml.read_text() + f"bases = {bases}\n")
        made = project(**{"ckg.toml": toml.read_text()})
    build = Build(made, made.folder / "release")
    return data_addresses.survey(made, build.inputs(), build.cache)


def test_subjects_outside_of_the_base_are_counted(project):
    found = survey(project)
    assert (found.subjects, found.outside) == (4, 2)
    assert not found.warnings


def test_subjects_below_a_further_base_are_inside(project):
    found = survey(project, bases='["http://example.org/", "https://vocabulary.example/terms#"]')
    assert (found.subjects, found.outside) == (4, 0)


def test_data_at_paths_of_the_site_are_named(project):
    found = survey(
        project, **{"data/b.ttl": "<search> <p:p> 1 . <doc/x#y> <p:p> 1 . <graph/a> <p:p> 1 . <find> <p:p> 1 ."}
    )
    assert found.hidden == 2
    (warning,) = found.warnings
    assert "<https://example.org/doc/x#y>, <https://example.org/search>" in warning.message
