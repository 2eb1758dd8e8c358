"""A pattern that would take for ever ends the build with the shape, the pattern and the text."""

import time

import pytest

from ckg.errors import ProjectError
from ckg.validate import regex_time

LETTERS = "a" * 40 + "!"
SHAPES = {
    "sh:pattern": ':S a sh:NodeShape ; sh:targetClass :T ; sh:property [ sh:path :p ; sh:pattern "^(a+)+$" ] .',
    "REGEX": """
    :S a sh:NodeShape ; sh:targetClass :T ; sh:sparql [ sh:message "No." ; sh:select
      "SELECT $this { $this <https://example.org/p> ?v FILTER(!REGEX(?v, '^(a+)+$')) }" ] .""",
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_pattern_that_takes_too_long_is_named(check, monkeypatch, name):
    monkeypatch.setattr(regex_time, "REGEX_MAX_S", 0.3)
    began = time.monotonic()
    with pytest.raises(ProjectError) as caught:
        check(f':a a :T ; :p "{LETTERS}" .', SHAPES[name])
    assert time.monotonic() - began < 20
    for part in ("https://example.org/S", "^(a+)+$", LETTERS, "0.3 s"):
        assert part in caught.value.message


def test_a_pattern_that_is_fast_decides_as_before(check):
    report = check([':a a :T ; :p "aaa" .', ':b a :T ; :p "ab" .'], SHAPES["sh:pattern"])
    assert [str(result.focus_node) for result in report.results] == ["<https://example.org/b>"]
