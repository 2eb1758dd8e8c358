"""Going on from an earlier closure: only what is new is reasoned from, and the result is that of reasoning from all."""

from ckg import reason
from ckg.reason.engine import resume

INFERRED = "http://example.org/graph/inferred"
ONTOLOGY = ":p a owl:TransitiveProperty ; rdfs:domain :A . :A rdfs:subClassOf :B . :f a owl:FunctionalProperty ."

DOMAIN = "<:p> rdfs:domain <:B>"


def close(staging, folder, previous=None):
    return reason.close(staging, folder, inferred_graph=INFERRED, threads=1, previous=previous)


def test_added_files_give_the_closure_of_everything(tmp_path, stage, triples):
    close(stage(tmp_path / "1", ontology=ONTOLOGY, a=":x :p :y . :u :f :v ."), tmp_path / "first")
    more = stage(tmp_path / "1", ontology=ONTOLOGY, a=":x :p :y . :u :f :v .", b=":y :p :z . :u :f :w . :w :p :x .")
    on, whole = close(more, tmp_path / "on", tmp_path / "first"), close(more, tmp_path / "whole")
    assert on.graph.path.read_bytes() == whole.graph.path.read_bytes()
    assert "<:v> owl:sameAs <:w>" in triples(on.graph)


def test_what_was_inferred_and_is_now_asserted_is_inferred_no_more(tmp_path, stage, triples):
    close(stage(tmp_path / "1", ontology=ONTOLOGY, a=":x a :A ."), tmp_path / "first")
    more = stage(tmp_path / "1", ontology=ONTOLOGY, a=":x a :A .", b=":x a :B .")
    assert triples(close(more, tmp_path / "on", tmp_path / "first").graph) == {DOMAIN}


def test_an_earlier_closure_with_a_file_that_is_gone_or_changed_is_not_built_on(tmp_path, stage, triples):
    close(stage(tmp_path / "1", ontology=ONTOLOGY, a=":x a :A ."), tmp_path / "first")
    less = stage(tmp_path / "2", ontology=ONTOLOGY, b=":y a :A .")
    assert resume.earlier(tmp_path / "first", less) is None
    assert triples(close(less, tmp_path / "on", tmp_path / "first").graph) == {
        "<:p> rdfs:domain <:B>",
        "<:y> rdf:type <:B>",
    }


def test_an_earlier_closure_is_built_on_in_place_and_again(tmp_path, stage):
    texts = {}
    for name, text in (("a", ":x :p :y ."), ("b", ":y :p :z ."), ("c", ":z :p :x . :x :f :y , :z .")):
        texts[name] = text
        staging = stage(tmp_path / "1", ontology=ONTOLOGY, **texts)
        assert name == "a" or resume.earlier(tmp_path / "out", stage(tmp_path / "1", ontology=ONTOLOGY, **texts))
        on = close(staging, tmp_path / "out", tmp_path / "out").graph.path.read_bytes()
        assert on == close(staging, tmp_path / f"whole-{name}").graph.path.read_bytes()


def test_a_folder_without_an_earlier_closure_is_no_hindrance(tmp_path, stage, triples):
    staging = stage(tmp_path, ontology=ONTOLOGY, a=":x a :A .")
    assert triples(close(staging, tmp_path / "on", tmp_path / "never").graph) == {
        "<:p> rdfs:domain <:B>",
        "<:x> rdf:type <:B>",
    }
