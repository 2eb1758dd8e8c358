"""Which document of a release an address asks for, and where a link to an IRI leads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ckg.formats import Format
from ckg.model.byte_lru import Memo
from ckg.model.iris import Base
from ckg.query.document import node_of
from ckg.query.fragments import Fragments
from ckg.query.lookup import Lookup
from ckg.web.addresses import ABOUT, Address, href, of_iri, spellings, split_suffix, without_suffix

FUNCTION: Final = "ckg.function"
"""The key in the WSGI environment that says that a function of the site is asked for, whatever IRIs the data have."""

_REMEMBERED_BYTES: Final = 8 << 20


class Finder:
    """Finds which document of a release an address asks for, and remembers what it found.

    `bases` are all bases of the project. `fragments` are the things whose IRIs have a fragment: their documents exist
    because of them. `reserved` is the first segment of the paths at which the functions of the site are reached where
    the data have their own IRIs.
    """

    def __init__(
        self,
        base: Base,
        lookup: Lookup,
        fragments: Fragments,
        *,
        bases: Sequence[str] = (),
        reserved: str = "-",
    ) -> None:
        self._base = base
        self._bases = tuple(dict.fromkeys((base.iri, *bases)))
        self._lookup = lookup
        self._fragments = fragments
        self._reserved = reserved
        self.find_fixed = Memo(self._find_fixed, max_bytes=_REMEMBERED_BYTES)
        self.takes = Memo(self._takes, max_bytes=_REMEMBERED_BYTES)
        self.link = Memo(self._link, max_bytes=_REMEMBERED_BYTES)
        self._has_pages = Memo(fragments.have_pages, max_bytes=_REMEMBERED_BYTES)

    @property
    def held(self) -> int:
        """Bytes of what is remembered."""
        return self.find_fixed.held + self.takes.held + self.link.held

    def find(self, path: str, query: str = "", written: str | None = None) -> Address | None:
        """Return the document at a decoded path below the base (`id/X` for `doc/X`), or None where there is none.

        `written` is the path before it was decoded, where that is known. `query` is the raw query string, tried as a
        part of the IRI where it is not empty. What is not below the base is looked for below the other ones.
        """
        endings = (f"?{query}", "") if query else ("",)
        for base in self._bases:
            for candidate in spellings(path, written):  # one by one: mostly the first one is right
                for ending in endings:
                    iri = f"{base}{candidate}{ending}"
                    if self._lookup.exists(iri) or self._fragments.exist(iri):
                        if base != self._base.iri:
                            return Address("", subject=iri, about=self.about)
                        return Address(candidate, ending, about=self.about)
        return None

    def find_about(self, name: str) -> Address | None:
        """Return the document about an IRI or a blank node, None for what does not occur in the release.

        An IRI of ours has its own address; one with a fragment has a document of its own beside that in which it is
        described, and the base has one in which its formats can be asked for.
        """
        try:
            node = node_of(name)
        except ValueError:
            return None
        if name.startswith("_:"):
            return Address("", subject=name, about=self.about) if self._lookup.outgoing(node, limit=1).rows else None
        if not (self._lookup.exists(name) or self._fragments.exist(name)):
            return None
        own = of_iri(self._base, name)
        if own is None or "#" in name or not own.path:
            return Address("", subject=name, about=self.about)
        return Address(own.path, own.query, about=self.about)

    def at_base(self) -> Address | None:
        """Return the document at the root: that about the base, or about the base without its slash, if there is one.

        The data must say something of it: that an IRI is mentioned is no reason to take the first page's place.
        """
        base = self._base.iri
        if self._lookup.describes(base) or self._fragments.exist(base):
            return Address("", subject=base, about=self.about)
        bare = base.rstrip("/#")
        if self._lookup.describes(bare) or self._fragments.exist(bare):
            return Address("", subject=bare, about=self.about)
        return None

    @property
    def about(self) -> str:
        """The path of the documents about what has no address of its own."""
        return self.function(ABOUT)

    def function(self, path: str) -> str:
        """Return the path of a function of the site: below the reserved segment where the data have its short one."""
        first, slash, rest = path.partition("/")
        taken = self.takes(path.partition("?")[0])
        return f"{self._reserved}/{first}{slash}{rest}" if taken else path

    def _takes(self, path: str) -> bool:
        """Say whether the data describe the IRI at a path, or things whose IRIs are that with a fragment."""
        if not path:
            base = self._base.iri
            return any(self._lookup.describes(iri) or self._fragments.exist(iri) for iri in (base, base.rstrip("/#")))
        stem, suffix = split_suffix(path)
        names = {path, stem} if suffix is not None else {path}
        iris = {self._base.iri + spelled for name in names for spelled in spellings(name)}
        return any(self._lookup.describes(iri) or self._fragments.exist(iri) for iri in iris)

    def _find_fixed(
        self, path: str, query: str = "", written: str | None = None
    ) -> tuple[Address, Format | None] | None:
        """Return the document at a path that may end in a suffix, and the format; if both fit, the suffix wins."""
        stem, suffix = split_suffix(path)
        if suffix is not None:
            found = self.find(stem, query, without_suffix(written))
            if found is not None:
                return found, suffix
        whole = self.find(path, query, written)
        return (whole, None) if whole is not None else None

    def _link(self, iri: str, root: str) -> str | None:
        """Return where a link to an IRI or a blank node leads, None for what may be no link.

        Ours lead to their documents, other people's to what the data say of them, if that is anything, else to
        themselves. A thing with a fragment is shown where its document shows it, if that has one page.
        """
        if iri.startswith("_:"):
            return Address("", subject=iri, about=self.about).href(root)
        address = of_iri(self._base, iri)
        if address is None:
            if self._lookup.describes(iri):
                return Address("", subject=iri, about=self.about).href(root)
            return href(self._base, iri, root)
        document, mark, _ = iri.partition("#")
        if mark and self._has_pages(document):
            return Address("", subject=iri, about=self.about).href(root)
        return href(self._base, iri, root)
