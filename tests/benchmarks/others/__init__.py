"""How other ticketing systems count a period, held against the published vectors."""
