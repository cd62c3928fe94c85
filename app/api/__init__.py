"""The HTTP API: JSON in, JSON out, one route a move."""
