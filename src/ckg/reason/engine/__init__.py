"""The closure on DuckDB: load, compile the rules against the ontology, run to the fixed point, write."""
