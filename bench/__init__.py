"""What is measured, and measuring it: from handler kinds to a pyperf result file."""
