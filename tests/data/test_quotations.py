"""Quotations are short, exact, and where the source text is at hand they stand where they say."""

import re

import pytest
from rdflib import DCTERMS, RDF, Namespace

from ckg.build import quoted_share

CKG = Namespace("https://w3id.org/ckg/ontology#")
OA = Namespace("http://www.w3.org/ns/oa#")
FOUNDING = Namespace("https://w3id.org/ckg/id/source/")["founding-digest"]
MOST_QUOTED = 0.4  # of the characters of a source text, prefixes and suffixes included


def selectors(union, quotation, kind):
    return [s for s in union.objects(quotation, OA.hasSelector) if (s, RDF.type, OA[kind]) in union]


def words(union, quotation) -> str:
    (selector,) = selectors(union, quotation, "TextQuoteSelector")
    return str(union.value(selector, OA.exact))


@pytest.fixture(scope="module")
def quotations(union):
    found = sorted(union.subjects(RDF.type, CKG.Quotation))
    assert len(found) > 60
    return found


@pytest.fixture(scope="module")
def founding(union, source_texts):
    return source_texts[str(union.value(FOUNDING, CKG.sourceTextSha256))]


def positioned(union, quotations):
    for quotation in quotations:
        for selector in selectors(union, quotation, "TextPositionSelector"):
            yield quotation, int(union.value(selector, OA.start)), int(union.value(selector, OA.end))


def test_a_quotation_has_one_source_one_language_and_one_wording(union, quotations):
    for quotation in quotations:
        assert len(list(union.objects(quotation, OA.hasSource))) == 1, quotation
        assert len(list(union.objects(quotation, DCTERMS.language))) == 1, quotation
        assert words(union, quotation), quotation


def test_a_quotation_has_at_most_25_words(union, quotations):
    assert [q for q in quotations if len(words(union, q).split()) > 25] == []


def test_every_quotation_carries_something(union, quotations):
    assert set(quotations) - set(union.objects(None, CKG.restsOn)) == set()


def test_a_quotation_speaks_the_language_of_its_source(union, quotations):
    for quotation in quotations:
        source = union.value(quotation, OA.hasSource)
        assert union.value(quotation, DCTERMS.language) == union.value(source, DCTERMS.language), quotation


def test_every_quotation_of_the_founding_text_has_a_position_and_the_hash(union, quotations):
    of_the_digest = {q for q in quotations if union.value(q, OA.hasSource) == FOUNDING}
    assert of_the_digest == {q for q, _, _ in positioned(union, quotations)}
    for quotation in of_the_digest:
        assert union.value(quotation, CKG.sourceTextSha256) == union.value(FOUNDING, CKG.sourceTextSha256)


def test_the_words_stand_at_their_position_between_prefix_and_suffix(union, quotations, founding):
    for quotation, start, end in positioned(union, quotations):
        (selector,) = selectors(union, quotation, "TextQuoteSelector")
        prefix = str(union.value(selector, OA.prefix) or "")
        suffix = str(union.value(selector, OA.suffix) or "")
        assert founding[start:end] == words(union, quotation), quotation
        assert founding[:start].endswith(prefix), quotation
        assert founding[end:].startswith(suffix), quotation


def test_prefix_words_and_suffix_together_are_found_once(union, quotations, founding):
    for quotation, _, _ in positioned(union, quotations):
        (selector,) = selectors(union, quotation, "TextQuoteSelector")
        parts = (union.value(selector, p) or "" for p in (OA.prefix, OA.exact, OA.suffix))
        assert founding.count("".join(map(str, parts))) == 1, quotation


def test_no_quotation_of_the_founding_text_is_a_whole_sentence(union, quotations, founding):
    sentences = {s.strip().rstrip(".") for line in founding.splitlines() for s in re.split(r"(?<=[a-z])\.\s|\n", line)}
    assert len(sentences) >= 12
    quoted = {words(union, q).strip().rstrip(".") for q, _, _ in positioned(union, quotations)}
    assert quoted & {s for s in sentences if len(s.split()) > 6} == set()


def test_a_prefix_or_suffix_stands_only_where_the_words_occur_more_than_once(union, quotations, founding):
    for quotation, _, _ in positioned(union, quotations):
        (selector,) = selectors(union, quotation, "TextQuoteSelector")
        context = union.value(selector, OA.prefix) or union.value(selector, OA.suffix)
        assert bool(context) == (founding.count(words(union, quotation)) > 1), quotation


def test_the_founding_text_cannot_be_rebuilt_from_its_quotations(union, quotations, founding):
    spans = []
    for quotation, start, end in positioned(union, quotations):
        (selector,) = selectors(union, quotation, "TextQuoteSelector")
        prefix, suffix = (len(str(union.value(selector, p) or "")) for p in (OA.prefix, OA.suffix))
        spans.append(quoted_share.Span(start - prefix, end + suffix, str(quotation)))
    assert quoted_share.share(founding, spans) <= MOST_QUOTED
    assert quoted_share.whole_sentences(founding, spans) == []


def test_every_sentence_of_the_founding_text_is_coded(union, quotations, founding):
    starts = [start for _, start, _ in positioned(union, quotations)]
    for sentence in re.finditer(r"[A-Z](?:[^.\n]|\.(?=\S))+\.", founding[: founding.index("\nSources:")]):
        assert any(sentence.start() <= start < sentence.end() for start in starts), sentence.group()[:60]
