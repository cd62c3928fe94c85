"""`make screenshots`: every page of every role, in both languages and at both widths, to be looked at."""
