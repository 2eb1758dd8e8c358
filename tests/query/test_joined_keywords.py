"""The engine needs no space between a keyword and a name: no way of joining them gets SERVICE past the guard."""

from __future__ import annotations

import contextlib
import itertools
import socket
import threading

import pyoxigraph as ox
import pytest

from ckg.errors import QueryError
from ckg.query.guard.checker import check
from ckg.query.limits import QueryLimits

BEFORE = (
    "", "?s ?p true", "?s ?p 1", "?s ?p 1.5e0", "?s ?p ?o .", '?s ?p "x"', '?s ?p "x"@en ', "?s ?p h:", "?s ?p h:-",
    "?s h:",     "?s ?p true ; ?q h:", "?s ?p ?o, h:", '?s ?p "x"^^h:', "FILTER(true)", "OPTIONAL{}", "BIND(1 AS ?x)",
    "VALUES ?x {1}", "GRAPH ", "?s a ", "{}UNION{}", "MINUS{}", "FILTER h:", "OPTIONAL { ?s ?p h:", "GRAPH h: {} ",
)  # fmt: skip
KEYWORD = ("SERVICE", "service", "SERVICESILENT", "SERVICE SILENT", "sErViCe\tsilent")
BETWEEN = ("", " ", "#\n")
TARGET = ("a:x", "a:", "<{0}>", "?v", "h:x")


@pytest.fixture(scope="module")
def listener():
    """An address on which somebody listens, and how many have called."""
    calls: list[int] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                calls.append(1)
                connection.close()

        threading.Thread(target=listen, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/", calls
        server.shutdown(socket.SHUT_RDWR)


def queries(address):
    prologue = f"PREFIX a: <{address}> PREFIX h: <http://h:> SELECT * {{ "
    for before, keyword, between, target in itertools.product(BEFORE, KEYWORD, BETWEEN, TARGET):
        ending = " { ?c ?d ?e }" + "}" * (before.count("{") - before.count("}")) + " }"
        yield f"{prologue}{before}{keyword}{between}{target.format(address)}{ending}"


def test_nothing_that_the_guard_lets_through_calls_another_server(listener):
    address, calls = listener
    store = ox.Store()
    node = ox.NamedNode("http://h:")
    for term in (node, ox.Literal(True), ox.Literal(1), ox.Literal("x"), ox.Literal("x", language="en")):
        store.add(ox.Quad(node, node, term))
    tried = refused = 0
    for text in queries(address):
        tried += 1
        try:
            check(text, QueryLimits())
        except QueryError:
            refused += 1
            continue
        with contextlib.suppress(SyntaxError, OSError, ValueError):
            list(store.query(text))
        assert not calls, text
    assert tried > 1500
    assert refused > tried / 2


def test_without_the_guard_joined_keywords_do_call_it(listener):
    address, calls = listener
    before = len(calls)
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("http://h:"), ox.NamedNode("http://h:"), ox.NamedNode("http://h:")))
    for text in ("{ SERVICESILENTa:x {} }", f"{{ ?s ?p h:SERVICESILENT<{address}> {{}} }}"):
        store.query(f"PREFIX a: <{address}> PREFIX h: <http://h:> ASK {text}")
    assert len(calls) >= before + 2


def test_a_form_joined_to_a_name_is_refused_rather_than_taken_for_another_form():
    with pytest.raises(QueryError, match="begins with"):
        check("PREFIX a: <http://e/> DESCRIBEa:x {{ SELECT * { ?s ?p ?o } }}", QueryLimits())
