"""What is done to runs and files on purpose; `tox -e chaos` does more of it than `tox`."""
