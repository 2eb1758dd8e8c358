"""The law: on any ontology and data the engine `spark` leaves the files that the engine `duckdb` leaves, byte by byte.

Spark needs the extra `spark` and Java, and some seconds for each closure: these tests are run by hand.
`benchmarks/reason_spark.py` compares the two at a million triples on a standalone cluster (results: docs/scale.md).
"""

import os
import shutil
import tempfile
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ckg import reason
from ckg.build.pipeline import Build
from ckg.errors import Inconsistent, TooMuchInferred
from ckg.model import config
from ckg.model.staged import Role, Staging

if find_spec("pyspark") is None or find_spec("sqlglot") is None:
    pytest.skip("Spark is not installed: uv pip install 'pyspark>=4.0.1' 'sqlglot>=30'", allow_module_level=True)
if not os.environ.get("JAVA_HOME") and shutil.which("java") is None:
    pytest.skip("Java is not installed: apt-get install openjdk-17-jre-headless", allow_module_level=True)

_spec = spec_from_file_location("equal_to_owlrl", Path(__file__).with_name("test_equal_to_owlrl.py"))
_laws = module_from_spec(_spec)
_spec.loader.exec_module(_laws)

# pyspark warns of versions of pandas, which it is not asked to use.
pytestmark = pytest.mark.filterwarnings("ignore")
INFERRED = _laws.INFERRED


@pytest.fixture(scope="module", autouse=True)
def session():
    """One session for all closures, made for little data: most of the time would go into compiling queries."""
    from pyspark.sql import SparkSession

    options = {
        "spark.log.level": "ERROR",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
    }
    session = SparkSession.builder.master("local[1]").config(map=options).getOrCreate()
    yield session
    session.stop()


def closed(staging, into, engine, **options):
    """Return the files of a closure by name, or what kept it from being made."""
    try:
        reason.close(staging, into, engine=engine, inferred_graph=INFERRED, threads=1, **options)
    except (Inconsistent, TooMuchInferred) as error:
        assert not list(into.iterdir()), "what fails leaves nothing behind"
        return error.message
    return {str(path.relative_to(into)): path.read_bytes() for path in sorted(into.rglob("*")) if path.is_file()}


def agree(staging, folder, **options):
    by_spark = closed(staging, folder / "spark", "spark", **options)
    assert by_spark == closed(staging, folder / "duckdb", "duckdb", **options)
    return by_spark


MORE = int(os.environ.get("CKG_EXAMPLES", "1"))
SETTINGS = settings(
    deadline=None,
    max_examples=2 * MORE,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)


@SETTINGS
@given(
    axioms=st.lists(_laws.ANY, min_size=4, max_size=12),
    facts=_laws.FACTS,
    published=_laws.CHOICES,
    contradictions=st.sampled_from(["refuse", "report"]),
)
def test_any_ontology(stage_lines, axioms, facts, published, contradictions):
    ontology = [triple for triples in axioms for triple in triples]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = [[" ".join(map(_laws.token, triple)) for triple in part] for part in (ontology, facts)]
        staging = Staging(
            (
                stage_lines(lines[0], folder, "ontology", Role.ONTOLOGY),
                stage_lines(lines[1], folder, "data", Role.DATA),
            )
        )
        agree(staging, folder, published=published, contradictions=contradictions)


EVERYTHING_AT_ONCE = """
:p a owl:TransitiveProperty ; rdfs:domain :A ; owl:inverseOf :q . :A rdfs:subClassOf :B .
:r rdfs:subPropertyOf owl:sameAs . :id a owl:InverseFunctionalProperty .
:n rdfs:range xsd:integer . :A owl:disjointWith :C .
"""


def test_equal_things_datatypes_and_contradictions(tmp_path, stage):
    data = " ".join(
        f":x{i} :p :x{i * 7 % 30} ; :id {i % 9} ; :n '{i}'^^xsd:byte, '{i}.5'^^xsd:byte, '2026-02-30'^^xsd:date ."
        for i in range(30)
    )
    staging = stage(tmp_path, ontology=EVERYTHING_AT_ONCE, d=data + " :a :r :b . :b :r _:z . :x3 a :C .")
    files = agree(staging, tmp_path, contradictions="report")
    assert len(files["inferred.nq"]) > 100_000
    assert b"cax-dw" in files["contradictions.json"]


def test_long_literals_characters_of_all_planes_and_background_graphs(tmp_path, stage, stage_lines):
    literals = ['"é"', '"\U0001f33f\\n\\"x\\" "@en', '"\ufffd\ue000"', '""', '"%s"' % ("x y" * 400_000)]
    lines = [f"<http://example.org/i{i}> <http://example.org/p> {literal}" for i, literal in enumerate(literals)]
    lines += [f"_:b\U0001f33f <http://example.org/p> <http://example.org/ü{i}>" for i in range(3)]
    context = ["<http://example.org/ü1> <http://example.org/p> <http://example.org/far>"]
    ontology = stage(tmp_path, ontology=":p rdfs:subPropertyOf :q ; rdfs:domain :A .")
    graphs = (
        stage_lines(lines, tmp_path, "data", Role.DATA),
        stage_lines(context, tmp_path, "context-é", Role.CONTEXT),
    )
    agree(ontology.with_graphs(graphs), tmp_path)


def test_terms_that_share_a_hash_are_told_apart_all_the_same(tmp_path, stage, monkeypatch):
    from ckg.reason.spark import number_terms

    staging = stage(
        tmp_path, ontology=":p rdfs:subPropertyOf :q .", d=" ".join(f":x{i} :p :x{i + 1} ." for i in range(9))
    )
    monkeypatch.setattr(number_terms, "HASH", "pmod(xxhash64({}), 7)")
    agree(staging, tmp_path)


def test_too_much_is_refused_in_the_same_words(tmp_path, stage):
    data = " ".join(f":x{i} :p :x{i + 1} ." for i in range(30))
    staging = stage(tmp_path, ontology=":p a owl:TransitiveProperty .", d=data)
    assert "more than the limit of 100" in agree(staging, tmp_path, most_inferred=100)


def test_the_shipped_data(tmp_path):
    project = config.read(Path(__file__).parents[2])
    staging = Build(project, tmp_path / "releases").inputs().staging
    assert len(agree(staging, tmp_path)["inferred.nq"]) > 100_000


def test_sql_of_duckdb_becomes_sql_of_spark():
    from ckg.reason.spark.dialect import spark_sql, text_sql

    translated = spark_sql("SELECT k >> 32, s::UBIGINT FROM facts n ANTI JOIN old o ON n.s = o.s")
    assert translated == "SELECT SHIFTRIGHT(k, 32), CAST(s AS BIGINT) FROM facts AS n ANTI JOIN old AS o ON n.s = o.s"
    assert spark_sql(r"SELECT regexp_full_match(t, '\d')") == r"SELECT t RLIKE '\\A(?:\\d)\\z'"
    assert text_sql("it's") == r"'it\'s'"
