"""Turns result files into REPORT.md and its figures."""

from analysis.metadata import InputError
from analysis.report import COMPARISON, Report, render

__all__ = ["COMPARISON", "InputError", "Report", "render"]
