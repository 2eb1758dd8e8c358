"""What a careless edit leaves behind is told with file and line, and stops a build unless a setting says otherwise."""

from __future__ import annotations

import pytest

from ckg.build import lint
from ckg.build.pipeline import Build
from ckg.errors import ChecksFailed, ConfigError

PREFIXES = """@prefix : <https://example.org/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
DATA = PREFIXES + "<id/a> a :Bridge ; :spans <id/river> .\n<id/river> rdfs:label 'river'@en ."
TERMS = PREFIXES + ":Bridge a owl:Class .\n:spans a owl:ObjectProperty .\n"
SHAPES = PREFIXES + "<shapes#Bridge> a sh:NodeShape ;\n  sh:targetClass :Bridge ;\n  sh:property [ sh:path :spans ] .\n"
QUERY = (
    PREFIXES + '<id/query/q> a sh:SPARQLSelectExecutable ; sh:select """# of :Ferry\n'
    'PREFIX ex: <https://example.org/ontology#>\nSELECT * { ?s a ex:Bridge ; rdfs:label ":Ferry" }""" .\n'
)
WHOLE = {"data/a.ttl": DATA, "ontology/t.ttl": TERMS, "shapes/s.ttl": SHAPES, "data/queries.ttl": QUERY}
ROWS = '<graph/{}> rdfs:label "x" .\n'


@pytest.fixture
def told(project):
    """Stage a project and return what is wrong with it: file, line, message."""

    def run(**files: str) -> list[tuple[str, int | None, str]]:
        made = project(**files)
        build = Build(made, made.folder / "release")
        findings = lint.run(made, build.inputs(), build.cache)
        found = (*findings.errors, *findings.warnings)
        assert all(warning.hint for warning in found)
        return [(w.place.file.relative_to(made.folder).as_posix(), w.place.line, w.message) for w in found]

    return run


def test_where_everything_is_defined_there_is_nothing_to_say(told):
    assert told(**WHOLE) == []


def test_a_class_that_is_removed_leaves_shapes_and_ready_queries_that_name_it(told):
    found = told(**WHOLE | {"ontology/t.ttl": TERMS.replace(":Bridge a owl:Class .\n", "")})
    assert [(file, line) for file, line, _ in found] == [
        ("data/a.ttl", 5),
        ("shapes/s.ttl", 6),
        ("data/queries.ttl", 7),
    ]
    assert all("Bridge" in message and "defined nowhere" in message for *_, message in found)


def test_a_property_that_is_removed_is_named_at_the_path_of_the_shape(told):
    found = told(**WHOLE | {"ontology/t.ttl": TERMS.replace(":spans a owl:ObjectProperty .\n", "")})
    assert [(file, line) for file, line, _ in found] == [("data/a.ttl", 5), ("shapes/s.ttl", 7)]


def test_a_constraint_in_sparql_is_read_as_well(told):
    text = (
        SHAPES + '<shapes#S> sh:sparql [ sh:select "SELECT $this { $this <https://example.org/ontology#Ford> 1 }" ] .'
    )
    ((file, line, message),) = told(**WHOLE | {"shapes/s.ttl": text})
    assert (file, line) == ("shapes/s.ttl", 8)
    assert "ontology#Ford" in message


def test_a_project_without_an_ontology_defines_its_terms_by_using_them(told):
    files = {name: text for name, text in WHOLE.items() if not name.startswith("ontology/")}
    assert told(**files) == []
    ((file, line, _),) = told(
        **files | {"data/a.ttl": PREFIXES + "<id/a> :spans <id/b> ; a :Ford . <id/b> rdfs:label 'b' ."}
    )[:1]
    assert (file, line) == ("shapes/s.ttl", 6)


def test_terms_of_others_are_theirs_to_define(told):
    assert told(**WHOLE | {"shapes/s.ttl": SHAPES + "<shapes#L> sh:targetClass <https://schema.org/Lake> ."}) == []


def test_a_renamed_file_and_the_row_of_its_old_graph_are_named(told):
    rows = PREFIXES + "".join(ROWS.format(name) for name in ("graphs", "river", "old-name"))
    found = told(**{"data/graphs.ttl": rows, "data/river.ttl": DATA, "data/new-name.ttl": DATA})
    assert [(file, line) for file, line, _ in found] == [("data/graphs.ttl", 7), ("data/new-name.ttl", None)]
    assert "<https://example.org/graph/old-name>, but no file makes it" in found[0][2]
    assert "data/graphs.ttl" in found[1][2]


def test_graphs_that_the_build_makes_and_those_of_trig_files_are_there(told):
    rows = PREFIXES + "".join(ROWS.format(name) for name in ("graphs", "inferred", "shapes", "ontology", "named"))
    trig = "<https://example.org/graph/named> { <https://example.org/id/a> a <https://schema.org/Lake> }"
    assert told(**{"data/graphs.ttl": rows, "data/t.trig": trig}) == []


def test_a_project_that_describes_no_graph_is_not_told_to(told):
    assert told(**{"data/a.ttl": DATA, "data/b.ttl": DATA}) == []


def test_an_example_that_is_not_there_is_named_with_its_line(told, project):
    toml = (project().folder / "ckg.toml").read_text()
    ((file, line, message),) = told(
        **{"ckg.toml": toml + 'examples = [\n  "id/a",\n  "id/b",\n]\n', "data/a.ttl": DATA}
    )
    assert (file, line) == ("ckg.toml", 9)
    assert "id/b" in message


def test_a_fault_stops_a_build_and_a_warning_does_not(project):
    files = WHOLE | {"ontology/t.ttl": TERMS.replace(":Bridge a owl:Class .\n", "")}
    made = project(**files)
    assert len(Build(made, made.folder / "release").run().warnings) == 3
    toml = (made.folder / "ckg.toml").read_text()
    made = project(**files | {"ckg.toml": toml + '[check]\nundefined_terms = "error"\n'})
    with pytest.raises(ChecksFailed, match=r"data/a.ttl:5: the class .*Bridge.* defined nowhere"):
        Build(made, made.folder / "release").run()


def test_a_check_that_is_off_says_nothing(told, project):
    toml = (project().folder / "ckg.toml").read_text() + '[check]\nundefined_terms = "off"\n'
    assert told(**WHOLE | {"ckg.toml": toml, "ontology/t.ttl": TERMS.replace(":Bridge a owl:Class .\n", "")}) == []


def one(told, text: str, **files: str) -> str:
    """Return the message about the one fault of a data file, whose first line after the prefixes has it."""
    ((file, line, message),) = told(**{"data/x.ttl": PREFIXES + text} | files)
    assert (file, line) == ("data/x.ttl", 5)
    return message


@pytest.fixture
def hint(project):
    """Return the hint of the one fault of a project."""

    def run(**files: str) -> str:
        made = project(**files)
        build = Build(made, made.folder / "release")
        findings = lint.run(made, build.inputs(), build.cache)
        (finding,) = (*findings.errors, *findings.warnings)
        return finding.hint

    return run


def test_a_misspelt_property_is_told_with_the_one_that_was_meant(told, hint):
    files = WHOLE | {"data/a.ttl": DATA.replace(":spans", ":spanns")}
    ((file, line, message),) = told(**files)
    assert (file, line) == ("data/a.ttl", 5)
    assert "spanns" in message
    assert hint(**files).endswith("Did you mean t:spans?")


def test_a_thing_that_nothing_describes_is_told_with_the_one_that_was_meant(told, hint):
    files = WHOLE | {"data/a.ttl": DATA.replace("spans <id/river>", "spans <id/Ri-ver>")}
    ((file, line, message),) = told(**files)
    assert (file, line) == ("data/a.ttl", 5)
    assert "<https://example.org/id/Ri-ver>, which no file describes" in message
    assert "Did you mean <https://example.org/id/river>?" in hint(**files)


def test_things_of_others_and_earlier_versions_need_no_description(told):
    text = "<id/a> rdfs:seeAlso <https://elsewhere.example/x> ; <http://purl.org/dc/terms/replaces> <id/old> ."
    assert told(**{"data/a.ttl": PREFIXES + text}) == []


def test_a_text_where_a_property_leads_to_things_is_told_and_the_other_way_round(told):
    ontology = TERMS + ":called a owl:DatatypeProperty .\n"
    texts = {"ontology/t.ttl": ontology, "data/a.ttl": DATA}
    assert "a text; the property leads to things" in one(told, '<id/b> :spans "the river" .', **texts)
    assert "a thing; the property takes texts" in one(told, "<id/b> :called <id/a> .", **texts)


def test_a_class_of_the_project_without_a_shape_is_told_unless_one_above_it_has_one(told):
    ferry = {"ontology/t.ttl": TERMS + ":Ferry a owl:Class .\n"}
    assert "no shape looks at t:Ferry" in one(told, "<id/f> a :Ferry .", **WHOLE | ferry)
    below = {"ontology/t.ttl": TERMS + ":Ferry a owl:Class ; rdfs:subClassOf :Bridge .\n"}
    assert told(**WHOLE | below | {"data/x.ttl": PREFIXES + "<id/f> a :Ferry ."}) == []


def test_a_thing_that_is_called_like_another_class_than_its_own_is_told(told):
    terms = {"ontology/t.ttl": TERMS + ":StatusStep a owl:Class . :Late a owl:Class ; rdfs:subClassOf :StatusStep .\n"}
    message = one(told, "<id/status-step/x> a :Bridge .", **terms)
    assert "is called like a t:StatusStep, and its type is t:Bridge" in message
    fine = "<id/status-step/x> a :Late , :Bridge . <id/river/x> a :Bridge ."
    assert told(**terms | {"data/x.ttl": PREFIXES + fine}) == []


def settings(project, text: str) -> dict[str, str]:
    return {"ckg.toml": (project().folder / "ckg.toml").read_text() + text}


NUMBERS = '[check]\nnumbers = ["t:value t:stated"]\n'


@pytest.mark.parametrize(
    ("value", "words"),
    [("3000000000", "¥3 trillion"), ("0.43", "43 per cent"), ("5", "four states"), ("15000", "1,5 млрд")],
)
def test_a_number_that_its_words_do_not_say_is_told(told, project, value, words):
    message = one(told, f'<id/b> :value {value} ; :stated "{words}" .', **settings(project, NUMBERS))
    assert f"{words!r} says" in message


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("3000000000000", "¥3 trillion"),
        ("3000000000000", "3兆円"),
        ("43", "43 per cent"),
        ("4", "four states"),
        ("1500", "1,500 t"),
        ("1.5", "1,5 t"),
        ("20000000000", "approximately USD 20 billion"),
    ],
)
def test_a_number_that_its_words_say_is_not_told(told, project, value, words):
    text = PREFIXES + f'<id/b> :value {value} ; :stated "{words}" .'
    assert told(**settings(project, NUMBERS) | {"data/x.ttl": text}) == []


def test_a_pair_that_is_no_pair_is_told_with_the_line_of_the_setting(told, project):
    with pytest.raises(ConfigError, match=r"ckg.toml:8: .*'t:value' *, which is no pair of properties"):
        told(**settings(project, '[check]\nnumbers = ["t:value"]\n') | {"data/a.ttl": DATA})


GEO = "@prefix geo: <http://www.opengis.net/ont/geosparql#> . @prefix schema: <https://schema.org/> . "


@pytest.mark.parametrize(
    "text",
    [
        'geo:asWKT "POINT(35.69 139.69)"^^geo:wktLiteral',
        'geo:asWKT "LINESTRING(0 0, 10 100)"^^geo:wktLiteral',
        'geo:asWKT "<http://www.opengis.net/def/crs/EPSG/0/4326> POINT(139.69 35.69)"^^geo:wktLiteral',
        "schema:latitude 139.69",
        "schema:longitude 435.1",
    ],
)
def test_coordinates_that_are_on_no_map_are_told(told, text):
    one(told, f"{GEO} <id/tokyo> {text} .")


def test_coordinates_on_the_map_are_not_told(told):
    texts = ("POINT(139.69 35.69)", "<http://www.opengis.net/def/crs/EPSG/0/4326> POINT(35.69 139.69)", "POINT EMPTY")
    values = " , ".join(f'"{text}"^^geo:wktLiteral' for text in texts)
    assert told(**{"data/x.ttl": PREFIXES + f"{GEO} <id/tokyo> geo:asWKT {values} ; schema:latitude 35.69 ."}) == []


DATES = "@prefix schema: <https://schema.org/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . "


def test_an_end_before_its_start_is_told(told, project):
    text = '<id/b> schema:startDate "2025-12-19"^^xsd:date ; schema:endDate "2025-12-18"^^xsd:date .'
    assert "2025-12-18, before its schema:startDate" in one(told, DATES + text).replace(
        "<https://schema.org/startDate>", "schema:startDate"
    )
    own = '<id/b> :opened "2025"^^xsd:gYear ; :closed "2024-05"^^xsd:gYearMonth .'
    one(told, DATES + own, **settings(project, '[check]\ndates = ["t:opened t:closed"]\n'))


def test_dates_of_different_exactness_are_compared_as_far_as_both_go(told):
    text = '<id/b> schema:startDate "2025-12-19"^^xsd:date ; schema:endDate "2025"^^xsd:gYear .'
    assert told(**{"data/x.ttl": PREFIXES + DATES + text}) == []


OA = "@prefix oa: <http://www.w3.org/ns/oa#> . @prefix dcterms: <http://purl.org/dc/terms/> . "


def quoted(words: str, language: str) -> str:
    return (
        f'{OA} <id/q> dcterms:language "{language}" ; oa:hasSelector [ a oa:TextQuoteSelector ; oa:exact "{words}" ] .'
    )


def test_words_in_the_script_of_another_language_are_told(told):
    assert "'en'" in one(told, quoted("東京宣言を採択", "en"))
    assert "Cyrillic" in one(told, '<id/b> rdfs:label "Токио"@ja .')


@pytest.mark.parametrize(
    "text",
    [
        quoted("東京宣言を採択", "ja"),
        quoted("the 東京宣言 was adopted", "en"),
        '<id/b> rdfs:label "NHK"@ja .',
        '<id/b> rdfs:label "Tokio"@ru-Latn .',
    ],
)
def test_words_in_a_script_of_their_language_are_not_told(told, text):
    assert told(**{"data/x.ttl": PREFIXES + text}) == []


def test_a_quotation_that_is_a_whole_sentence_is_told_without_the_source_text(told, project):
    text = quoted("The leaders agreed on a fund for the bridge across the river.", "en")
    assert "is a whole sentence" in one(told, text)
    free = settings(project, "[build]\nquoted_percent = 100\n")
    assert told(**free | {"data/x.ttl": PREFIXES + text}) == []
    assert told(**{"data/x.ttl": PREFIXES + quoted("agreed on a fund for the bridge across the river.", "en")}) == []


def test_what_is_found_too_often_is_counted(told):
    rows = "".join(f"<id/b{n}> rdfs:label 'Токио'@ja .\n" for n in range(25))
    found = told(**{"data/x.ttl": PREFIXES + rows})
    assert len(found) == 21
    assert found[-1][0] == "ckg.toml"
    assert "5 more" in found[-1][2]


def test_every_check_has_its_setting_and_every_setting_its_check():
    from ckg.model.settings import rows

    assert {check.name for check in lint.CHECKS} == {row.name for row in rows("check") if row.choices}
