"""The build: from source files to a release."""
