"""Others that stand in for what we cannot have in a test: each a process of its own."""
