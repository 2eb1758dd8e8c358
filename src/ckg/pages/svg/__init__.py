"""Drawings made on the server as SVG: maps, graphs, time lines, bars; styled by the style sheet, readable as text."""
