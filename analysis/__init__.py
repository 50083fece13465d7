"""Turns result files into REPORT.md and its figures."""

from analysis.metadata import InputError
from analysis.report import Report, render

__all__ = ["InputError", "Report", "render"]
