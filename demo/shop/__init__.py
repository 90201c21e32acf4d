"""Small functions of a small shop."""
