"""Turns two sets of rows into what changed between them: of one run, or of two."""
