"""Writing SVG so that no text of strangers can become markup."""

from __future__ import annotations

from html import escape

from markupsafe import Markup


class Raw(str):
    """Text that is markup already."""

    __slots__ = ()


def element(name: str, *children: str, **attributes: object) -> Raw:
    """Return an element; `_` in an attribute's name stands for `-`, a trailing one is dropped, None leaves it out.

    >>> element("text", "a < b", class_="name", x=1.5)
    '<text class="name" x="1.5">a &lt; b</text>'
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_value(value))}"'
        for key, value in attributes.items()
        if value is not None and value != ""
    )
    inner = "".join(child if isinstance(child, Raw) else escape(child) for child in children)
    return Raw(f"<{name}{written}>{inner}</{name}>" if inner else f"<{name}{written}/>")


def drawing(
    width: float, height: float, title: str, description: str, *children: Raw, kind: str, ident: str, role: str = "img"
) -> Raw:
    """Return a whole drawing with a name and a description for those who do not see it.

    `role` is `img` for a picture and `group` for a drawing with links in it; `ident` must be unique on its page.
    """
    return element(
        "svg",
        element("title", title, id=f"{ident}-title"),
        element("desc", description, id=f"{ident}-desc") if description else Raw(""),
        *children,
        viewBox=f"0 0 {_value(width)} {_value(height)}",
        class_=kind,
        role=role,
        aria_labelledby=f"{ident}-title",
        aria_describedby=f"{ident}-desc" if description else None,
    )


def markup(drawn: Raw) -> Markup:
    """Return a drawing as templates take it in."""
    return Markup(drawn)  # noqa: S704  # every text in a drawing was escaped when it was written


def link(href: str, *children: str, label: str = "") -> Raw:
    """Return children inside a link, or alone where there is nowhere to link to."""
    if not href:
        return element("g", *children)
    return element("a", *children, href=href, aria_label=label or None)


def fit(text: str, width: float, size: float) -> str:
    """Cut text so that it fits into a width at a font size, by the usual width of letters; wide letters count double.

    >>> fit("Kazakhstan", 200, 12), fit("A very long name of something", 60, 12)
    ('Kazakhstan', 'A very…')
    """
    room, used = width / (size * 0.56), 0.0
    for place, character in enumerate(text):
        used += letter(character)
        if used > room:
            return text[: max(1, place - 1)].rstrip() + "…"
    return text


def measure(text: str, size: float) -> float:
    """Return about how wide text is at a font size."""
    return sum(letter(character) for character in text) * size * 0.56


def letter(character: str) -> float:
    """Return how many usual letters wide a character is."""
    return 1.8 if ord(character) >= 0x2E80 else 1.0


def _value(value: object) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
