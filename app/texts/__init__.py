"""Texts to and from citizens: what comes in, what no text could bring, how all of them fare."""
