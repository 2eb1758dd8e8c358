"""A table is compiled to data by the build; what is wrong with it is told by row and column."""

from __future__ import annotations

import bridges
import pytest

from ckg.build import lint, sheet_yaml
from ckg.build.pipeline import Build
from ckg.errors import ChecksFailed, ConfigError, ShapesViolated, SourceSyntaxError
from ckg.model import config

SETTING = bridges.TOML.replace("[new]", '[build]\nsheets = ["data/more.csv crossing"]\n[new]')
HEAD = "id,rdfs:label@en,rdfs:label@ja,state of repair,opened,ex:near"


@pytest.fixture
def project(tmp_path):
    def make(sheet: str, **others: str) -> config.Project:
        files = {"ckg.toml": SETTING, "data/more.csv": sheet} | others
        return config.read(bridges.write(tmp_path / "project", **files))

    return make


@pytest.fixture
def statements(project):
    """Return a function from a sheet to what its rows say, in N-Quads without the graph."""

    def run(sheet: str, **others: str) -> list[str]:
        made = project(sheet, **others)
        staging = Build(made, made.folder / "release").inputs().staging
        (graph,) = [graph for graph in staging.graphs if graph.sources == ("data/more.csv",)]
        assert graph.name == "https://example.org/graph/more"
        lines = graph.path.read_text().replace("https://example.org/", "").splitlines()
        return [line.removesuffix(" <graph/more> .") for line in lines]

    return run


def test_rows_become_records_by_the_shapes(statements):
    assert statements(HEAD + '\nnew,"New bridge, of stone",新橋,sound,1931,bridge:old | bridge:new\n\n') == [
        "<id/bridge/new> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <ontology#Bridge>",
        '<id/bridge/new> <http://www.w3.org/2000/01/rdf-schema#label> "New bridge, of stone"@en',
        '<id/bridge/new> <http://www.w3.org/2000/01/rdf-schema#label> "新橋"@ja',
        "<id/bridge/new> <ontology#near> <id/bridge/new>",
        "<id/bridge/new> <ontology#near> <id/bridge/old>",
        '<id/bridge/new> <ontology#opened> "1931"^^<http://www.w3.org/2001/XMLSchema#gYear>',
        "<id/bridge/new> <ontology#state> <id/state/sound>",
    ]


def test_semicolons_and_a_mark_at_the_beginning_are_read_as_spreadsheets_write_them(statements):
    assert len(statements("\ufeffid;label@en;state\nnew;New, of stone;sound\n")) == 3


def test_words_of_a_row_become_its_quotation(statements):
    head = "id,label@en,state,words,words.from,words.source"
    said = statements(f"{head}\nnew,New,sound,was opened in 1931,texts/text.txt,bridge:old\n")
    assert "<id/bridge/new> <https://w3id.org/ckg/ontology#restsOn> <id/quotation/new>" in said
    assert any('oa#exact> "was opened in 1931"' in line for line in said)


@pytest.mark.parametrize(
    ("sheet", "told"),
    [
        ("id,colour\nnew,red\n", "line 1, column colour: crossing has no property 'colour'"),
        ("label@en,state\nnew,sound\n", "line 1: no column is called `id`"),
        ("id,label@en,state\nnew,New,old\n", "line 2, column state: 'old' is no value of `state of repair`"),
        ("id,label@en,state,opened\nnew,New,sound,soon\n", "line 2, column opened: 'soon' is no date or gYear"),
        ("id,label@en,state\nnew,New,\n", "line 2: state of repair is missing. Say in what state it is."),
        ("id,label@en,state\nnew,New,sound\n\nnew,Other,sound\n", "line 4, column id: 'new' is the id of line 2"),
        ("id,label@en,state\nnew,New,sound,1931\n", "line 2: 4 cells, and 3 columns are named"),
        ("id,label@en,state\na b,New,sound\n", "line 2, column id: 'a b' is no name"),
        ('id,label@en,state\nnew,"New\nlong",sound\nx,X,\n', "line 4: state of repair is missing"),
        ("id,label@en,state,words\nnew,New,sound,stone\n", "line 2, column words.from: there is no file ''"),
        ('id,label@en,state\nnew,"New" x,sound\n', "this is no table"),
        ("", "the sheet is empty"),
    ],
)
def test_what_is_wrong_is_told_by_row_and_column(project, sheet, told):
    made = project(sheet)
    with pytest.raises(SourceSyntaxError) as error:
        Build(made, made.folder / "release").inputs()
    assert told in str(error.value)
    assert str(error.value).startswith(str(made.folder / "data/more.csv"))


def test_all_faults_of_a_sheet_are_told_at_once(project):
    made = project("id,label@en,state\na,A,old\nb,B,new\n")
    with pytest.raises(SourceSyntaxError, match=r"more.csv:2: the sheet has 4 faults"):
        Build(made, made.folder / "release").inputs()


def test_a_sheet_that_is_not_there_or_of_no_kind_is_told_with_the_line_of_the_setting(project):
    for row in ("data/less.csv bridge", "data/more.csv"):
        made = project("id\n", **{"ckg.toml": SETTING.replace("data/more.csv crossing", row)})
        with pytest.raises(ConfigError, match=r"ckg.toml:8: `build.sheets` has"):
            Build(made, made.folder / "release").inputs()


def test_a_release_has_the_records_and_shapes_and_checks_name_the_line_of_the_sheet(project):
    head = "id,label@en,state,near"
    made = project(
        f"{head}\nnew,New,sound,bridge:old\n", **{"data/bridges.ttl": bridges.DATA.replace("bridges>", "more>")}
    )
    (made.folder / "data/bridges.ttl").write_text(bridges.DATA.split("<https://example.org/graph")[0])
    built = Build(made, made.folder / "release").run()
    assert built.release.counts["entities"]
    wrong = project(f"{head}\n\nnew,New,sound,state:sound\n")
    (wrong.folder / "data/bridges.ttl").write_text(bridges.DATA.split("<https://example.org/graph")[0])
    with pytest.raises(ShapesViolated, match=r"data/more.csv:3"):
        Build(wrong, wrong.folder / "release").run()
    strict = f'{SETTING}[check]\nundescribed_things = "error"\n'
    lost = project(f"{head}\nnew,New,sound,bridge:odl\n", **{"ckg.toml": strict})
    (lost.folder / "data/bridges.ttl").write_text(bridges.DATA.split("<https://example.org/graph")[0])
    build = Build(lost, lost.folder / "release")
    with pytest.raises(ChecksFailed, match=r"bridge:odl, which no file describes"):
        lint.run(lost, build.inputs(), build.cache).raise_for_errors()


YAML = """# comment
- id: new
  rdfs:label: {en: "New bridge, of stone | wood", ja: 新橋}
  state of repair: sound
  opened: 1931
  ex:near: [bridge:old, bridge:new]
  words: {text: was opened in 1931, from: texts/text.txt, source: bridge:old}
"""


@pytest.fixture
def of_yaml(tmp_path):
    def make(sheet: str) -> config.Project:
        toml = SETTING.replace("more.csv", "more.yaml")
        return config.read(bridges.write(tmp_path / "project", **{"ckg.toml": toml, "data/more.yaml": sheet}))

    return make


@pytest.mark.parametrize("sheet", [YAML, YAML.replace("- id: new\n", "new:\n")])
def test_records_in_yaml_say_what_the_rows_of_a_table_say(of_yaml, sheet):
    made = of_yaml(sheet)
    staging = Build(made, made.folder / "release").inputs().staging
    (graph,) = [graph for graph in staging.graphs if graph.sources == ("data/more.yaml",)]
    said = graph.path.read_text().replace("https://example.org/", "")
    assert '<id/bridge/new> <http://www.w3.org/2000/01/rdf-schema#label> "New bridge, of stone | wood"@en' in said
    assert '"新橋"@ja' in said
    assert '<ontology#opened> "1931"^^<http://www.w3.org/2001/XMLSchema#gYear>' in said
    assert said.count("<ontology#near>") == 2
    assert "ontology#restsOn> <id/quotation/new>" in said


@pytest.mark.parametrize(
    ("sheet", "told"),
    [
        ("- id: new\n  colour: red\n", "line 2, record new, field colour: crossing has no property 'colour'"),
        ("- id: new\n  label: {en: New}\n  state: old\n", "line 3, record new, field state: 'old' is no value of"),
        ("- id: new\n  label: {en: New}\n", "line 1, record new: state of repair is missing"),
        ("- id: a\n- label: x\n", "line 2, record (without id), field id: "),
        ("- id: a\n- id: a\n", "line 2, record a, field id: 'a' is the id of line 1 as well"),
        ("- id: &x new\n  label: *x\n", "more.yaml:1:7: anchors and aliases are not taken"),
        ("- id: !!python/object:os.system new\n", "more.yaml:1:7: the tag tag:yaml.org,2002:python/object:os.system"),
        ("- id: a\n  id: b\n", "more.yaml:2:3: the key 'id' is there twice"),
        ("- id: [\n", "more.yaml:2:1: this is no YAML"),
        ("- id: a\n---\n- id: b\n", "more.yaml:2:1: there are several documents"),
        ("[" * 500, "more.yaml:1:7: it is nested too deep"),
        ("- new\n", "more.yaml:1: this is no record"),
        ("- id: a\n  label: [[x]]\n", "more.yaml:2: the field 'label' holds more than values"),
        ("# nothing\n", "the sheet is empty"),
    ],
)
def test_what_is_wrong_in_yaml_is_told_by_record_and_field(of_yaml, sheet, told):
    made = of_yaml(sheet)
    with pytest.raises(SourceSyntaxError) as error:
        Build(made, made.folder / "release").inputs()
    assert told in str(error.value)


def test_a_date_and_a_no_stay_as_they_are_written(tmp_path):
    path = tmp_path / "sheet.yaml"
    path.write_text("- {id: no, a: 2026-01-01, b: 0x1F, c: 010, d: null, e: 'null', f: 1_000}\n")
    (record,) = sheet_yaml.read(path)
    assert record.values == {
        "id": ["no"],
        "a": ["2026-01-01"],
        "b": ["0x1F"],
        "c": ["010"],
        "d": [],
        "e": ["null"],
        "f": ["1_000"],
    }
