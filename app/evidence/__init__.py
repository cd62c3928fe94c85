"""One ticket's evidence: a file that proves itself to whoever has the public key, and needs nothing of us."""
