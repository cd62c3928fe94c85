"""Social assistance beside the river: the policy library, and the households it is for."""
