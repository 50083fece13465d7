"""Turns the `releases` rows into what a hop cost with the packages of other years."""
