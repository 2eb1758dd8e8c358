"""Strangers at the door of a running server: polite ones, hostile ones, faults, and an oracle for the answers."""
