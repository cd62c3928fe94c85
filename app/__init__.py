"""The house around the ticket: the only package that knows all the others."""
