"""Every row of the evidence files that the data were coded from is in the data, unchanged."""

import re
from collections import Counter

import outside
from rdflib import RDF, Namespace

CKG = Namespace("https://w3id.org/ckg/ontology#")
OA = Namespace("http://www.w3.org/ns/oa#")
PROV = Namespace("http://www.w3.org/ns/prov#")
SCHEMA = Namespace("https://schema.org/")


def evidence_rows() -> list[tuple[str, str, str | None]]:
    """The rows of the evidence files: each with its id, its address, its words."""
    row = re.compile(r'(?m)^([\w-]+): \{url: "([^"]+)".*? quote: (?:null|"([^"]*)"), says: ')
    rows = []
    for path in sorted(outside.need_source_texts().glob("evidence*.yaml")):
        text = path.read_text(encoding="utf-8")
        found = row.findall(text)
        assert len(found) == len(re.findall(r"(?m)^[^#\s]", text)), f"{path}: a row is not read"
        rows += found
    return rows


def address_of(url: str) -> str:
    """One page has one address, whether or not it is written with `www.`."""
    return url.replace("://www.", "://")


def test_every_row_of_the_evidence_files_is_in_the_data_by_its_address(union):
    addresses = Counter(address_of(str(a)) for a in set(union.objects(None, SCHEMA.url)))
    assert [key for key, url, _ in evidence_rows() if not addresses[address_of(url)]] == []
    assert [url for url, count in Counter(map(str, union.objects(None, SCHEMA.url))).items() if count > 1] == []


def test_every_source_carries_something(union):
    used = set(union.objects(None, OA.hasSource)) | set(union.objects(None, CKG.statedIn))
    sources = set(union.subjects(RDF.type, CKG.Source))
    behind = set(union.objects(None, PROV.hadPrimarySource))
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
