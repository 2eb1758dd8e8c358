"""Pure values and functions that every other package may use."""
