"""Walking the whole site of a release by its links, and writing what the server answers as files.

Every page is asked of the application that serves, so that an export has the pages of the server and no others. Links
become relative ones between files. What leads on to another address, and every IRI that a document is about, becomes a
page that leads on.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final
from urllib.parse import urldefrag, urljoin

from ckg.errors import StageFailed
from ckg.export import html_links
from ckg.export.asking import HOST, PageAnswer, ask
from ckg.export.file_names import INDEX, file_of, is_data_of_document, link
from ckg.export.forward_pages import Forward, forward_page
from ckg.release.writing import write_bytes

MADE: Final = ("_data/", "_search/")
"""The folders of what is no answer of the server, but made for the pages of an export."""

SEEDS: Final = ("/", "/void", "/catalog", "/report", "/dump/", "/dump/SHA256SUMS", "/sitemap.xml", "/robots.txt")
_SERVER: Final = f"http://{HOST}"
_LOCATION: Final = re.compile(r"<loc>([^<]*)</loc>")
_CITED: Final = re.compile(r'<([^<>]*)>; rel="cite-as"')
_ALTERNATE: Final = re.compile(r'<(/[^<>]*)>; rel="alternate"; type="([^"]*)"')
_NOT_WALKED: Final = ("/language", "/mcp", "/metrics", "/healthz", "/readyz", "/suggest", "/completions")


class SiteWalk:
    """One walk: `application` is asked, files are written to `folder`; `base` is that of the project's IRIs.

    `url` is where the export will lie, for what must say so (the sitemap). With `single_files` a document has one file,
    its page, and the links to its formats lead to the dumps.
    """

    def __init__(
        self,
        application: Callable[..., Iterable[bytes]],
        folder: Path,
        *,
        base: str,
        url: str,
        language: str,
        forward_script: str,
        single_files: bool = False,
    ) -> None:
        self._application = application
        self._folder = folder
        self._base = base
        self._url = url
        self._language = language
        self._forward_script = forward_script
        self._single_files = single_files
        self._waiting: deque[str] = deque()
        self._known: dict[str, str] = {}  # the files that are or will be there, with the address of each
        self._forwards: dict[str, Forward] = {}  # by the file that leads on
        self.bytes_written = 0

    @property
    def files(self) -> dict[str, str]:
        """The files with the address that each has the answer of."""
        return self._known

    def run(self, seeds: Iterable[str], heard: Callable[[int], None] = lambda _number: None) -> None:
        """Ask for everything that can be reached, and write it; `heard` is told how many files were written.

        Raises `StageFailed` where the server fails or a file cannot be written.
        """
        for seed in (*SEEDS, *seeds):
            self._reach(seed)
        while self._waiting:
            address = self._waiting.popleft()
            self._take(address, ask(self._application, address, self._language))
            heard(1)
        for file, forward in sorted(self._forwards.items()):
            if file not in self._known:
                self._known[file] = ""
                self._write(file, forward_page(file, forward, self._forward_script))

    def _reach(self, address: str) -> str:
        """Return the file of an address, which will be asked for."""
        file = file_of(address)
        if file not in self._known:
            self._known[file] = address
            self._waiting.append(address)
        return file

    def _take(self, address: str, answer: PageAnswer) -> None:
        file = file_of(address)
        if 300 <= answer.status < 400:
            location = urljoin(_SERVER + address, answer.field("location"))
            if not location.startswith(f"{_SERVER}/"):
                raise StageFailed(f"{address} leads to {location}, which is not on this site")
            del self._known[file]
            target, _, fragment = location.removeprefix(_SERVER).partition("#")
            self._lead_on(file, Forward(self._reach(target), fragment))
            return
        if answer.media_type == "text/html":
            page = self._page(address, file, answer.body.decode())
            self._write(file, page.encode())
            self._lead_to(file, address, answer)
        elif file.endswith(".xml") and address.startswith("/sitemap"):
            self._write(file, _LOCATION.sub(self._located, answer.body.decode()).encode())
        else:
            self._write(file, answer.body.replace(f"{_SERVER}/".encode(), self._url.encode()))

    def _page(self, address: str, file: str, page: str) -> str:
        here = _SERVER + address

        def rewrite(written: str) -> str:
            if not written or written.startswith(("#", "data:", "mailto:")):
                return written
            absolute = urljoin(here, written)
            if not absolute.startswith(f"{_SERVER}/"):
                return written
            target, fragment = urldefrag(absolute.removeprefix(_SERVER))
            found = self._linked(target)
            return (link(file, found) if found != file or not fragment else "") + (f"#{fragment}" if fragment else "")

        return html_links.rewritten(page, rewrite)

    def _linked(self, target: str) -> str:
        """Return the file that a link leads to."""
        path = target.partition("?")[0]
        if path in _NOT_WALKED:
            return INDEX
        if path[1:].startswith(MADE):
            return path[1:]
        if self._single_files and is_data_of_document(target):
            return self._reach("/dump/")
        return self._reach(target)

    def _located(self, found: re.Match[str]) -> str:
        """Return a row of the sitemap with the address that a page will have."""
        target = found[1].replace("&amp;", "&").removeprefix(_SERVER)
        return f"<loc>{self._url}{link('', self._reach(target))}</loc>"

    def _lead_to(self, file: str, address: str, answer: PageAnswer) -> None:
        """Have the IRI that a document is about, and the document's address without a suffix, lead to its page."""
        cited = _CITED.search(answer.field("link"))
        if cited is None or "?" in address or answer.status != 200:
            return
        iri = cited[1]
        others = tuple(
            (self._linked(href), media_type) for href, media_type in _ALTERNATE.findall(answer.field("link"))
        )
        named = ["/" + iri.removeprefix(self._base)] if iri.startswith(self._base) and iri != self._base else []
        for path in dict.fromkeys((*named, address.removesuffix(".html"))):
            page = file_of(path)
            if page.endswith(".html") and "/" not in page[:1] and page != INDEX:
                self._lead_on(f"{page.removesuffix('.html')}/{INDEX}", Forward(file, "", iri, others))

    def _lead_on(self, file: str, forward: Forward) -> None:
        self._forwards.setdefault(file, forward)

    def _write(self, file: str, content: bytes) -> None:
        path = self._folder.joinpath(*file.split("/"))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StageFailed(f"cannot make the folder {path.parent}: {error.strerror or error}") from error
        self.bytes_written += write_bytes(path, [content]).bytes
