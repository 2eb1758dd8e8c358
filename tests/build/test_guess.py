"""Files without a ckg.toml are a project: base, title, languages and what each file is for are read off them."""

from __future__ import annotations

import pytest

from ckg.build import guess, lint, project_files
from ckg.build.pipeline import Build
from ckg.errors import ProjectError, SourceSyntaxError

PREFIXES = """@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix dct: <http://purl.org/dc/terms/> . @prefix t: <https://terms.example/kos/> .
"""
THESAURUS = PREFIXES + (
    't:scheme a skos:ConceptScheme ; dct:title "Herbs"@en , "Kräuter"@de ; dct:description "What grows."@en ;'
    ' dct:license <https://licence.example/by> ; owl:versionInfo "2.1" .\n'
    't:a a skos:Concept ; skos:prefLabel "dill"@en , "Dill"@de . t:b a skos:Concept ; skos:prefLabel "mint"@en .'
)
TERMS = PREFIXES + "t:Herb a owl:Class . t:grows a owl:ObjectProperty ; rdfs:domain t:Herb ."
SHAPES = PREFIXES + "t:HerbShape a sh:NodeShape ; sh:targetClass t:Herb ."


@pytest.fixture
def folder(tmp_path):
    def make(**files):
        for name, text in files.items():
            path = tmp_path / "herb-garden" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path / "herb-garden"

    return make


def values(found, *names):
    return [found.project.get(f"project.{name}") for name in names]


def test_the_whole_is_called_what_its_header_says(folder):
    found = guess.guess([folder(**{"herbs.ttl": THESAURUS})])
    assert values(found, "name", "title", "description") == ["herb-garden", "Herbs", "What grows."]
    assert values(found, "base", "license", "version") == [
        "https://terms.example/kos/",
        "https://licence.example/by",
        "2.1",
    ]
    assert values(found, "languages") == [["en", "de"]]
    assert found.project.get("reason.engine") == "none"


def test_each_file_is_used_for_what_is_in_it(folder):
    made = folder(**{"herbs.ttl": THESAURUS, "deep/terms.ttl": TERMS, "deep/rules.ttl": SHAPES, "LICENSE": ""})
    found = guess.guess([made])
    roles = {source.relative: source.role.value for source in project_files.find(found.project).sources}
    assert roles == {"herbs.ttl": "data", "deep/terms.ttl": "ontology", "deep/rules.ttl": "shapes"}
    assert [path.name for path in found.passed_over] == ["LICENSE"]


def test_folders_called_as_those_of_a_project_say_what_they_hold(folder):
    found = guess.guess([folder(**{"data/terms.ttl": TERMS, "context/list.ttl": THESAURUS})])
    assert found.project.get("build.data") == ["data"]
    assert found.project.get("build.context") == ["context"]


def test_one_file_or_several_are_a_project(folder):
    made = folder(**{"herbs.ttl": THESAURUS, "terms.ttl": TERMS, "other.ttl": THESAURUS})
    found = guess.guess([made / "herbs.ttl", made / "terms.ttl"])
    assert found.project.get("build.data") == ["herbs.ttl"]
    assert found.project.get("build.ontology") == ["terms.ttl"]
    assert values(guess.guess([made / "herbs.ttl"]), "name") == ["herbs"]


def test_xml_and_json_that_are_no_rdf_are_passed_over(folder):
    made = folder(**{"herbs.ttl": THESAURUS, "pom.xml": "<project/>", "package.json": '{"name": "x"}'})
    found = guess.guess([made])
    assert sorted(path.name for path in found.passed_over) == ["package.json", "pom.xml"]
    assert [source.relative for source in project_files.find(found.project).sources] == ["herbs.ttl"]


def test_json_ld_whose_context_is_not_at_hand_is_refused_with_where_to_put_it(folder, tmp_path):
    text = '{"@context": "https://voc.example/c.json", "id": "http://a.example/1", "label": "x"}'
    found = guess.guess([folder(**{"coin.json": text, "context.json": '{"@context": {"a": "x:a"}}'})])
    assert found.project.get("build.data") == ["coin.json"]
    with pytest.raises(SourceSyntaxError) as told:
        Build(found.project, tmp_path / "release").inputs()
    assert "contexts/voc.example/c.json" in told.value.hint


def test_the_other_scheme_of_one_host_is_a_further_base(folder):
    text = "".join(f"<http://a.example/x/{i}> <p:p> 1 . <https://a.example/x/{i}> <p:p> 1 .\n" for i in range(5))
    found = guess.guess([folder(**{"a.ttl": text})])
    assert {found.project.get("project.base"), *found.project.get("project.bases")} == {
        "http://a.example/x/",
        "https://a.example/x/",
    }


def test_data_without_iris_of_the_web_get_a_base_that_is_said_to_be_made_up(folder):
    found = guess.guess([folder(**{"a.ttl": "<urn:x> <urn:p> [] . <#me> <urn:p> 1 ."})])
    assert values(found, "base") == ["https://example.org/herb-garden/"]
    assert "made up" in dict(found.rows)["base"]


def test_nothing_is_guessed_where_there_is_no_rdf(folder, tmp_path):
    with pytest.raises(ProjectError, match="no RDF to publish"):
        guess.guess([folder(**{"README.md": ""})])
    with pytest.raises(ProjectError, match="is not there"):
        guess.guess([tmp_path / "nowhere"])


def test_nothing_is_written_beside_the_files(folder, tmp_path):
    made = folder(**{"terms.ttl": TERMS})
    built = Build(guess.guess([made]).project, tmp_path / "releases").run()
    assert [path.name for path in made.iterdir()] == ["terms.ttl"]
    assert built.release.counts["inferred"] == 0
    assert built.release.about.license == ""


def test_a_day_is_a_version(folder):
    found = guess.guess([folder(**{"herbs.ttl": THESAURUS.replace('"2.1"', '"2025-12-17"')})])
    assert values(found, "version") == ["2025.12.17"]


def test_of_files_that_nobody_has_settings_for_three_findings_of_a_kind_are_told_with_their_lines(folder, tmp_path):
    rows = "".join(
        f'<rdf:Description rdf:about="http://a.example/{n}">\n<e:p\n rdf:resource="http://a.example/x{n}"/>'
        "</rdf:Description>\n"
        for n in range(30)
    )
    xml = (
        f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e.example/">{rows}</rdf:RDF>'
    )
    found = guess.guess([folder(**{"things.rdf": xml})])
    build = Build(found.project, tmp_path / "release")
    told = lint.run(found.project, build.inputs(), build.cache).warnings
    described_nowhere = [warning for warning in told if "no file describes" in warning.message]
    assert [warning.place and warning.place.line for warning in described_nowhere] == [3, 33, 36]
    assert "and 27 more of this kind" in told[-1].message
