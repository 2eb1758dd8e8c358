"""Why an inferred triple holds: the derivations of a release read back as proofs."""
