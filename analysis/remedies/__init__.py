"""Turns the `remedies` rows into what could be done instead, and what an upstream change saves."""
