"""The page of an ontology says what is different from the version before, where that is named in ckg.toml."""

from __future__ import annotations

import pytest

from ckg.build.pipeline import Build
from ckg.errors import ConfigError
from ckg.model import config
from ckg.web import create_app

TOML = """[project]
name = "herbs"
title = "Herbs"
base = "https://voc.example/"
version = "2"
[build]
ontology = ["now.ttl"]
previous_ontology = ["old/herbs.ttl"]
[reason]
engine = "none"
"""
HEAD = """@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix : <https://voc.example/terms#> . <https://voc.example/terms> a owl:Ontology ; rdfs:label "Terms" .
:grows a owl:ObjectProperty ; rdfs:label "grows" .
"""
OLD = (
    HEAD
    + """:Herb a owl:Class ; rdfs:label "herb" ; rdfs:comment "A plant." ;
    rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :grows ; owl:someValuesFrom :Bed ] .
:Bed a owl:Class ; rdfs:label "bed" . :Weed a owl:Class ; rdfs:label "weed" .
"""
)
NOW = (
    HEAD
    + """:Bed a owl:Class ; rdfs:label "bed" . :Pot a owl:Class ; rdfs:label "pot" .
:Herb a owl:Class ; rdfs:label "herb" ; rdfs:comment "A plant for the kitchen." ;
    rdfs:subClassOf [ owl:someValuesFrom :Bed ; owl:onProperty :grows ; a owl:Restriction ] .
"""
)


def project(folder, **files):
    for name, text in {"ckg.toml": TOML, "now.ttl": NOW, "old/herbs.ttl": OLD, **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return config.read(folder)


def test_terms_that_are_new_gone_and_changed_are_told_and_order_and_labels_of_nodes_are_none(tmp_path):
    made = project(tmp_path)
    Build(made, tmp_path / "release").run()
    app = create_app(tmp_path / "release", {"limits.workers": 1, "limits.spares": 0})
    page = app.test_client().get("/terms", headers={"Accept": "text/html"}).text
    app.close()
    told = page.partition('id="page-differences"')[2].partition("</section>")[0]
    assert ">pot</a>" in told.partition("Gone")[0]
    assert ">weed</span>" in told
    assert told.count("<ins>") == told.count("<del>") == 1
    assert "A plant for the kitchen." in told and "A plant." in told
    assert ">bed</a>" not in told


def test_a_version_before_that_is_not_there_is_told_with_the_line_of_the_setting(tmp_path):
    made = project(tmp_path, **{"ckg.toml": TOML.replace("old/herbs.ttl", "old/none.ttl")})
    with pytest.raises(ConfigError, match=r"ckg.toml:8: `build.previous_ontology` has 'old/none.ttl'"):
        Build(made, tmp_path / "release").run()
