"""Kills the real processes of the service under load, and proves that nothing was lost."""
