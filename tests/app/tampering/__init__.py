"""Whoever owns the tables tampers with what happened, and is found out."""
