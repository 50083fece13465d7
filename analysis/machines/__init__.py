"""Turns several result files into one page: run beside run, and nothing pooled."""

from analysis.machines.page import render

__all__ = ["render"]
