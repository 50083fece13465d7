"""What AnyIO's, Starlette's and FastAPI's own tests say of each variant of the hop."""
