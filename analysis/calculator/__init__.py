"""Turns measured curves into a calculator: what `def` and `async def` cost a handler of yours."""
