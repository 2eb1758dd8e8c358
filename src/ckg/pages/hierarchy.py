"""A hierarchy of classes, properties or concepts, from what is asserted, shown as far as a page holds it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from ckg.pages.view_context import Ref, ViewContext

MAX_SHOWN: Final = 250
"""Members of a hierarchy that are shown on a page."""


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A member of a hierarchy; `below` are those right below it that are shown, `hidden` how many are not."""

    ref: Ref
    below: list[TreeNode]
    hidden: int


class Hierarchy:
    """Who is right below whom: `below` maps a member to those, `members` are all of them.

    What is below two others stands under each; what is below itself, in a circle, is shown once on each way down.
    """

    def __init__(self, members: Iterable[NamedNode], pairs: Iterable[tuple[NamedNode, NamedNode]]) -> None:
        self.members = frozenset(members)
        below: dict[NamedNode, dict[NamedNode, None]] = {}
        under: set[NamedNode] = set()
        for narrow, wide in pairs:
            if narrow != wide and narrow in self.members and wide in self.members:
                below.setdefault(wide, {})[narrow] = None
                under.add(narrow)
        self.below: Mapping[NamedNode, Sequence[NamedNode]] = {wide: list(rows) for wide, rows in below.items()}
        tops = self.members - under
        self.tops: Sequence[NamedNode] = sorted(tops or self.members, key=lambda node: node.value)

    def tree(
        self, reader: ViewContext, tops: Sequence[NamedNode] | None = None, *, most: int = MAX_SHOWN
    ) -> list[TreeNode]:
        """Return the hierarchy from its tops, level by level as long as there is room."""
        roots = list(self.tops if tops is None else tops)
        shown: dict[tuple[NamedNode, ...], list[tuple[NamedNode, ...]]] = {(): [(root,) for root in roots[:most]]}
        level = list(shown[()])
        left = most - len(level)
        while level:
            reached: list[tuple[NamedNode, ...]] = []
            for way in level:
                inner = [(*way, node) for node in self.below.get(way[-1], ()) if node not in way]
                if inner and len(inner) <= left:
                    shown[way] = inner
                    left -= len(inner)
                    reached += inner
            level = reached

        def node(way: tuple[NamedNode, ...]) -> TreeNode:
            inner = [node(below) for below in shown.get(way, ())]
            hidden = 0 if inner else len([n for n in self.below.get(way[-1], ()) if n not in way])
            return TreeNode(reader.ref(way[-1]), _by_words(inner), hidden)

        return _by_words([node(way) for way in shown[()]])


def _by_words(nodes: list[TreeNode]) -> list[TreeNode]:
    return sorted(nodes, key=lambda tree: (tree.ref.words.text.casefold(), tree.ref.iri))
