"""The guard lets nothing through that brings the engine down."""

import contextlib
import subprocess
import sys
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckg.errors import QueryError, QueryMalformed, QueryRefused, QueryTooComplex
from ckg.query.guard.checker import Form, check
from ckg.query.guard.tokens import tokens
from ckg.query.limits import QueryLimits

from .shapes import DEEP, LONG, WIDE

LIMITS = QueryLimits()


@pytest.mark.parametrize("shape", DEEP.values(), ids=DEEP)
def test_deep_nesting_is_refused_at_the_limit_and_not_before(shape):
    roomy = replace(LIMITS, patterns=10_000)
    assert check(shape(25), roomy)
    with pytest.raises(QueryTooComplex) as refused:
        check(shape(300), roomy)
    assert (refused.value.bound, refused.value.limit) == ("depth", 64)


@pytest.mark.parametrize("shape", WIDE.values(), ids=WIDE)
def test_wide_joins_are_refused(shape):
    assert check(shape(15), LIMITS)
    with pytest.raises(QueryTooComplex) as refused:
        check(shape(65), LIMITS)
    assert refused.value.bound == "patterns"


@pytest.mark.parametrize("patterns", [1, 2, 3])
def test_a_union_that_is_joined_counts_once_however_much_its_first_branch_joins(patterns):
    branch = " ".join(f"?s{i} ?p ?o{i} ." for i in range(patterns))
    union = f"{{ {branch} }} UNION {{ ?a ?b ?c }} "
    assert check(f"ASK {{ {union * 63} }}", LIMITS)
    with pytest.raises(QueryTooComplex) as refused:
        check(f"ASK {{ {union * 65} }}", LIMITS)
    assert refused.value.limit == LIMITS.patterns


@pytest.mark.parametrize("shape", LONG.values(), ids=LONG)
def test_long_chains_are_refused(shape):
    assert check(shape(100), LIMITS)
    with pytest.raises(QueryTooComplex) as refused:
        check(shape(2100), LIMITS)
    assert refused.value.bound in ("patterns", "operators")


ALL = {
    f"{kind}: {name}": shape
    for kind, all_ in (("deep", DEEP), ("wide", WIDE), ("long", LONG))
    for name, shape in all_.items()
}


@pytest.mark.parametrize("name", ALL)
def test_the_largest_text_of_each_shape_that_is_let_through_does_the_engine_no_harm(name):
    shape = ALL[name]
    most, least = 2100, 1
    while least < most:  # the largest that passes
        middle = (least + most + 1) // 2
        try:
            check(shape(middle), LIMITS)
            least = middle
        except QueryTooComplex:
            most = middle - 1
    code = (
        "import sys, pyoxigraph\n"
        "try: pyoxigraph.Store().query(sys.stdin.read())\n"
        "except (SyntaxError, ValueError): pass\n"
    )
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], input=shape(least), text=True, check=False, timeout=60)
    assert done.returncode == 0
    assert time.monotonic() - began < 20


def test_long_lists_of_data_are_no_complexity():
    assert check("SELECT * { VALUES (?x ?y) {" + "(1 <a:b>) " * 4000 + "} }", LIMITS)
    assert check("SELECT * { ?s ?p ?o FILTER(?o IN (" + ",".join(map(str, range(9000))) + ")) }", LIMITS)
    assert check("SELECT * { ?s ?p ?o } VALUES ?o {" + '"x"@en ' * 5000 + "}", LIMITS)
    assert check("CONSTRUCT {" + "?s <p:p> ?o ." * 200 + "} WHERE { ?s ?p ?o }", LIMITS)


@pytest.mark.parametrize(
    "text",
    [
        "ASK { SERVICE <http://127.0.0.1/> {} }",
        "ASK { service <http://127.0.0.1/> {} }",
        "ASK { SERVICE SILENT <http://127.0.0.1/> {} }",
        "ASK { SERVICESILENT<http://127.0.0.1/>{} }",
        "ASK { SERVICE ?x {} }",
        "PREFIX a: <http://127.0.0.1/> ASK { SERVICEa:x {} }",
        "PREFIX a: <http://127.0.0.1/> ASK { SERVICESILENTa:x {} }",
        "PREFIX a: <http://127.0.0.1/> ASK { serviceSilent a:x {} }",
        "PREFIX a: <http://127.0.0.1/> ASK { ?s ?p trueSERVICEa:x {} }",
        "PREFIX a: <http://127.0.0.1/> ASK { ?s ?p 1SERVICESILENTa:x {} }",
        "PREFIX h: <http://h:> ASK { ?s ?p h:SERVICE<http://127.0.0.1/> {} }",
        "PREFIX h: <http://h:> ASK { ?s ?p h:SERVICESILENT?x {} }",
        "PREFIX h: <http://h:> ASK { ?s ?p h:SERVICE SILENT h:x {} }",
        "ASK { SERVICEckg:x { ?s ?p ?o } }",
        "ASK { SERVICE?x{} }",
        "PREFIX : <http://127.0.0.1/> ASK { SERVICE:x {} }",
        "PREFIX : <http://127.0.0.1/> ASK { serviceSilent:x{} }",
        "PREFIX : <http://127.0.0.1/> ASK { SERVICE # no\n :x {} }",
        "ASK { ?s ?p trueSERVICE <http://127.0.0.1/> {} }",
        "PREFIX : <http://127.0.0.1/> ASK { ?s ?p trueSERVICE:x{} }",
        "ASK { ?s ?p 1SERVICE <http://127.0.0.1/> {} }",
        'ASK { ?s ?p "x"SERVICE <http://127.0.0.1/> {} }',
        "ASK { #\rSERVICE <http://127.0.0.1/> {} }",
        "ASK { \\u0053ERVICE <http://127.0.0.1/> {} }",
        "ASK { SERV\\u0049CE <http://127.0.0.1/> {} }",
        "ASK { SERV\\U00000049CE <http://127.0.0.1/> {} }",
        'ASK { ?s ?p "\\u0022 . SERVICE <http://127.0.0.1/> {} } #"',
        "SELECT * { { SELECT * { GRAPH ?g { OPTIONAL { SERVICE <http://127.0.0.1/> {} } } } } }",
        "ASK { FILTER EXISTS { SERVICE <http://127.0.0.1/> {} } }",
    ],
)
def test_service_is_refused_however_it_is_spelled(text):
    with pytest.raises(QueryRefused, match="SERVICE is not offered here: line"):
        check(text, LIMITS)


@pytest.mark.parametrize(
    "text",
    [
        "ASK { ?service ?p 'SERVICE <http://127.0.0.1/> {}' } # SERVICE",
        'ASK { <http://e/SERVICE> ?p """SERVICE "x" {} """ }',
        "PREFIX ex: <http://e/> ASK { GRAPH ex:DataService { ?s a ex:Service . { ?s a ex:WebService } UNION {} } }",
        'PREFIX service: <http://e/> ASK { GRAPH service:x { ex:SERVICE service:p "x"@service } }',
    ],
)
def test_the_word_service_in_names_texts_and_comments_is_no_service(text):
    assert check(text, LIMITS)


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <a:b> <a:b> 1 }",
        "PREFIX : <a:> DELETE WHERE { :a ?p ?o }",
        "LOAD <http://127.0.0.1/>",
        "load silent <file:///etc/passwd>",
        "BASE <a:b> CLEAR ALL",
        "WITH <a:b> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    ],
)
def test_updates_are_refused(text):
    with pytest.raises(QueryRefused, match="updates are not offered"):
        check(text, LIMITS)


@pytest.mark.parametrize(
    ("text", "form", "volatile"),
    [
        ("PREFIX a: <b:> # SELECT\nask {}", Form.ASK, False),
        ("BASE <a:> SELECT(NOW() AS ?x){}", Form.SELECT, True),
        ("CONSTRUCT { ?s ?p ?o } WHERE { BIND(struuid() AS ?o) }", Form.CONSTRUCT, True),
        ("DESCRIBE <a:b>", Form.DESCRIBE, False),
        ("SELECT ?now { ?now ?p 'RAND()' }", Form.SELECT, False),
    ],
)
def test_the_form_is_found_and_whether_an_answer_may_differ_from_time_to_time(text, form, volatile):
    checked = check(text, LIMITS)
    assert (checked.form, checked.volatile) == (form, volatile)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("", 1, 1),
        ("  # nothing", 1, 12),
        ("ASK {\n  ?s ?p 'open }", 2, 9),
        ("ASK { ?s ?p § }", 1, 13),
        ("FOO", 1, 1),
        ("ASK { '\ud800' }", 1, 8),
    ],
)
def test_what_is_no_query_is_malformed_with_line_and_column(text, line, column):
    with pytest.raises(QueryMalformed) as wrong:
        check(text, LIMITS)
    assert (wrong.value.line, wrong.value.column) == (line, column)


def test_a_text_is_measured_in_bytes():
    assert check("ASK { ?s ?p '" + "é" * 32_000 + "' }", LIMITS)
    with pytest.raises(QueryTooComplex, match="bytes") as refused:
        check("ASK { ?s ?p '" + "é" * 33_000 + "' }", LIMITS)
    assert refused.value.bound == "text"


def test_a_text_that_is_as_long_as_is_accepted_is_accepted():
    text = "ASK { ?s ?p ?o }"
    assert check(text, replace(LIMITS, text=len(text)))
    with pytest.raises(QueryTooComplex):
        check(text, replace(LIMITS, text=len(text) - 1))


PIECES = [
    *"{}()[].,;!<>\"'?:@#\\^|/*+-= \n",
    "SELECT ",
    "ASK",
    "SERVICE",
    "VALUES",
    "?x",
    "<a:b>",
    "a:b",
    "1",
    "UNION",
    "\\u0022",
    "DESCRIBE",
    '"""',
]


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3))).map("".join))
def test_whatever_the_text_there_is_a_verdict(text):
    try:
        check(text, LIMITS)
    except QueryError as error:
        assert str(error)


@given(st.lists(st.sampled_from(PIECES), min_size=1).map("".join))
def test_tokens_are_cut_from_the_text_in_their_order(text):
    position = 0
    try:
        for token in tokens(text):
            assert token.start >= position
            assert text[token.start : token.end] == token.text
            position = token.end
    except QueryMalformed:
        pass


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        '"""',
        "'''a",
        "a.",
        "a.aa",
        "1.e",
        "?",
        "a-",
        "_:a.",
        "a:b.:",
        "#\n",
        "<a",
        "-",
        '""',
        "[",
        "\\u0041",
        "{!(",
    ],
)
def test_no_text_takes_time_that_grows_with_the_square_of_its_length(piece):
    text = "ASK " + piece * (64_000 // len(piece))  # when each piece was read to the end of the text this took 5 s
    began = time.process_time()
    with contextlib.suppress(QueryError):
        check(text, replace(LIMITS, depth=10**7, patterns=10**6))
    assert time.process_time() - began < 2
