"""One IRI has one spelling, whichever way it comes."""

import pytest

from ckg.model.iris import normal

BASE = "https://example.org/id/"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a%ff", "a%FF"),  # no UTF-8: stays encoded
        ("a%c3%28", "a%C3%28"),
        ("a%2f", "a%2F"),  # a delimiter stays encoded
        ("%e6%97%a5", "日"),
        ("%7Ex", "~x"),
    ],
)
def test_two_spellings_of_one_iri_are_one(one, other):
    assert normal(BASE + one) == normal(BASE + other)


@pytest.mark.parametrize("path", ["a%FF", "a%2Fb%20c", "%E2%80%AEx", "plain", "100%25"])
def test_what_must_stay_encoded_does(path):
    assert normal(BASE + path) == BASE + path
