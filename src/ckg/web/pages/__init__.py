"""The pages: view models read from the release, one module per kind of page, and the templates' vocabulary."""
