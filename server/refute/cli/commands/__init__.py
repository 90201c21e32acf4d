"""One module for each command; each has a `command`, which is imported by name when it is asked for."""
