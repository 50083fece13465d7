"""Turns the `hop` rows into the parts of its section: ladders, and a waterfall."""
