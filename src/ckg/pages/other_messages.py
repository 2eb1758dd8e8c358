"""Words that other parts of the program give and pages show, marked for the catalogues: those parts know no pages."""

from __future__ import annotations

from typing import Final

from ckg.pages.messages import marked

TITLES: Final = (
    marked("Bad Request"),
    marked("Forbidden"),
    marked("Not Found"),
    marked("Method Not Allowed"),
    marked("Not Acceptable"),
    marked("Request Timeout"),
    marked("Content Too Large"),
    marked("Request Entity Too Large"),
    marked("Unsupported Media Type"),
    marked("Too Many Requests"),
    marked("Internal Server Error"),
    marked("Service Unavailable"),
    marked("Withdrawn"),
    marked("Query malformed"),
    marked("Query refused"),
    marked("Query too complex"),
    marked("Query stopped"),
    marked("Query error"),
    marked("Endpoint busy"),
    marked("Engine failed"),
    marked("Budget exhausted"),
    marked("Not expressible"),
    marked("No release"),
)
"""Titles of problems: reason phrases of HTTP, and the errors of `ckg.errors` in words."""

DETAILS: Final = (
    marked("There is nothing in this data set at this address."),
    marked("Nothing is said here of what this address names."),
    marked("None of the formats asked for is there."),
    marked("None of the formats that the Accept header allows is there."),
    marked("The server met a fault of its own; it has been logged."),
    marked("There is no such dump; /dump/ lists those that there are."),
    marked("There is no such file."),
    marked("page must be a number, counted from 1."),
    marked("page must be a number from 1 to 9999999."),
    marked("The parameter `query` is missing."),
)
"""Sentences about problems; what names a place in what was sent stays in English."""

PARTS_OF_A_RELEASE: Final = (
    marked("everything, what was inferred included"),
    marked("ontology and data without what was inferred: what the shapes hold for"),
    marked("the shapes, with the prefixes of their queries"),
    marked("ontology"),
    marked("data"),
    marked("shapes"),
    marked("context"),
    marked("inferred"),
)
"""What dumps hold, and the roles of named graphs."""

STANDINGS: Final = (marked("attributed"), marked("not stated"))
"""Standings in the records of evidence that no badge names in the same way."""

SEVERITIES: Final = (marked("Violation"), marked("Warning"), marked("Info"))
"""Severities of results of SHACL."""
