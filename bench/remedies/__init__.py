"""Turns other ways to run sync code, or to hop, into their costs beside the usual way's."""
