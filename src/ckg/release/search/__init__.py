"""Full-text search of a release: the index, what goes into it, and reading it."""
