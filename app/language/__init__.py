"""How the house speaks: the reader's language, names of codes, units and places, errors in sentences."""
