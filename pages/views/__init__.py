"""The views of the shipped project: what its templates show of summits, documents, commitments, actors and resources.

They are code of the project, not of the package: the server imports them from the pages folder of the release.
"""
