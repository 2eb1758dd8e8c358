"""Labels in the nine languages: complete, in the right script, and read again when the English label changes."""

import re
from collections import defaultdict
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, SH, SKOS, Graph, Namespace, URIRef

from ckg.model import config

ROOT = Path(__file__).parents[2]
CKG = Namespace("https://w3id.org/ckg/ontology#")
SCHEMA = Namespace("https://schema.org/")
ORG = Namespace("http://www.w3.org/ns/org#")
LABELS = (RDFS.label, SKOS.prefLabel)
LANGUAGES = tuple(config.read(ROOT).languages)
OTHERS = tuple(language for language in LANGUAGES if language != "en")

SAID = {CKG.Clause, CKG.Commitment, CKG.Principle, CKG.Claim, CKG.Conflict, CKG.Conversion}
"""What was said in Tokyo and about it: translated whole."""

NAMES = {
    CKG.State, CKG.Region, CKG.UnionOfStates, CKG.Corridor, CKG.Dialogue, CKG.MeetingSeries, CKG.Resource,
    CKG.CommodityCode, CKG.CommodityList, SCHEMA.City, SCHEMA.GovernmentOrganization, SKOS.Concept, SKOS.ConceptScheme,
    ORG.Post,
}  # fmt: skip
"""What is few and named on many pages: translated wherever it stands."""

OWN_NAME = {SCHEMA.NewsMediaOrganization, SCHEMA.Organization}
"""Publishers: they have their English label and, at most, the name they use themselves."""

MODULES = {OWL.Ontology}
"""Headers of the ontology's modules: read by those who edit it, in English, as are the modules."""

CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
LATIN = "abcdefghijklmnopqrstuvwxyz"
KANA = "\u3041-\u3096\u30a1-\u30fa\u30fc"
HAN = "\u3005\u3007\u4e00-\u9fff"
LETTERS = {
    "ja": KANA + HAN,
    "zh": HAN,
    "ru": CYRILLIC,
    "kk": CYRILLIC + "әғқңөұүһі",
    "ky": CYRILLIC + "ңөү",
    "tg": "".join(set(CYRILLIC) - set("цщыь")) + "ғӣқӯҳҷ",
    "uz": LATIN.replace("w", "") + "\u02bb\u02bc",
    "tk": "".join(set(LATIN) - set("cqvx")) + "äçňöşüýž",
}

LETTER_RUN = re.compile(r"[A-Za-z]+|[^\W\d_A-Za-z]+")
# A Latin letter that looks like its Cyrillic neighbours is found by no reader and breaks every search.
MIXED_SCRIPTS = re.compile(r"[A-Za-z][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-z]")


@pytest.fixture(scope="module")
def labels(graphs) -> dict:
    """The labels of each thing by language, from all files."""
    found: dict = defaultdict(dict)
    for graph in graphs.values():
        for predicate in LABELS:
            for thing, label in graph.subject_objects(predicate):
                found[thing][label.language] = str(label)
    return found


@pytest.fixture(scope="module")
def waiting() -> set:
    lines = (ROOT / "tests" / "data" / "untranslated.txt").read_text("utf-8").splitlines()
    graph = Graph().parse(ROOT / "ontology" / "prefixes.ttl")
    for row in graph.objects(None, SH.declare):
        graph.bind(str(graph.value(row, SH.prefix)), str(graph.value(row, SH.namespace)), replace=True)
    names = [line for line in lines if line and not line.startswith("#")]
    return {URIRef(name) if "://" in name else graph.namespace_manager.expand_curie(name) for name in names}


def in_part(things, labels) -> dict[str, list[str]]:
    """Return the languages that are missing, of each thing that lacks any."""
    missing = {str(thing): [tag for tag in LANGUAGES if tag not in labels[thing]] for thing in things}
    return {thing: tags for thing, tags in missing.items() if tags}


WHAT_TO_DO = "write the labels into ontology/labels or data/labels, or the name into tests/data/untranslated.txt"


def test_every_term_and_concept_has_a_label_in_every_language(ontology, labels, waiting):
    things = {thing for predicate in LABELS for thing in ontology.subjects(predicate)}
    modules = {module for kind in MODULES for module in ontology.subjects(RDF.type, kind)}
    assert len(things) > 400
    assert in_part(things - modules - waiting, labels) == {}, WHAT_TO_DO


def test_what_was_said_in_tokyo_and_what_is_named_everywhere_has_a_label_in_every_language(graphs, labels, waiting):
    things = set()
    for file, graph in graphs.items():
        kinds = NAMES | SAID if file.startswith("data/tokyo-2025/") else NAMES
        things |= {thing for kind in kinds for thing in graph.subjects(RDF.type, kind)}
    assert len(things) > 150
    assert in_part(things - waiting, labels) == {}, WHAT_TO_DO


def test_what_has_a_label_in_one_more_language_has_it_in_all(union, labels, waiting):
    publishers = {thing for kind in OWN_NAME for thing in union.subjects(RDF.type, kind)}
    begun = {thing for thing, said in labels.items() if set(said) - {"en"}}
    assert in_part(begun - publishers - waiting, labels) == {}


def test_nothing_is_said_to_wait_that_is_complete(labels, waiting):
    assert [str(thing) for thing in waiting if not in_part([thing], labels)] == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_label_is_in_the_script_of_its_language(language, labels):
    """Words of the English label may stand in it as they are: names, abbreviations, units."""
    foreign = {}
    for thing, said in labels.items():
        if language in said:
            runs = set(LETTER_RUN.findall(said[language])) - set(LETTER_RUN.findall(said["en"]))
            wrong = [run for run in runs if not re.fullmatch(f"[{LETTERS[language]}]+", run.lower())]
            wrong += MIXED_SCRIPTS.findall(said[language])
            if wrong:
                foreign[str(thing)] = wrong
    assert foreign == {}


@pytest.mark.parametrize("language", OTHERS)
def test_a_translated_label_stands_beside_the_english_one_it_was_made_from(language, graphs, labels):
    """Where this fails the English has changed: read the translation again, then write the new English behind it."""
    stale, rows = [], 0
    for folder in ("ontology", "data"):
        file = f"{folder}/labels/{language}.ttl"
        text = (ROOT / file).read_text("utf-8")
        # A row of the file: a name, the property, the label, and behind it the English label as a comment.
        row = re.compile(rf'(?m)^(\S+) (?:rdfs:label|skos:prefLabel) "([^"]+)"@{language} \.  # (.+)$')
        said = row.findall(text)
        rows += len(said)
        assert len(said) == len(graphs[file]), "every statement is a row of this form"
        names = graphs[file].namespace_manager
        stale += [name for name, _, english in said if labels[names.expand_curie(name)].get("en") != english]
    assert rows > 600
    assert stale == []


def test_a_file_of_labels_holds_its_language_only(graphs):
    for language in OTHERS:
        for folder in ("ontology", "data"):
            graph = graphs[f"{folder}/labels/{language}.ttl"]
            assert set(graph.predicates()) <= set(LABELS)
            assert {label.language for label in graph.objects()} == {language}
    files = {Path(file).stem for file in graphs if "/labels/" in file}
    assert files == set(OTHERS)
