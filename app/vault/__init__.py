"""Keys changed while the service runs: what is sealed, sealing it anew, which keys are still needed."""
