"""The data set from Python, asked through a server: elsewhere, or in this process.

Whatever is returned of a coded statement comes with its standing, its words and their source.
"""
