"""A real server and its clients: from an app on a port of this machine to what clients see."""
