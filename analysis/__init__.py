"""Turns result files into REPORT.md and its figures."""

from analysis.comparison.page import COMPARISON
from analysis.metadata import InputError
from analysis.report import Report, render

__all__ = ["COMPARISON", "InputError", "Report", "render"]
