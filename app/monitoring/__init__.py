"""How the house runs, in figures for a monitor; never whose matters it has."""
