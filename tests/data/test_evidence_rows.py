"""Every statement of the evidence file that the data were coded from is in the data, unchanged."""

import re
from collections import Counter

import outside
from rdflib import RDF, Namespace

CKG = Namespace("https://w3id.org/ckg/ontology#")
OA = Namespace("http://www.w3.org/ns/oa#")
PROV = Namespace("http://www.w3.org/ns/prov#")
SCHEMA = Namespace("https://schema.org/")


def evidence_rows() -> list[tuple[str, str, str | None]]:
    """The rows of the evidence file: its id, its address, its words."""
    text = (outside.need_source_texts() / "evidence.yaml").read_text(encoding="utf-8")
    row = re.compile(r'(?m)^([\w-]+): \{url: "([^"]+)".*? quote: (?:null|"([^"]*)"), says: ')
    return row.findall(text)


def test_every_row_of_the_evidence_file_is_in_the_data_by_its_address(union):
    rows = evidence_rows()
    assert len(rows) == 62
    addresses = Counter(str(a) for a in union.objects(None, SCHEMA.url))
    assert [key for key, address, _ in rows if addresses[address] != 1] == []


def test_every_source_carries_something(union):
    used = set(union.objects(None, OA.hasSource)) | set(union.objects(None, CKG.statedIn))
    sources = set(union.subjects(RDF.type, CKG.Source))
    behind = {o for s in sources for o in union.objects(s, PROV.hadPrimarySource)}
    assert {str(s) for s in sources - used - behind} == set()


def test_the_words_of_the_evidence_file_are_quoted_unchanged_or_in_part(union):
    quoted = [
        (str(union.value(source, SCHEMA.url)), str(union.value(selector, OA.exact)))
        for quotation, source in union.subject_objects(OA.hasSource)
        for selector in union.objects(quotation, OA.hasSelector)
    ]
    missing = [
        key
        for key, address, quote in evidence_rows()
        if quote and not any(source == address and words in quote for source, words in quoted)
    ]
    assert missing == []
