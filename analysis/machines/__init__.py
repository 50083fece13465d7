"""Turns several result files into one page: run beside run, and nothing pooled."""
