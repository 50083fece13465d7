"""Turns rows of overlapping requests into estimates: what the section `concurrency` speaks of."""
