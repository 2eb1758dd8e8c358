"""The web: dereferencing, pages, SPARQL over HTTP, dumps."""
