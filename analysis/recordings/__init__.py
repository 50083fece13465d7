"""Turns trace files into calls, chains and lanes: what the section `traces` speaks of."""
