"""The Flask application: documents, pages, the SPARQL endpoint, dumps."""

from ckg.web.app import create_app

__all__ = ["create_app"]
