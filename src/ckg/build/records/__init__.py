"""New records by the shapes of a project: what is asked of them, what answers mean, and how they are written."""
