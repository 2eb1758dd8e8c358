"""A text that is there in several languages, for a reader of one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def in_one_language(texts: Iterable[tuple[str, str]], languages: Sequence[str]) -> str:
    """Return the texts of one language as one text; each comes with its tag, which is empty where it has none.

    The language is the first of `languages` in which there is a text, by the first subtag. What has no language is for
    every reader. Where there is neither, English is taken, then the first tag.

    >>> in_one_language([("Too long", "en"), ("Zu lang", "de"), ("p. 5", "")], ["de", "en"])
    'Zu lang p. 5'
    >>> in_one_language([("Too long", "en-GB"), ("Zu lang", "de")], ["fr"])
    'Too long'
    """
    by_tag: dict[str, list[str]] = {}
    for text, tag in texts:
        by_tag.setdefault(tag.lower(), []).append(text)
    for_all = by_tag.pop("", [])
    wanted = [*languages, *([] if for_all else ["en", *sorted(by_tag)])]
    for language in wanted:
        for tag in sorted(by_tag):
            if tag.split("-")[0] == language.lower().split("-")[0]:
                return " ".join([*by_tag[tag], *for_all])
    return " ".join(for_all)
