"""RDF 1.1 Concepts, 3.5 and 4: a blank node may name a graph; here it becomes an IRI, everywhere in its file."""

import re

GENERATED = r"http://example.org/.well-known/genid/b[0-9a-f]{10}x\d+"
OWN = "http://example.org/graph/a"


def generated(graphs):
    found = [name for name in graphs if re.fullmatch(GENERATED, name)]
    assert len(found) == len(graphs) - (OWN in graphs)
    return sorted(found)


def test_a_graph_named_by_a_blank_node_is_called_the_same_wherever_it_is_mentioned(staged):
    trig = """
        <x:before> <x:names> _:g .
        _:g { <x:s> <x:p> _:g , _:o . }
        _:g <x:about> "_:g <x:p> _:g ." .
        _:o <x:about> 1 .
    """
    graphs = staged({"data/a.trig": trig})
    (name,) = generated(graphs)
    other = re.search(r"_:b\w+", " ".join(graphs[OWN]))[0]
    assert graphs[name] == [f"<x:s> <x:p> <{name}>", f"<x:s> <x:p> {other}"]
    assert sorted(graphs[OWN]) == sorted(
        [
            f"<x:before> <x:names> <{name}>",
            f'<{name}> <x:about> "_:g <x:p> _:g ."',
            f'{other} <x:about> "1"^^<http://www.w3.org/2001/XMLSchema#integer>',
        ]
    )


def test_graphs_without_a_name_are_graphs_of_their_own(staged):
    graphs = staged({"data/a.trig": "[] { <x:a> <x:p> 1 } [] { <x:b> <x:p> 2 }"})
    assert sorted(lines[0].split()[0] for lines in graphs.values()) == ["<x:a>", "<x:b>"]
    assert len(generated(graphs)) == 2


def test_n_quads_and_a_graph_container_of_json_ld_are_read_as_trig_is(staged):
    graphs = staged({"data/a.nq": "<x:s> <x:p> <x:o> _:g .\n_:g <x:p> <x:o> .\n"})
    (name,) = generated(graphs)
    assert graphs == {name: ["<x:s> <x:p> <x:o>"], OWN: [f"<{name}> <x:p> <x:o>"]}
    document = """{"@context": {"claims": {"@id": "x:claims", "@container": "@graph"}}, "@id": "x:s",
        "claims": [{"@id": "x:a", "x:p": 1}, {"@id": "x:b", "x:p": 2}]}"""
    graphs = staged({"data/a.nq": "", "data/b.jsonld": document})
    own = graphs.pop("http://example.org/graph/b")
    assert sorted(lines[0].split()[0] for lines in graphs.values()) == ["<x:a>", "<x:b>"]
    assert own == [f"<x:s> <x:claims> <{name}>" for name in generated(graphs)]


def test_the_names_are_the_same_in_every_build(staged, tmp_path):
    text = "_:y { <x:s> <x:p> _:z . } _:z { <x:s> <x:p> _:y . } [] { <x:s> <x:q> _:z }"
    first = staged({"data/a.trig": text})
    assert len(generated(first)) == 3
    (tmp_path / "data" / "a.trig").write_text(text + "\n# read anew\n")
    assert staged({}) == first
