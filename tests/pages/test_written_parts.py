"""The parts of pages that are written without templates are what the templates say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckg.pages import messages
from ckg.pages.folder import PagesFolder
from ckg.pages.render import environment
from ckg.pages.statement_groups import Group, ShownValue
from ckg.pages.view_context import Datum, Ref, Words

TEXT = st.sampled_from(("", "a", "a <b> & \"c\" 'd'", "東京", "100% %(x)s", "x" * 50))
WORDS = st.builds(Words, TEXT, st.sampled_from(("", "en", "ja", 'x"y')), st.booleans())
REFS = st.builds(Ref, WORDS, TEXT, TEXT, TEXT, external=st.booleans())
KINDS = st.sampled_from(("text", "date", "number", "flag", "address", "shape"))
DATA = st.builds(Datum, KINDS, WORDS, TEXT, TEXT, st.booleans())
SHOWN = st.one_of(REFS, DATA)


def values(parts):
    graphs = st.lists(REFS, max_size=2)
    return st.builds(ShownValue, SHOWN, st.booleans(), graphs, parts, st.sampled_from(("", "node-1")))


def groups(parts):
    return st.builds(Group, REFS, st.lists(values(parts), min_size=1, max_size=4), st.sampled_from((0, 7)), TEXT)


NESTED = st.lists(groups(st.just([])), max_size=2)
GROUPS = st.lists(groups(NESTED), max_size=2)


@pytest.fixture(scope="module")
def parts():
    return environment(PagesFolder(None, {})).globals["m"]


@pytest.fixture(params=("en", "ja"), autouse=True)
def language(request):
    messages.use(messages.catalogue(request.param))
    yield
    messages.use(messages.ENGLISH)


@given(words=WORDS, mark=st.booleans())
def test_words(parts, words, mark):
    assert parts.words(words, mark) == parts._macros.words(words, mark)


@given(ref=REFS, mark=st.booleans())
def test_a_thing(parts, ref, mark):
    assert parts.ref(ref, mark) == parts._macros.ref(ref, mark)


@given(refs=st.lists(REFS, max_size=3), separator=st.sampled_from((", ", " <· ")))
def test_things_one_after_the_other(parts, refs, separator):
    assert parts.refs(refs, separator) == parts._macros.refs(refs, separator)


@given(found=GROUPS, marked=st.booleans(), first=st.sampled_from((1, 15)), origin=st.booleans())
def test_groups_of_values(parts, found, marked, first, origin):
    assert parts.groups(found, marked, first, origin) == parts._macros.groups(found, marked, first, origin)


def test_what_a_project_hands_in_of_its_own_is_shown_by_the_macro(parts):
    assert parts.words({"text": "a", "lang": "", "fallback": False}) == "a"
