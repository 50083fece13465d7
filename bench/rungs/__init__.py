"""The rungs of the ladders: what a hop is made of, from a Python call up to a FastAPI endpoint."""

from __future__ import annotations

from bench.rungs import company, endpoints, resources, steps, threads
from bench.rungs.rung import Rung

LADDERS: dict[str, tuple[Rung, ...]] = {
    "steps": (*steps.RUNGS, *endpoints.STEPS),
    "threads": threads.RUNGS,
    "starlette": endpoints.STARLETTE,
    "company": company.RUNGS,
    "cold": threads.COLD,
    "resources": resources.RUNGS,
    "baseline": (*endpoints.BASELINES, *company.BASELINES),
}

__all__ = ["LADDERS", "Rung"]
