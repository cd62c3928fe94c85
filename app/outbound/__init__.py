"""Calls the house makes by itself: a citizen no text can reach is asked by keypad how it went."""
