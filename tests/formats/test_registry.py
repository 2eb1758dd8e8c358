"""What is offered is computed from what a format can do, and nobody else knows the formats."""

from __future__ import annotations

import ast
import pickle
from pathlib import Path

import pytest

from ckg import formats
from ckg.formats import BooleanFormat, DatasetFormat, Format, GraphFormat, InputFormat, ResultFormat, by_key
from ckg.formats.base import EngineInput

SRC = Path(__file__).parents[2] / "src" / "ckg"
MODULES = sorted(path for path in SRC.rglob("*.py") if path.relative_to(SRC).parts[0] != "formats")

# The same word for something else than a format of RDF or of results.
OTHER_MEANINGS = {
    ("model/prefixes.py", "rdf"): "the prefix of the vocabulary RDF",
    ("reason/rules/owl_terms.py", "rdf"): "the prefix of the vocabulary RDF",
    ("web/document_rdf.py", "rdf"): "the prefix of the vocabulary RDF",
}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(SRC).as_posix())
def test_no_module_outside_of_the_formats_names_one_by_its_key(path: Path) -> None:
    inside = path.relative_to(SRC).as_posix()
    keys = {form.key for form in formats.FORMATS}
    found = {
        node.value
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in keys
    }
    assert {word for word in found if (inside, word) not in OTHER_MEANINGS} == set()


@pytest.mark.parametrize("claims", [InputFormat, EngineInput, GraphFormat, DatasetFormat, ResultFormat, BooleanFormat])
def test_a_format_that_lacks_a_part_of_what_it_claims_cannot_be_made(claims: type[Format]) -> None:
    half = type("Half", (claims,), {} if claims is not EngineInput else {"parse": EngineInput.guard})
    if claims is EngineInput:
        half.__abstractmethods__ = frozenset({"parse"})
    with pytest.raises(TypeError, match="abstract"):
        half(key="half", name="half", media_type="text/half")


OFFERED = {
    "documents": formats.DOCUMENT_FORMATS,
    "input": formats.INPUT_FORMATS,
    "results": formats.RESULT_FORMATS,
    "booleans": formats.BOOLEAN_FORMATS,
}


@pytest.mark.parametrize("offered", OFFERED.values(), ids=OFFERED)
def test_no_word_and_no_media_type_means_two_formats_that_are_offered_together(offered: tuple[Format, ...]) -> None:
    for names in (lambda f: (f.key, *f.words), lambda f: f.media_types):
        given = [name for form in offered for name in names(form)]
        assert sorted(given) == sorted(set(given))
        assert all(by_key(name, offered) == form for form in offered for name in names(form))


def test_no_suffix_of_a_file_means_two_formats() -> None:
    suffixes = [suffix for form in formats.INPUT_FORMATS for suffix in form.file_suffixes]
    assert sorted(suffixes) == sorted(set(suffixes))
    assert all(suffix == suffix.lower() for suffix in suffixes)


def test_keys_are_unique() -> None:
    assert len({form.key for form in formats.FORMATS}) == len(formats.FORMATS) > 9


@pytest.mark.parametrize("form", formats.FORMATS, ids=lambda form: form.key)
def test_a_format_is_the_same_in_another_process(form: Format) -> None:
    assert pickle.loads(pickle.dumps(form)) == form
