"""Drives a running service with real matters from a file: each goes the whole way and is read back."""
