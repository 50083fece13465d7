"""Turns the `work` rows into the parts of its section: curves, break-evens, tables, a picture."""
