"""Turns nothing: which CPUs a measured process may use, in the fixed order, and how to say so."""

ONE_CPU = "one-cpu"
FREE = "free"
PLACEMENTS = (ONE_CPU, FREE)
PLACEMENT_WORDS = {ONE_CPU: "on one CPU", FREE: "on all CPUs"}
