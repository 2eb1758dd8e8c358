"""Tables: one component for the members of a class, sources, disagreements, and the tables of a project."""
