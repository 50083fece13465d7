"""The hops of an application of one's own: from `yourpkg.main:app` to what each route costs.

Everything here runs in the application's own environment: it imports the standard library,
Starlette, AnyIO, and FastAPI where it is there.
"""
