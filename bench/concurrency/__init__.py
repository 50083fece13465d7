"""Turns requests that overlap into numbers: one module for each thing that is observed."""
