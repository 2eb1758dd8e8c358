"""SPARQL evaluation that strangers may use, and trusted look-ups."""
