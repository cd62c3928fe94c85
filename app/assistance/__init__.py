"""Social assistance as people of the house work with it: bodies, rights, changes, what rings."""
