"""A PostgreSQL of our own for the demo and the tests, and the supervisor that runs the whole demo."""
