"""SHACL validation: the gate before every release."""
