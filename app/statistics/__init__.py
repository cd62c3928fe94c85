"""Figures over months: what is counted, months that are closed, the tickets behind each number."""
