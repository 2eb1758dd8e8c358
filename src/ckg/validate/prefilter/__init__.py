"""SHACL in SQL: which focus nodes may fail, so that pyshacl need look at these only."""
