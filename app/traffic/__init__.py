"""How the texts of the house fare: what waits, what became of them, what they cost, what to do about it."""
