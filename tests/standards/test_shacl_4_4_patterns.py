"""SHACL 4.4.3 and SPARQL 1.1, 17.4.3.14 and 17.4.3.15: expressions are XPath's (F&O 5.6.1), in both engines."""

import pytest

from ckg.errors import ProjectError

PATTERN = ":S a sh:NodeShape ; sh:targetSubjectsOf :p ; sh:property [ sh:path :p ; sh:pattern {} ] ."
REGEX = """:S a sh:NodeShape ; sh:targetSubjectsOf :p ; sh:sparql [ sh:message "No." ; sh:select
  '''SELECT $this {{ $this <https://example.org/p> ?v FILTER(!REGEX(?v, {})) }}''' ] ."""
CASES = [
    (r'"^abc$"', r"abc\n", False),
    (r'"^abc$"', "abc", True),
    (r'"^a.c$"', r"a\nc", False),
    (r'"^a.c$" ; sh:flags "s"', r"a\nc", True),
    (r'"^c$" ; sh:flags "m"', r"ab\nc", True),
    (r'"^c$"', r"ab\nc", False),
    (r'"^ABC$" ; sh:flags "i"', "abc", True),
    (r'"a.c" ; sh:flags "q"', "abc", False),
    (r'"a.c" ; sh:flags "q"', "xa.c", True),
    (r'"A.C" ; sh:flags "qi"', "xa.c", True),
    (r'"^ a  b # $" ; sh:flags "x"', "ab#", True),
    (r'"^[a b]+$" ; sh:flags "x"', "a b", True),
    (r'"^\\p{L}+$"', "Ташкент", True),
    (r'"^\\p{L}+$"', "a1", False),
    (r'"^\\P{Lu}+$"', "ab", True),
    (r'"^\\i\\c*$"', "dcterms:title", True),
    (r'"^\\i\\c*$"', "1a", False),
    (r'"^[\\i-[:]][\\c-[:]]*$"', "a:b", False),
    (r'"^[a-z-[aeiou]]+$"', "brt", True),
    (r'"^[a-z-[aeiou]]+$"', "bar", False),
    (r'"^\\s$"', "\u00a0", False),
    (r'"^\\w$"', "_", False),
    (r'"^(a|b)\\1$"', "aa", True),
    (r'"^(a|b)\\1$"', "ab", False),
]


@pytest.mark.parametrize("form", ["sh:pattern", "REGEX"])
def test_an_expression_fits_what_xpath_says(check, form):
    """One validation for all: a node and a shape for each case."""
    data, shapes = [], []
    for number, (pattern, text, _) in enumerate(CASES):
        data.append(f':n{number} :p{number} "{text}" .')
        written, _, flags = pattern.partition(" ; sh:flags ")
        template = (
            PATTERN.format(pattern)
            if form == "sh:pattern"
            else REGEX.format(", ".join(part.replace("\\", "\\\\") for part in (written, flags) if part))
        )
        shapes.append(
            template.replace(":S ", f":S{number} ").replace(":p ", f":p{number} ").replace("/p>", f"/p{number}>")
        )
    report = check("\n".join(data), "\n".join(shapes))
    failed = {result.focus_node.value.rsplit("n", 1)[1] for result in report.results}
    wrong = [case for number, case in enumerate(CASES) if (str(number) not in failed) is not case[2]]
    assert wrong == []


@pytest.mark.parametrize(
    "pattern", [r'"\\bx"', '"(?=a)"', '"a++"', '"["', r'"\\p{Foo}"', '"a" ; sh:flags "z"', '"(?i)a"']
)
@pytest.mark.parametrize("form", ["sh:pattern", "REGEX"])
def test_what_is_no_expression_of_xpath_names_the_shape(check, form, pattern):
    written, _, flags = pattern.partition(" ; sh:flags ")
    in_query = ", ".join(part.replace("\\", "\\\\") for part in (written, flags) if part)
    shape = PATTERN.format(pattern) if form == "sh:pattern" else REGEX.format(in_query)
    with pytest.raises(ProjectError, match=r"https://example\.org/S") as caught:
        check(':a :p "a" .', shape)
    assert "no regular expression" in caught.value.message or "flags" in caught.value.message


@pytest.mark.parametrize(
    ("call", "made"),
    [
        ('REPLACE(?v, "(a)(b)", "$2$1")', "bac"),
        ('REPLACE(?v, "b", "[$0]")', "a[b]c"),
        (r'REPLACE(?v, "b", "\\\\$")', "a$c"),
        ('REPLACE(?v, "B", ".", "i")', "a.c"),
        ('REPLACE(?v, "[a-z-[b]]", "x")', "xbx"),
        ('REPLACE(?v, "b", "$9")', "ac"),
    ],
)
def test_replace_is_fn_replace(check, call, made):
    shape = f"""
    :S a sh:NodeShape ; sh:targetSubjectsOf :p ; sh:sparql [ sh:message "No." ; sh:select
      '''SELECT $this {{ $this <https://example.org/p> ?v FILTER({call.replace("$", "$")} != "{made}") }}''' ] ."""
    assert check(':a :p "abc" .', shape).results == ()


def test_replace_of_a_pattern_that_fits_the_empty_text_is_refused(check):
    shape = REGEX.replace("REGEX(?v, {})", 'STRLEN(REPLACE(?v, "b*", "-"))').replace("{{", "{").replace("}}", "}")
    with pytest.raises(ProjectError, match="fits the empty text"):
        check(':a :p "abc" .', shape)
