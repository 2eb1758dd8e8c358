"""Publish a folder of RDF as checked, reasoned, evidence-backed linked data."""
