"""Turns the `factors` rows into what each level of each factor does to a hop."""
