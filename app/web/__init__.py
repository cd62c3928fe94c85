"""Pages for people, one file a step, named as in `tickets/`."""
