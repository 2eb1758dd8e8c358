"""Texts in another script than their language is written in: a Japanese quotation tagged `en`.

Looked at are the words of quotations, by the language that the quotation names with dcterms:language, and labels, by
their language tag. Only what is certain is told: at least three letters, most of them of a script that the language is
not written in. Latin letters are not told of in a language of another script: names and abbreviations have them.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator

from ckg.build.lint.project_check import ProjectCheck
from ckg.build.lint.survey import ProjectSurvey, StatementLine
from ckg.errors import ProjectWarning
from ckg.model import evidence_terms as terms
from ckg.model.vocabulary import DCTERMS_NS, LABELS

_LANGUAGE = f"{DCTERMS_NS}language"
_HAN = "CJK"
_WRITTEN_IN = (
    ("LATIN", "en de fr es it pt nl pl cs sv da fi hu ro vi id ms tk tr et lv lt sk sl hr no nb nn ca eu ga cy"),
    ("CYRILLIC", "ru uk be bg mk ky tg"),
    ("CYRILLIC LATIN", "kk uz sr az"),
    (f"{_HAN} HIRAGANA KATAKANA KATAKANA-HIRAGANA", "ja"),
    (_HAN, "zh"),
    (f"HANGUL {_HAN}", "ko"),
    ("ARABIC", "ar fa ur"),
    ("GREEK", "el"),
    ("HEBREW", "he"),
    ("DEVANAGARI", "hi"),
    ("THAI", "th"),
    ("GEORGIAN", "ka"),
    ("ARMENIAN", "hy"),
)
_SCRIPTS = {
    language: frozenset(scripts.split()) for scripts, languages in _WRITTEN_IN for language in languages.split()
}
_FEWEST_LETTERS = 3


def find(survey: ProjectSurvey) -> Iterator[ProjectWarning]:
    """Yield each label and each quotation whose letters are not those of its language."""
    for statement in survey.statements(*LABELS):
        literal = statement.literal
        if literal is not None and literal.language and (script := other_script(literal.value, literal.language)):
            yield _told(survey, statement, literal.language, script, "Correct the language tag.")
    languages = survey.by_subject(_LANGUAGE)
    words = survey.by_subject(terms.EXACT)
    for selector in survey.statements(terms.HAS_SELECTOR):
        for language in languages.get(selector.subject, ()):
            for exact in words.get(selector.object, ()):
                tag = language.literal.value if language.literal else ""
                text = exact.literal.value if exact.literal else ""
                if script := other_script(text, tag):
                    hint = f"Correct {survey.short(language.predicate)} of {survey.short(selector.subject)}."
                    yield _told(survey, exact, tag, script, hint)


def other_script(text: str, language: str) -> str | None:
    """Return the script that most letters of a text are in, if its language is not written in it; else None.

    >>> other_script("東京宣言", "en"), other_script("NHK", "ja"), other_script("Токио", "ru")
    ('CJK', None, None)
    """
    subtags = language.lower().split("-")
    scripts = _SCRIPTS.get(subtags[0])
    if scripts is None or any(len(tag) == 4 and tag.isalpha() for tag in subtags[1:]):  # ru-Latn says it itself
        return None
    letters = Counter(unicodedata.name(letter, "").split(" ")[0] for letter in text if letter.isalpha())
    if letters.total() < _FEWEST_LETTERS:
        return None
    script, number = letters.most_common(1)[0]
    if script in scripts or number * 2 <= letters.total() or (script == "LATIN" and "LATIN" not in scripts):
        return None
    return script


def _told(survey: ProjectSurvey, statement: StatementLine, language: str, script: str, hint: str) -> ProjectWarning:
    text = statement.literal.value if statement.literal else ""
    return ProjectWarning(
        f"{text[:40]!r} is said to be in the language {language!r}, and is written in {script.title()} letters",
        survey.place_of_value(statement),
        hint,
    )


CHECK = ProjectCheck("scripts", find, (*LABELS, terms.HAS_SELECTOR, terms.EXACT, _LANGUAGE))
