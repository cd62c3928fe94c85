"""Campaigns of the callback desk: who may make, call and read them, and their results as a file."""
