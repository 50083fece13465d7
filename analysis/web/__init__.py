"""Turns the report's Markdown into one HTML page that needs nothing but itself."""
