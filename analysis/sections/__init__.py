"""Turns rows into the report's sections: one module per study, of the study's name."""

from types import ModuleType

from analysis.sections import handlers, harness, hop

# In the report's order. Each exports TITLE, numbers(rows), figure(numbers) and alt(numbers).
# `traces` is no study of a run: its numbers come from recordings, and it has two figures.
SECTIONS: dict[str, ModuleType] = {"harness": harness, "handlers": handlers, "hop": hop}
