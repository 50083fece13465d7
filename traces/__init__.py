"""The same handler kinds as in `bench`, seen from inside: from a request to a trace."""
