"""What stops a command: one sentence with the rule, what was found, and what to do."""


class UsageError(Exception):
    """Bad input; the message is printed as it is, and the exit status is 2."""
