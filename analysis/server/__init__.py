"""Turns the `server` rows into parts; analysis/sections/server.py makes the section of them."""
