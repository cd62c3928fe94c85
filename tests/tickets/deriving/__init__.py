"""Where `tests/tickets/vectors.json` comes from: the law walked through, never the engine's answers."""
