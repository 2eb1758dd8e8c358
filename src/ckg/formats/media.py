"""Media types that are no RDF and no results of a query: pages, problems, sitemaps, plain files."""

from __future__ import annotations

from typing import Final

from ckg.formats.base import W3C, Format

HTML: Final = Format(
    "html", "HTML", "text/html", W3C + "HTML", aliases=("application/xhtml+xml",), charset=True, rank=0
)
MARKDOWN: Final = Format(
    "md", "Markdown", "text/markdown", aliases=("text/x-markdown",), words=("markdown",), charset=True
)
ATOM: Final = Format("atom", "Atom", "application/atom+xml", charset=True)
BIBTEX: Final = Format("bib", "BibTeX", "application/x-bibtex", words=("bibtex",), charset=True)
CSL_JSON: Final = Format("csl", "CSL-JSON", "application/vnd.citationstyles.csl+json")
JSON: Final = Format("json", "JSON", "application/json")
PROBLEM_JSON: Final = Format(
    "json", "problem details", "application/problem+json", aliases=("application/json", "text/json")
)
XML: Final = Format("xml", "XML", "application/xml", charset=True)
TEXT: Final = Format("txt", "text", "text/plain", charset=True)
PARQUET: Final = Format("parquet", "Parquet", "application/vnd.apache.parquet")
