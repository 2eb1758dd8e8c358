"""The release: an immutable folder that holds everything that is served."""
