"""SPARQL 1.1 Query, 9.3 and 18.4: a path counts its alternatives; one of length zero has the term it starts from."""

from collections import Counter

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckg.backends.oxigraph.standard_query import StandardStore, rewritten

COUNT = "PREFIX : <http://example.org/> SELECT (COUNT(*) AS ?n) { %s }"


@pytest.mark.parametrize(
    ("pattern", "number"),
    [
        ("<id/s> (rdfs:label|rdfs:label) ?o", 4),
        ("<id/s> rdfs:label|rdfs:label ?o", 4),
        ("<id/s> rdfs:label|:p|:q ?o", 4),
        ("<id/s> (:p|:q)/^(:p|:p) ?o", 4),
        ("?s :p|:p <id/o> ; :q ?other", 2),
        ("<id/s> rdfs:label|rdfs:label 'one'@en , 'two'@en", 4),
        ("<id/s> (:p|:p)* ?o", 2),
        ("GRAPH ?g { <id/s> :p|:p <id/o> }", 4),
        ("OPTIONAL { <id/s> :p|:p ?o }", 2),
        ("<id/s> :p ?o FILTER NOT EXISTS { ?o :p|:q ?o }", 1),
        ("{ SELECT ?s { ?s :q|:q ?o } }", 2),
        ("<id/nowhere> :p* ?o", 1),
        ("?s :p? <id/nowhere>", 1),
        ("<id/s> :p? ?o", 2),
    ],
)
def test_a_path_has_as_many_solutions_as_the_standard_says(server, pattern, number):
    reply = server.query(COUNT % pattern, "text/csv")
    assert (reply.status, reply.body) == (200, f"n\r\n{number}\r\n".encode())


@pytest.mark.parametrize("space", ["", " ", "\n\t", " " * 5000])
@pytest.mark.parametrize("before", ["<x:p>", "x:p", "x:\u00e9", "x:_", "(x:p)", "x:1"])
def test_a_path_of_any_length_is_found_whatever_stands_before_its_star(before, space):
    asked = []
    rewritten(f"ASK {{ <x:nowhere> {before}{space}* ?o }}", lambda pattern: bool(asked.append(pattern)))
    assert asked


NODES = [ox.NamedNode(f"x:{name}") for name in "abc"]
LINKS = [ox.NamedNode(f"x:{name}") for name in "pqr"]
triples = st.sets(st.tuples(st.sampled_from(NODES), st.sampled_from(LINKS), st.sampled_from(NODES)), max_size=8)
paths = st.recursive(
    st.sampled_from([f"<{link.value}>" for link in LINKS]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("|/"), inner).map(lambda parts: f"({''.join(parts)})"),
        inner.map(lambda path: f"^({path})"),
        st.tuples(inner, st.sampled_from("*+?")).map(lambda parts: f"({parts[0]}){parts[1]}"),
    ),
    max_leaves=4,
)


class Naive:
    """Section 18.4, word by word: a path is evaluated to pairs of nodes, with how often each comes."""

    def __init__(self, graph, path):
        self.graph, self.text, self.at = graph, path, 0
        self.nodes = {node for s, _, o in graph for node in (s, o)}

    def pairs(self):
        return self.alternatives()

    def alternatives(self):
        found = self.sequence()
        while self.text[self.at : self.at + 1] == "|":
            self.at += 1
            found = found + self.sequence()
        return found

    def sequence(self):
        found = self.step()
        while self.text[self.at : self.at + 1] == "/":
            self.at += 1
            right = self.step()
            joined = Counter()
            for (a, b), n in found.items():
                for (c, d), m in right.items():
                    if b == c:
                        joined[a, d] += n * m
            found = joined
        return found

    def step(self):
        inverse = self.text[self.at] == "^"
        self.at += inverse
        if self.text[self.at] == "(":
            self.at += 1
            found = self.alternatives()
            self.at += 1
        else:
            end = self.text.index(">", self.at)
            link = self.text[self.at + 1 : end]
            self.at = end + 1
            found = Counter((s, o) for s, p, o in self.graph if p.value == link)
        sign = self.text[self.at : self.at + 1]
        if sign and sign in "*+?":
            self.at += 1
            found = self.repeated(set(found), sign)
        return Counter({(b, a): n for (a, b), n in found.items()}) if inverse else found

    def repeated(self, steps, sign):
        closure = set(steps)
        while sign != "?":
            more = {(a, d) for a, b in closure for c, d in steps if b == c} - closure
            if not more:
                break
            closure |= more
        return Counter(closure | ({(node, node) for node in self.nodes} if sign != "+" else set()))


@given(triples, paths)
def test_a_path_is_evaluated_as_the_standard_defines_it(graph, path):
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in graph)
    rows = StandardStore(store).query(f"SELECT ?s ?o {{ ?s {path} ?o }}", default_graph=None)
    found = Counter((row["s"], row["o"]) for row in rows)
    assert found == Naive(graph, path).pairs()


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (?a*?b AS ?c) { ?s <x:p> ?a ; <x:q> ?b }",
        "ASK { ?s (<x:p>|<x:q>)* ?o }",
        "ASK { FILTER(true || false) }",
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        "ASK { _:b <x:p>|<x:q> ?o . _:b <x:r> 1 }",
        "ASK { ?s <x:p> ?o FILTER NOT EXISTS { ?s <x:q>|<x:r> ?o } }",
        "SELECT * { ?s a ?class . ?class <x:sub>* <x:somewhere> }",
    ],
)
def test_what_is_right_already_or_is_not_understood_stays_as_it_is(text):
    assert rewritten(text) == text
