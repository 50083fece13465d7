"""Past releases: what could be installed on a day, and what a hop cost with it."""
