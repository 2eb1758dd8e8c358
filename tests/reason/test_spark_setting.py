"""Asking for Spark where it is not installed, or with properties that are none."""

import pytest

from ckg import reason
from ckg.errors import ConfigError, ExtraMissing
from ckg.model import config
from ckg.reason.spark import session

PROJECT = (
    '[project]\nname = "a"\ntitle = "A"\nbase = "https://example.org/"\nversion = "1"\nlicense = "https://e.org/l"\n'
)


def test_without_the_extra_it_is_said_what_to_install_and_nothing_is_written(tmp_path, stage, monkeypatch):
    monkeypatch.setattr(session, "find_spec", lambda name: None)
    staging = stage(tmp_path, ontology=":A rdfs:subClassOf :B .", d=":x a :A .")
    with pytest.raises(ExtraMissing, match="pyspark and sqlglot are not installed") as missing:
        reason.close(staging, tmp_path / "out", engine="spark", inferred_graph="http://example.org/graph/inferred")
    assert "pip install 'ckg[spark]'" in missing.value.hint
    assert list((tmp_path / "out").iterdir()) == []


def test_without_java_it_is_said_what_to_install(tmp_path, stage, monkeypatch):
    monkeypatch.setattr(session, "find_spec", lambda name: name)
    monkeypatch.setattr(session.shutil, "which", lambda name: None)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    staging = stage(tmp_path, ontology=":A rdfs:subClassOf :B .")
    with pytest.raises(ExtraMissing, match="Java is not installed"):
        reason.close(staging, tmp_path / "out", engine="spark", inferred_graph="http://example.org/graph/inferred")


@pytest.mark.parametrize("row", ["spark.executor.memory", "executor.memory=8g", "spark. x=1"])
def test_a_property_of_spark_that_is_none_is_refused(tmp_path, row):
    (tmp_path / "ckg.toml").write_text(f'{PROJECT}[spark]\nproperties = ["{row}"]\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"`spark\.properties` has"):
        config.read(tmp_path)
