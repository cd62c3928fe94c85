"""How fast the house is: `make bench` measures the real processes and prints tables for the README."""
