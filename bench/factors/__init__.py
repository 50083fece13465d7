"""What moves the hop: one setting changed at a time, what is timed under it, what it shows."""
