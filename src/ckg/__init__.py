"""Publish a folder of RDF as checked, reasoned, evidence-backed linked data."""

__version__ = "0.1.0"
