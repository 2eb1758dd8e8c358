"""Templates are compiled once for all releases, and what a project has changed in them is shown."""

from __future__ import annotations

import pytest
from jinja2 import DictLoader, Environment

from ckg.pages.compiled_templates import CompiledTemplates


class Counting(Environment):
    """Counts how often a template is compiled."""

    compiled = 0

    def compile(self, *arguments, **options):
        self.compiled += 1
        return super().compile(*arguments, **options)


@pytest.fixture
def release():
    """Return a function that gives the templates of another release."""
    shared = CompiledTemplates()
    return lambda source: Counting(loader=DictLoader({"page.html": source}), bytecode_cache=shared)


def test_the_next_release_with_the_same_template_needs_not_compile_it(release):
    first, second = release("{{ 1 + 1 }} {{ name }}"), release("{{ 1 + 1 }} {{ name }}")
    assert first.get_template("page.html").render(name="a") == "2 a"
    assert second.get_template("page.html").render(name="b") == "2 b"
    assert (first.compiled, second.compiled) == (1, 0)


def test_a_template_that_has_changed_is_compiled_anew(release):
    release("before {{ name }}").get_template("page.html")
    assert release("after {{ name }}").get_template("page.html").render(name="b") == "after b"
